/** Serves the preview page on this machine alone: its files, its data, the emails, and word of every change. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import type { LeadState } from '../../shared/domain/fold.ts'
import { InputError } from '../input-error.ts'
import { adviceOn, sharedAdvice } from './advice.ts'
import { type Colours, documentPolicy, emailDocument } from './email-document.ts'
import type { LiveCampaign, Snapshot } from './live-campaign.ts'
import { overviewOf } from './overview.ts'
import { type Person, samplePeople } from './people.ts'
import type { PipelineLeads } from './pipeline-leads.ts'
import { type Place, placesOf } from './places.ts'
import { type RenderSource, renderPlace, showEmail, stateOf } from './shown-email.ts'
import { timingWords } from './words.ts'

export interface PreviewOptions {
  readonly live: LiveCampaign
  readonly leads: PipelineLeads
  /** For a person to read. */
  readonly folder: string
  /** The deployment's own address. */
  readonly sender: string
  /** 0 is any free port. */
  readonly port: number
  readonly nowMs: () => number
}

export interface PreviewServer {
  readonly url: string
  close(): Promise<void>
}

const web = resolve(import.meta.dirname, '..', '..', 'web')

/** At the paths that they have in `web/`, so that they find each other. */
const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'preview/index.html', type: 'text/html; charset=utf-8' },
  '/preview/preview.css': { file: 'preview/preview.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    ['preview/preview.js', 'preview/list.js', 'preview/panes.js', 'console/drawing.js'].map((file) => [
      `/${file}`,
      { file, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
}

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Nobody is asked for at this address: the links in a preview lead nowhere. */
const publicUrl = 'https://preview.invalid'

export const servePreview = async (options: PreviewOptions): Promise<PreviewServer> => {
  const watchers = new Set<ServerResponse>()
  const tell = ({ version }: Snapshot): void => {
    for (const response of watchers) response.write(`data: ${version}\n\n`)
  }
  const forget = options.live.onChange(tell)
  let hosts: readonly string[] = []
  const server = createServer((request, response) => {
    // A name of somebody else's that leads to this machine is not ours to answer (DNS rebinding).
    if (!hosts.includes(request.headers.host ?? '')) return send(response, 403, 'text/plain', 'Not here.')
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(`data: ${options.live.snapshot.version}\n\n`)
      watchers.add(response)
      request.on('close', () => watchers.delete(response))
      return
    }
    answer(request, response, options).catch((error: unknown) =>
      sendJson(response, 500, { message: error instanceof Error ? error.message : String(error) }),
    )
  })
  await new Promise<void>((ready, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'EADDRINUSE' ? portTaken(options.port) : error),
    )
    server.listen(options.port, '127.0.0.1', ready)
  })
  const { port } = server.address() as AddressInfo
  hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      forget()
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

const portTaken = (port: number): InputError =>
  new InputError(`Port ${port} is taken by another program; stop it, or choose another with --port.`)

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: PreviewOptions,
): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://preview')
  const file = Object.hasOwn(files, pathname) ? files[pathname] : undefined
  if (file) {
    response.setHeader('content-security-policy', pagePolicy)
    send(response, 200, file.type, readFileSync(join(web, file.file)))
  } else if (pathname === '/api/campaign') sendJson(response, 200, await campaignView(options))
  else if (pathname === '/api/email' || pathname === '/email') {
    const chosen = await choose(searchParams, options)
    if (!chosen) sendJson(response, 404, { message: 'There is no such email, or no such lead.' })
    else if (pathname === '/email') await sendDocument(searchParams, chosen, response)
    else sendJson(response, 200, await emailView(chosen, options))
  } else sendJson(response, 404, { message: 'Not Found' })
}

const campaignView = async ({ live, leads, folder }: PreviewOptions) => {
  const { version, good, own, problems, advice, isStale } = live.snapshot
  const running = await leads.list()
  return {
    version,
    folder,
    isStale,
    problems,
    // An email's own advice is shown with the email.
    advice: good ? sharedAdvice(good.emails, advice) : advice,
    ...(good && {
      name: good.plan.name,
      senderName: good.identity.senderName,
      overview: overviewOf(good, advice),
      people: [
        { group: 'Invented', people: samplePeople(good).map(listed) },
        ...(own.people.length > 0
          ? [{ group: 'From preview-leads.yaml', people: own.people.map(listed) }]
          : []),
        ...(running.length > 0
          ? [
              {
                group: 'Leads of the pipeline on this machine',
                people: running.map(({ id, name }) => ({ id: `lead:${id}`, name })),
              },
            ]
          : []),
      ],
    }),
  }
}

const listed = ({ id, name }: Person) => ({ id, name })

interface Chosen {
  readonly place: Place
  readonly state: LeadState
  readonly campaign: CompiledCampaign
  readonly source: RenderSource
  readonly nowMs: number
}

/** The place and the person that a request names. */
const choose = async (query: URLSearchParams, options: PreviewOptions): Promise<Chosen | undefined> => {
  const { good: campaign, own } = options.live.snapshot
  if (!campaign) return undefined
  const nowMs = options.nowMs()
  const wanted = query.get('lead') ?? ''
  const place = placesOf(campaign).find(({ id }) => id === query.get('place'))
  const person = [...samplePeople(campaign), ...own.people].find(({ id }) => id === wanted)
  const state = wanted.startsWith('lead:')
    ? await options.leads.state(wanted.slice('lead:'.length), campaign)
    : person && stateOf(person, campaign, nowMs)
  if (!place || !state) return undefined
  const { emails, identity } = campaign
  const source = { emails, identity, publicUrl, linkKey: 'preview' }
  return { place, state, campaign, source, nowMs }
}

const emailView = async (
  { place, state, campaign, source, nowMs }: Chosen,
  { live, sender }: PreviewOptions,
) => ({
  place: place.id,
  email: place.email,
  timing: timingOf(place, campaign),
  advice: adviceOn(place.email, live.snapshot.advice),
  ...(await showEmail(place, state, nowMs, source, sender)),
})

const timingOf = ({ kind, touch, sequence }: Place, { plan }: CompiledCampaign): string => {
  if (kind === 'confirmation')
    return 'Goes out at once to every visitor who submits the form, and asks them to confirm. It contains nothing that a visitor typed.'
  if (kind === 'draft')
    return touch.purpose === 'confirmation'
      ? 'No form asks for a confirmation, so nobody gets this email.'
      : 'No step of a sequence names this email yet, so nobody gets it.'
  const step = plan.sequences[sequence ?? '']?.steps.find(({ id }) => id === touch.step)
  return step && !('arms' in step) ? timingWords(step) : ''
}

const sendDocument = async (
  query: URLSearchParams,
  { place, state, source, nowMs }: Chosen,
  response: ServerResponse,
): Promise<void> => {
  const { html } = await renderPlace(place, state, nowMs, source)
  const colours: Colours = query.get('colours') === 'dark' ? 'dark' : 'light'
  response.setHeader('content-security-policy', documentPolicy)
  send(response, 200, 'text/html; charset=utf-8', emailDocument(html, colours))
}

const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
  response
    .writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(body)
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(body))
