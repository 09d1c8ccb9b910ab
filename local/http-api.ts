/** The template's routes on one port: requests become events of payload format 2.0, and answers responses. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../shared/contracts/user-error.ts'
import { accessLogBytes } from './bill/access-log.ts'
import type { VirtualClock } from './clock.ts'
import { type Inventory, localAccount } from './inventory.ts'
import type { Functions } from './lambda/functions.ts'
import type { Meter } from './meter.ts'

/** API Gateway's limit. */
const bodyLimitBytes = 10 * 1024 * 1024

/** The port that the pipeline wants is in use by something else. */
export class PortTaken extends UserError {
  override readonly name = 'PortTaken'

  constructor(port: number) {
    super(`Port ${port} is taken by another program; stop it, or choose another with --port.`)
  }
}

export interface HttpApiOptions {
  readonly inventory: Pick<Inventory, 'routes' | 'accessLogFormat'>
  readonly functions: Functions
  readonly clock: VirtualClock
  readonly meter: Meter
  /** Answers a request that is not the API's, such as the console page; false where it is not one of its own. */
  readonly console: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>
}

export interface HttpApi {
  readonly url: string
  /** From now on requests reach the functions; before it they are answered 503. */
  serve(options: HttpApiOptions): void
  /** May be called again. */
  close(): Promise<void>
}

interface Answer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

const starting = { 'content-type': 'text/plain', 'retry-after': '1' }

/** Takes the port. Throws `PortTaken`. Port 0 is any that is free. */
export const listen = async (port: number): Promise<HttpApi> => {
  let options: HttpApiOptions | undefined
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    if (options) void respond(request, response, options, requests)
    else response.writeHead(503, starting).end('The pipeline is starting; try again in a moment.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): Promise<void> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return {
    url,
    serve: (given) => {
      options = given
    },
    close,
  }
}

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpApiOptions,
  count: number,
): Promise<void> => {
  try {
    const target = request.url ?? '/'
    // Joined and not resolved: `//` would otherwise be read as the beginning of another host.
    const url = URL.parse(target.startsWith('/') ? `http://127.0.0.1${target}` : target)
    if (!url) {
      response.writeHead(400).end()
      return
    }
    if (await options.console(request, response, url.pathname)) return
    const answer = await options.clock.activity.during(() => callRoute(request, url, options, count))
    const body = answer.isBase64Encoded ? Buffer.from(answer.body ?? '', 'base64') : (answer.body ?? '')
    response.writeHead(answer.statusCode, answer.headers).end(body)
  } catch (error) {
    response
      .writeHead(500, { 'content-type': 'text/plain' })
      .end(error instanceof Error ? error.message : 'Unknown error')
  }
}

const callRoute = async (
  request: IncomingMessage,
  url: URL,
  { inventory, functions, clock, meter }: HttpApiOptions,
  count: number,
): Promise<Answer> => {
  const method = request.method ?? 'GET'
  const route = inventory.routes
    .map((candidate) => ({
      ...candidate,
      pathParameters: matchRoute(candidate.routeKey, method, url.pathname),
    }))
    .find(({ pathParameters }) => pathParameters !== undefined)
  if (!route) return json(404, 'Not Found')
  const body = await readBody(request)
  if (!body) return json(413, 'Request Entity Too Large')
  // Metered in units of 512 KB, as API Gateway does.
  meter.count('apiRequests', route.routeKey, Math.max(1, Math.ceil(body.length / (512 * 1024))))
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  )
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded|xml|problem\+json))|^$/.test(
    headers['content-type'] ?? '',
  )
  const event = {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    pathParameters: route.pathParameters,
    requestContext: {
      accountId: localAccount,
      apiId: 'local',
      domainName: url.host,
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      // Unlike any request of an earlier start: facts are named by it.
      requestId: `${clock.nowMs().toString(36)}-${String(count).padStart(6, '0')}`,
      routeKey: route.routeKey,
      stage: '$default',
      time: new Date(clock.nowMs()).toUTCString(),
      timeEpoch: clock.nowMs(),
    },
    ...(body.length > 0 && { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
  const invocation = await functions.invoke(route.functionArn, event)
  const answer = invocation.ok ? toAnswer(invocation.result) : json(500, 'Internal Server Error')
  meter.count('transferBytes', route.routeKey, sizeOf(answer))
  const logged = accessLogBytes(inventory.accessLogFormat, route.routeKey, answer.statusCode)
  meter.count('logBytes', `${route.routeKey} access`, logged)
  return answer
}

/** As it goes out to the internet, headers and all. */
const sizeOf = ({ headers = {}, body = '', isBase64Encoded }: Answer): number =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8') +
  Object.entries(headers).reduce((sum, header) => sum + Buffer.byteLength(header.join(': ')) + 2, 0)

/** The path's parameters where the route fits, decoded. */
const matchRoute = (routeKey: string, method: string, path: string): Record<string, string> | undefined => {
  const [routeMethod, template = ''] = routeKey.split(' ')
  if (routeMethod !== method && routeMethod !== 'ANY') return undefined
  const source = template.replace(/\{(\w+)\+\}/g, '(?<$1>.+)').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const match = new RegExp(`^${source}$`).exec(path)
  if (!match) return undefined
  return Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, value]) => [name, safelyDecoded(value)]),
  )
}

const safelyDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What a function returned: a response, or anything else as a JSON body with 200. */
const toAnswer = (result: unknown): Answer =>
  typeof result === 'object' && result !== null && 'statusCode' in result
    ? (result as Answer)
    : {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(result ?? null),
      }

const json = (statusCode: number, message: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > bodyLimitBytes) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
