/** Serves the console page at `/` and what it asks for under `/_/`; everything else is the public API's. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import type { HttpApiOptions } from '../http-api.ts'
import type { Pipeline } from '../pipeline.ts'
import {
  alarmsView,
  billView,
  clockView,
  handOffsView,
  inboxView,
  leadsView,
  leadView,
  queuesView,
  reportView,
} from './view.ts'

const web = resolve(import.meta.dirname, '..', '..', 'web', 'console')
const dayMs = 86_400_000

const files: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/_/console.css': { file: 'console.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    ['console.js', 'drawing.js', 'embedding.js', 'qualifying.js', 'report.js'].map((file) => [
      `/_/${file}`,
      { file, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
}

/** One transparent pixel, as SES's open tracking sends. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/** Turning to the end stops here at the latest: a weekly report goes on for ever. */
const endDays = 90

export const consoleHandler = (pipeline: Pipeline, campaign: CompiledCampaign): HttpApiOptions['console'] => {
  const views: Readonly<Record<string, () => unknown>> = {
    '/_/api/clock': () => clockView(pipeline),
    '/_/api/leads': () => leadsView(pipeline),
    '/_/api/inbox': () => inboxView(pipeline),
    '/_/api/queues': () => queuesView(pipeline),
    '/_/api/report': () => reportView(pipeline, campaign),
    '/_/api/bill': () => billView(pipeline),
    '/_/api/alarms': () => alarmsView(pipeline),
    '/_/api/hand-offs': () => handOffsView(pipeline),
  }

  return async (request, response, path) => {
    if (path !== '/' && !path.startsWith('/_/')) return false
    // A page of another site must not be able to turn the clock, so what changes things asks for a header that needs permission.
    if (request.method === 'POST') {
      if (request.headers['x-ripen-console'] !== 'yes')
        send(response, 403, 'text/plain', 'Only the console page may do this.')
      else await act(pipeline, path, response)
      return true
    }
    const file = files[path]
    if (file) send(response, 200, file.type, readFileSync(join(web, file.file)))
    else if (views[path]) sendJson(response, 200, await views[path]())
    else if (path.startsWith('/_/api/lead/'))
      sendJson(response, 200, await leadView(pipeline, campaign, path.slice('/_/api/lead/'.length)))
    else if (path.startsWith('/_/api/email/'))
      sendEmail(pipeline, path.slice('/_/api/email/'.length), response)
    else if (path.startsWith('/_/ses/')) track(pipeline, path, request, response)
    else sendJson(response, 404, { message: 'Not Found' })
    return true
  }
}

const act = async (
  { clock, sqs, inventory }: Pipeline,
  path: string,
  response: ServerResponse,
): Promise<void> => {
  if (path === '/_/api/clock/day') await clock.advanceTo(clock.nowMs() + dayMs, { grainMs: 60_000 })
  else if (path === '/_/api/clock/end')
    await clock.advanceTo(clock.nowMs() + endDays * dayMs, { grainMs: 15 * 60_000 })
  else if (path === '/_/api/redrive')
    for (const { redrive } of inventory.queues) redrive && sqs.redrive(redrive.deadLetterArn)
  else return sendJson(response, 404, { message: 'Not Found' })
  sendJson(response, 200, { nowMs: clock.nowMs() })
}

const sendEmail = ({ ses }: Pipeline, id: string, response: ServerResponse): void => {
  const isHtml = id.endsWith('.html')
  const email = ses.email(id.replace(/\.html$/, ''))
  if (!email) sendJson(response, 404, { message: 'There is no such email.' })
  else if (isHtml) {
    // Shown in a frame without scripts, as an email client would.
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src *; sandbox allow-popups allow-popups-to-escape-sandbox",
    )
    send(
      response,
      200,
      'text/html; charset=utf-8',
      email.html.replace('<head>', '<head><base target="_blank">'),
    )
  } else sendJson(response, 200, email)
}

/** What SES's own servers do: report the open or the click, and answer with the picture or the link's target. */
const track = ({ ses }: Pipeline, path: string, request: IncomingMessage, response: ServerResponse): void => {
  const [, , , kind, messageId = '', index] = path.split('/')
  // A HEAD is a machine looking, and counts as nothing.
  const isPerson = request.method === 'GET'
  if (kind === 'open') {
    if (isPerson) ses.open(messageId)
    send(response, 200, 'image/gif', pixel)
    return
  }
  const target = isPerson ? ses.click(messageId, Number(index)) : undefined
  if (target === undefined) sendJson(response, 404, { message: 'Not Found' })
  else response.writeHead(302, { location: target }).end()
}

const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(body))
