/** The link in the email to sales: a GET shows the lead's score and the possible answers, a POST records one. */

import { plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { RotatingKey } from '../shared/aws/rotating-key.ts'
import { env, routes } from '../shared/contracts/names.ts'
import { isBroken, readLink } from '../shared/flows/links.ts'
import { answerHandOff, readHandedLead, returnReasons } from '../shared/flows/sales/sales.ts'
import { brokenLinkPage, oldSalesPage } from '../web/link-pages.ts'
import { answeredPage, salesPage } from '../web/sales-page.ts'
import { type Answer, page } from './lib/answers.ts'
import { decodedBody } from './lib/decoded-body.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { problemJson } from './lib/problem-json.ts'
import { securityHeaders } from './lib/security-headers.ts'

const table = new LeadTable(new DynamoDBClient({}), variable(env.tableName))
const linkKey = await RotatingKey.of(variable(env.linkKeyArn))

const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
  const atMs = event.requestContext.timeEpoch
  const token = event.pathParameters?.token ?? ''
  const reading = await linkKey.read((key) => readLink(token, 'sales', atMs, key), isBroken, atMs)
  if (reading.kind === 'broken') return page(404, brokenLinkPage())
  if (reading.kind === 'expired') return page(410, oldSalesPage())
  const { link } = reading
  const lead = await readHandedLead(link, atMs, plan, table)
  if (!lead) return page(404, brokenLinkPage())
  if (event.routeKey !== routes.salesAction) return page(200, salesPage(lead, returnReasons))
  const answered = await answerHandOff(link, event.body ?? '', lead.source, atMs, table)
  return answered.kind === 'unclear'
    ? page(422, salesPage(lead, returnReasons, answered.problem))
    : page(200, answeredPage())
}

export const handler = middy(answer, noEarlyAnswer).use(securityHeaders).use(problemJson).use(decodedBody)
