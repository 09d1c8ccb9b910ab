/** `POST /forms/{form}/submissions`: one conditional write, no reads; 202 for scripts, 303 for browsers. */

import { forms, intake } from 'ripen:campaign'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { recordCapture } from '../shared/aws/capture-writer.ts'
import { variable } from '../shared/aws/environment.ts'
import { countRefusal } from '../shared/aws/metrics.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { countToken } from '../shared/aws/token-rate.ts'
import type { CompiledForm } from '../shared/campaign/compiled.ts'
import type { ConsentEvidence } from '../shared/contracts/consent-evidence.ts'
import { postNames } from '../shared/contracts/form-post.ts'
import { env } from '../shared/contracts/names.ts'
import { identityOf } from '../shared/domain/address.ts'
import type { LeadCaptured } from '../shared/domain/facts.ts'
import {
  type CaptureDependencies,
  leadIdOf,
  type Reading,
  readSubmission,
  withoutToken,
} from '../shared/flows/capture.ts'
import { freshToken } from '../shared/flows/issue-token.ts'
import { networkOf } from '../shared/flows/network.ts'
import { isWorkDone, UsedTokens } from '../shared/flows/proof-of-work.ts'
import { formPage } from '../web/form-page.ts'
import { unknownFormPage } from '../web/pages.ts'
import { isDisposable } from './disposable-domains.ts'
import {
  allowing,
  bodyOf,
  destinationsOf,
  formPolicy,
  html,
  json,
  problem,
  seeOther,
  wantsHtml,
} from './http.ts'

const tableName = variable(env.tableName)
const [identityKey, formKey] = await Promise.all([
  readSecret(variable(env.identityKeyArn)),
  readSecret(variable(env.formKeyArn)),
])
const dependencies: CaptureDependencies = {
  forms,
  formKey,
  isDisposable,
  isWorkDone: (token, work) => isWorkDone(token, work, formKey),
}
const usedTokens = new UsedTokens()

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { requestId, timeEpoch, http } = event.requestContext
  const read = await readSubmission(
    {
      form: event.pathParameters?.form ?? '',
      contentType: event.headers['content-type'] ?? '',
      body: bodyOf(event),
      idempotencyKey: event.headers['idempotency-key'],
      requestId,
      sourceIp: http.sourceIp,
      atMs: timeEpoch,
    },
    dependencies,
  )
  const reading = read.kind === 'captured' ? await record(read, event) : read
  if (reading.kind === 'suspected') countRefusal(reading.form.id, reading.reason, timeEpoch)
  return allowing(reading.form?.origins ?? [], event, await answer(reading, event))
}

/** A token serves one lead, and for another a fresh one is asked for: this instance remembers the latest, the table those that asked for work. */
const record = async (
  captured: Extract<Reading, { kind: 'captured' }>,
  event: APIGatewayProxyEventV2,
): Promise<Reading> => {
  const { form, fact, nonce, hasWorked, values } = captured
  const leadId = leadIdOf(identityOf(fact.email, intake.identity), identityKey)
  const used = withoutToken(form, values, 'used')
  if (nonce !== undefined && usedTokens.isReplay(nonce, leadId)) return used
  const { keepSourceDays } = form.consent
  const written = await recordCapture(tableName, {
    leadId,
    fact,
    ...(keepSourceDays > 0 && { evidence: evidenceOf(fact, keepSourceDays, event) }),
    ...(hasWorked &&
      nonce !== undefined && {
        token: { nonce, expiresAtSeconds: secondsAfter(fact.atMs, longestTokenDays) },
      }),
  })
  return written === 'replayed' ? used : captured
}

/** No form's token lives longer than a week. */
const longestTokenDays = 7

const evidenceOf = (fact: LeadCaptured, days: number, event: APIGatewayProxyEventV2): ConsentEvidence => ({
  submission: fact.submission,
  sourceIp: event.requestContext.http.sourceIp,
  userAgent: (event.headers['user-agent'] ?? '').slice(0, 400),
  acceptLanguage: (event.headers['accept-language'] ?? '').slice(0, 200),
  atMs: fact.atMs,
  expiresAtSeconds: secondsAfter(fact.atMs, days),
})

const secondsAfter = (atMs: number, days: number): number => Math.ceil(atMs / 1000) + days * 86_400

/** A machine that gave itself away reads the same as a person who was heard. */
const answer = async (
  reading: Reading,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> => {
  if (reading.kind === 'captured' || reading.kind === 'suspected')
    return accepted(reading.form, reading.redirect, wantsHtml(event))
  const { form, problem: content, values } = reading
  if (!wantsHtml(event)) return problem(content)
  if (!form) return html(404, unknownFormPage())
  const { requestId, timeEpoch, http } = event.requestContext
  const asking = { nonce: requestId, atMs: timeEpoch, formKey }
  const given = reading.kind === 'again' && reading.lacks === 'token' ? undefined : values[postNames.token]
  const token = await freshToken(form, given, asking, () =>
    countToken(tableName, networkOf(http.sourceIp, formKey), timeEpoch),
  )
  // The page brings its own token, so only what the person can correct is told.
  const errors = reading.kind === 'again' ? [] : content.errors
  return html(
    content.status,
    formPage(form, {
      ...token,
      values,
      errors,
      notice: reading.kind === 'again' && reading.lacks === 'token' ? onceMore : content.detail,
    }),
    formPolicy(destinationsOf(form)),
  )
}

const onceMore =
  'Please press the button once more: this page was open for a long time, or came to you without its stamp. What you typed is still here.'

const accepted = (
  form: CompiledForm,
  redirect: string | undefined,
  isPage: boolean,
): APIGatewayProxyStructuredResultV2 => {
  const own = 'redirect' in form.thanks ? form.thanks.redirect : undefined
  const destination = redirect ?? own
  if (isPage) return seeOther(destination ?? `/forms/${form.id}/thanks`)
  return json(202, destination === undefined ? { thanks: form.thanks } : { redirect: destination })
}
