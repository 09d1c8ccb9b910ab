/** `POST /forms/{form}/submissions`: one conditional write, no reads; 202 for scripts, 303 for browsers. */

import { forms, intake } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { recordFact } from '../shared/aws/fact-writer.ts'
import { countRefusal } from '../shared/aws/metrics.ts'
import { readSecret } from '../shared/aws/secret.ts'
import type { CompiledForm } from '../shared/campaign/compiled.ts'
import { env } from '../shared/contracts/names.ts'
import { identityOf } from '../shared/domain/address.ts'
import { type CaptureDependencies, leadIdOf, type Reading, readSubmission } from '../shared/flows/capture.ts'
import { freshToken } from '../shared/flows/issue-token.ts'
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
const dynamo = new DynamoDBClient({})
const dependencies: CaptureDependencies = {
  forms,
  formKey,
  isDisposable,
  isWorkDone: async () => true,
}

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const reading = await readSubmission(
    {
      form: event.pathParameters?.form ?? '',
      contentType: event.headers['content-type'] ?? '',
      body: bodyOf(event),
      idempotencyKey: event.headers['idempotency-key'],
      requestId: event.requestContext.requestId,
      sourceIp: event.requestContext.http.sourceIp,
      atMs: event.requestContext.timeEpoch,
    },
    dependencies,
  )
  if (reading.kind === 'captured') {
    const identity = identityOf(reading.fact.email, intake.identity)
    await recordFact(dynamo, tableName, leadIdOf(identity, identityKey), reading.fact)
  }
  if (reading.kind === 'suspected')
    countRefusal(reading.form.id, reading.reason, event.requestContext.timeEpoch)
  return allowing(reading.form?.origins ?? [], event, answer(reading, event))
}

/** A machine that gave itself away reads the same as a person who was heard. */
const answer = (reading: Reading, event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 => {
  if (reading.kind === 'captured' || reading.kind === 'suspected')
    return accepted(reading.form, reading.redirect, wantsHtml(event))
  const { form, problem: content, values } = reading
  if (!wantsHtml(event)) return problem(content)
  if (!form) return html(404, unknownFormPage())
  const token = freshToken(form, event.requestContext.requestId, event.requestContext.timeEpoch, formKey)
  // The page brings its own token, so only what the person can correct is told.
  const errors = reading.kind === 'again' ? [] : content.errors
  return html(
    content.status,
    formPage(form, {
      ...token,
      values,
      errors,
      notice: reading.kind === 'again' ? onceMore : content.detail,
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
