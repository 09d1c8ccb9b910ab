/** `POST /forms/{form}/submissions`: one conditional write, no reads; 202 for scripts, 303 for browsers. */

import { forms, intake } from 'ripen:campaign'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { countRefusal } from '../shared/aws/metrics.ts'
import { RotatingKey } from '../shared/aws/rotating-key.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { countToken } from '../shared/aws/token-rate.ts'
import type { CompiledForm } from '../shared/campaign/compiled/compiled.ts'
import { postNames } from '../shared/contracts/form-post.ts'
import { env } from '../shared/contracts/names.ts'
import { type CaptureDependencies, type Reading, readSubmission } from '../shared/flows/intake/capture.ts'
import { freshToken } from '../shared/flows/intake/issue-token.ts'
import { type KeepDependencies, keepSubmission } from '../shared/flows/intake/keep-submission.ts'
import { networkOf } from '../shared/flows/intake/network.ts'
import { isWorkDone, UsedTokens } from '../shared/flows/intake/proof-of-work.ts'
import { formPage } from '../web/form-page.ts'
import { unknownFormPage } from '../web/pages.ts'
import { type Answer, json, page, problem, seeOther, wantsPage } from './lib/answers.ts'
import { decodedBody } from './lib/decoded-body.ts'
import { isDisposable } from './lib/disposable-domains.ts'
import { formCors } from './lib/form-cors.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { problemJson } from './lib/problem-json.ts'
import { formPolicy, securityHeaders } from './lib/security-headers.ts'
import { readEdgeKey, visitorAddress } from './lib/visitor.ts'

const tableName = variable(env.tableName)
const [identityKey, formKey, edgeKey] = await Promise.all([
  readSecret(variable(env.identityKeyArn)),
  RotatingKey.of(variable(env.formKeyArn)),
  readEdgeKey(),
])
const dependenciesBy = (key: string): CaptureDependencies => ({
  forms,
  formKey: key,
  isDisposable,
  isWorkDone: (token, work) => isWorkDone(token, work, key),
})
const isForged = (reading: Reading): boolean =>
  reading.kind === 'suspected' && reading.reason === 'forgedToken'
const keeping: KeepDependencies = {
  tableName,
  identityKey,
  identityRules: intake.identity,
  usedTokens: new UsedTokens(),
}

const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
  const { requestId, timeEpoch } = event.requestContext
  const sourceIp = visitorAddress(event, edgeKey)
  const submission = {
    form: event.pathParameters?.form ?? '',
    contentType: event.headers['content-type'] ?? '',
    body: event.body ?? '',
    idempotencyKey: event.headers['idempotency-key'],
    requestId,
    sourceIp,
    atMs: timeEpoch,
  }
  const read = await formKey.read(
    (key) => readSubmission(submission, dependenciesBy(key)),
    isForged,
    timeEpoch,
  )
  const client = {
    sourceIp,
    userAgent: event.headers['user-agent'],
    acceptLanguage: event.headers['accept-language'],
  }
  const reading = read.kind === 'captured' ? await keepSubmission(read, client, keeping) : read
  if (reading.kind === 'suspected') countRefusal(reading.form.id, reading.reason, timeEpoch)
  return answerOf(reading, event)
}

/** A machine that gave itself away gets the same answer as a person whose submission was kept. */
const answerOf = async (reading: Reading, event: APIGatewayProxyEventV2): Promise<Answer> => {
  if (reading.kind === 'captured' || reading.kind === 'suspected')
    return accepted(reading.form, reading.redirect, wantsPage(event))
  const { form, problem: content, values } = reading
  if (!wantsPage(event)) return problem(content)
  if (!form) return page(404, unknownFormPage())
  const { requestId, timeEpoch } = event.requestContext
  const asking = { nonce: requestId, atMs: timeEpoch, formKey: formKey.current }
  const given = reading.kind === 'again' && reading.lacks === 'token' ? undefined : values[postNames.token]
  const token = await freshToken(form, given, asking, () =>
    countToken(tableName, networkOf(visitorAddress(event, edgeKey), formKey.current), timeEpoch),
  )
  // The page brings its own token, so only what the person can correct is shown.
  const errors = reading.kind === 'again' ? [] : content.errors
  return page(
    content.status,
    formPage(form, {
      ...token,
      values,
      errors,
      notice: reading.kind === 'again' && reading.lacks === 'token' ? expired : content.detail,
    }),
    formPolicy(form),
  )
}

const expired = 'This page has expired. Please press the button again; what you typed is still here.'

const accepted = (form: CompiledForm, redirect: string | undefined, isPage: boolean): Answer => {
  const own = 'redirect' in form.thanks ? form.thanks.redirect : undefined
  const destination = redirect ?? own
  if (isPage) return seeOther(destination ?? `/forms/${form.id}/thanks`)
  return json(202, destination === undefined ? { thanks: form.thanks } : { redirect: destination })
}

export const handler = middy(answer, noEarlyAnswer)
  .use(securityHeaders)
  .use(formCors(forms))
  .use(problemJson)
  .use(decodedBody)
