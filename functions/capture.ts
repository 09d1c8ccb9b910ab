/** `POST /forms/{form}/submissions`: one conditional write, no reads, 202. */

import { forms } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { recordFact } from '../shared/aws/fact-writer.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { env } from '../shared/contracts/names.ts'
import { leadIdOf, readSubmission } from '../shared/flows/capture.ts'
import { correctionPage, thanksPage } from '../web/pages.ts'
import { bodyOf, html, problem, wantsHtml } from './http.ts'

const tableName = variable(env.tableName)
const identityKey = await readSecret(variable(env.identityKeyArn))
const dynamo = new DynamoDBClient({})

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const reading = readSubmission(
    {
      form: event.pathParameters?.form ?? '',
      contentType: event.headers['content-type'] ?? '',
      body: bodyOf(event),
      idempotencyKey: event.headers['idempotency-key'],
      requestId: event.requestContext.requestId,
      atMs: event.requestContext.timeEpoch,
    },
    forms,
  )
  if (reading.kind === 'refused')
    return wantsHtml(event)
      ? html(reading.problem.status, correctionPage(reading.problem.detail, reading.problem.errors))
      : problem(reading.problem)
  await recordFact(dynamo, tableName, leadIdOf(reading.fact.email, identityKey), reading.fact)
  return wantsHtml(event) ? html(202, thanksPage()) : { statusCode: 202 }
}
