/** An AWS on 127.0.0.1 that treats each request as a test has listed it, and a caller whose time the test holds. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { vi } from 'vitest'

export interface Asked {
  readonly target: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What becomes of one request, once it has been read to its end. */
export type Treatment = (response: ServerResponse, asked: Asked) => void

/** Before the request is read the connection is gone. Only for a request that opens one. */
export const resetsAtOnce = 'resetsAtOnce'

const wire = { 'content-type': 'application/x-amz-json-1.0' }

export const answers =
  (status: number, body: string | object, headers: Readonly<Record<string, string>> = {}): Treatment =>
  (response) => {
    response.writeHead(status, { ...wire, ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

export const goesThrough = answers(200, {})

export const refuses = (type: string, status = 400, more: object = {}): Treatment =>
  answers(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'says why', ...more })

/** A transaction, with a code for each of its items. */
export const cancels = (...codes: readonly string[]): Treatment =>
  refuses('TransactionCanceledException', 400, { CancellationReasons: codes.map((Code) => ({ Code })) })

export const resets: Treatment = ({ socket }) => void socket?.resetAndDestroy()

export const hangs: Treatment = () => {}

/** Promises a hundred bytes and sends eleven. */
const begins = (response: ServerResponse): void => {
  response.writeHead(200, { ...wire, 'content-length': '100' })
  response.write('{"Attribute')
}
export const stopsInTheMiddle: Treatment = begins
export const breaksOffInTheMiddle: Treatment = (response) => {
  begins(response)
  response.socket?.end()
}

/** Each request is treated as the next of the list says, and those after its end as its last. */
export const misbehavingAws = async (...treatments: readonly (Treatment | typeof resetsAtOnce)[]) => {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let at = 0
  const treatment = () => treatments[Math.min(at, treatments.length - 1)]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers } = request
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
      const one = { target: headers['x-amz-target']?.toString(), headers, body }
      asked.push(one)
      const treat = treatment()
      at += 1
      if (typeof treat === 'function') treat(response, one)
    })
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (treatment() !== resetsAtOnce) return
    at += 1
    socket.resetAndDestroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', undefined)
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', undefined)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an example of a secret')
  vi.stubEnv('AWS_SESSION_TOKEN', undefined)
  return {
    asked,
    /** Opened so far. */
    connections: () => connections,
    /** Open now. */
    openConnections: () => sockets.size,
    close: async () => {
      vi.unstubAllEnvs()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
