/** Signed links: a GET shows a page and changes nothing; a POST unsubscribes (also by RFC 8058), pauses or confirms. */

import { createHash } from 'node:crypto'
import { forms } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { RotatingKey } from '../shared/aws/rotating-key.ts'
import { env, routes, testLinkToken } from '../shared/contracts/names.ts'
import { isBroken, type LinkPayload, readLink } from '../shared/flows/links.ts'
import { confirm, formOf, readPreference, snooze, unsubscribe } from '../shared/flows/nurture/preferences.ts'
import { looksScanned } from '../shared/flows/nurture/scanner.ts'
import {
  brokenLinkPage,
  buttonMark,
  confirmedPage,
  confirmPage,
  confirmScript,
  oldConfirmPage,
  testLinkPage,
} from '../web/link-pages.ts'
import { pausedPage, preferencesPage, resumedPage, unsubscribedPage } from '../web/preference-pages.ts'
import { type Answer, page } from './lib/answers.ts'
import { decodedBody } from './lib/decoded-body.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { problemJson } from './lib/problem-json.ts'
import { securityHeaders } from './lib/security-headers.ts'
import { UnservedRoute } from './lib/unserved-route.ts'

const table = new LeadTable(new DynamoDBClient({}), variable(env.tableName))
const linkKey = await RotatingKey.of(variable(env.linkKeyArn))

/** The page runs this one script and no other. */
const scriptPolicy = {
  'script-src': `'sha256-${createHash('sha256').update(confirmScript).digest('base64')}'`,
}

const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
  const purpose = event.routeKey.includes('/confirm/') ? 'confirm' : 'preferences'
  const token = event.pathParameters?.token ?? ''
  const body = event.body ?? ''
  // Whoever tries a test email's link, or whose mailbox provider offers one click for it, changes nothing.
  if (token === testLinkToken) return page(200, testLinkPage())
  const atMs = event.requestContext.timeEpoch
  const reading = await linkKey.read((key) => readLink(token, purpose, atMs, key), isBroken, atMs)
  if (reading.kind === 'broken') return page(404, brokenLinkPage())
  const { link } = reading
  if (reading.kind === 'expired') return page(410, oldConfirmPage(formOf(link, forms)))
  switch (event.routeKey) {
    case routes.confirmPage:
      return askToConfirm(link, event)
    case routes.confirmAction: {
      const isPressed = new URLSearchParams(body).get(buttonMark.name) === buttonMark.value
      if (!isPressed && isScanned(link, event)) return askToConfirm(link, event)
      await confirm(link, atMs, forms, table)
      return page(200, confirmedPage())
    }
    case routes.preferencesPage:
      return page(200, preferencesPage())
    case routes.preferencesAction:
      return changePreference(link, atMs, body)
    default:
      throw new UnservedRoute(event.routeKey, 'preferences')
  }
}

const changePreference = async (link: LinkPayload, atMs: number, body: string): Promise<Answer> => {
  const preference = readPreference(body, atMs)
  if (preference.kind === 'unsubscribe') {
    await unsubscribe(link, atMs, body, table)
    return page(200, unsubscribedPage())
  }
  await snooze(link, preference.untilMs, atMs, table)
  return page(200, preference.kind === 'resume' ? resumedPage() : pausedPage(inWords(preference.untilMs)))
}

const inWords = (atMs: number): string =>
  new Date(atMs).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })

/** What may be a scanner gets the button alone: a page that confirms by itself would confirm for it. */
const askToConfirm = (link: LinkPayload, event: APIGatewayProxyEventV2): Answer =>
  isScanned(link, event)
    ? page(200, confirmPage({ hasScript: false }))
    : page(200, confirmPage({ hasScript: true }), scriptPolicy)

const isScanned = (link: LinkPayload, { headers, requestContext }: APIGatewayProxyEventV2): boolean =>
  looksScanned(
    { userAgent: headers['user-agent'] ?? '', acceptLanguage: headers['accept-language'], headers },
    link.atMs,
    requestContext.timeEpoch,
  )

export const handler = middy(answer, noEarlyAnswer).use(securityHeaders).use(problemJson).use(decodedBody)
