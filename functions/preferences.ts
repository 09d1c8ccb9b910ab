/** Signed links: a GET shows a page and changes nothing; a POST unsubscribes (also by RFC 8058) or confirms. */

import { forms } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { env, routes } from '../shared/contracts/names.ts'
import { verifyLink } from '../shared/flows/links.ts'
import { confirm, unsubscribe } from '../shared/flows/preferences.ts'
import {
  brokenLinkPage,
  confirmedPage,
  confirmPage,
  unsubscribedPage,
  unsubscribePage,
} from '../web/pages.ts'
import { bodyOf, html } from './http.ts'

const table = new LeadTable(new DynamoDBClient({}), variable(env.tableName))
const linkKey = await readSecret(variable(env.linkKeyArn))

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const purpose = event.routeKey.includes('/confirm/') ? 'confirm' : 'preferences'
  const link = verifyLink(event.pathParameters?.token ?? '', purpose, linkKey)
  if (!link) return html(404, brokenLinkPage())
  const atMs = event.requestContext.timeEpoch
  switch (event.routeKey) {
    case routes.confirmPage:
      return html(200, confirmPage())
    case routes.confirmAction:
      await confirm(link, atMs, forms, table)
      return html(200, confirmedPage())
    case routes.preferencesPage:
      return html(200, unsubscribePage())
    case routes.preferencesAction:
      await unsubscribe(link, atMs, bodyOf(event), table)
      return html(200, unsubscribedPage())
    default:
      throw new Error(`The route ${event.routeKey} leads to preferences, which does not serve it.`)
  }
}
