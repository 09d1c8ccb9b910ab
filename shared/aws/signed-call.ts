/** One signed call of an AWS service that speaks JSON: for functions that need an operation or two and not a whole client. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { HttpRequest } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { SignatureV4 } from '@smithy/signature-v4'
import * as z from 'zod/mini'
import { endpointByEnvironment } from './endpoint.ts'

const services = {
  secretsmanager: {
    target: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    endpoint: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  },
  dynamodb: {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    endpoint: 'AWS_ENDPOINT_URL_DYNAMODB',
  },
} as const

/** As many as the SDK makes for DynamoDB, with pauses that begin as short. */
const attempts = 4
const firstPauseMs = 25

/** A service said no, or nothing. Carries the service's own name for it, and never what was sent. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  /** The service's name for the error, such as `ConditionalCheckFailedException`; empty where there was no answer. */
  readonly code: string
  /** Of a transaction: what became of each of its items. */
  readonly cancellations: readonly string[]

  constructor(operation: string, problem: z.infer<typeof refusal>, options?: ErrorOptions) {
    const { __type, message, Message = message, CancellationReasons } = problem
    super(`${operation} failed: ${__type} ${Message}`.trim(), options)
    this.code = __type.split('#').at(-1) ?? ''
    this.cancellations = CancellationReasons.map(({ Code }) => Code)
  }
}

const refusal = z.object({
  __type: z._default(z.string(), ''),
  message: z._default(z.string(), ''),
  /** Some services write it so. */
  Message: z.optional(z.string()),
  CancellationReasons: z._default(z.array(z.object({ Code: z._default(z.string(), 'None') })), []),
})

/** What waiting a moment may change. */
const passing =
  /Throttl|TooManyRequests|LimitExceeded|ThroughputExceeded|InternalServerError|ServiceUnavailable/

/** Gives up a connection or an answer that takes longer; the caller's visitor is waiting. */
const http = new NodeHttpHandler({
  connectionTimeout: 1000,
  requestTimeout: 3000,
  throwOnRequestTimeout: true,
})

/**
 * The answer's JSON. Throttling, faults of the service, lost connections and transactions that met another are tried
 * again, so every call here must be one that may be made twice. Throws `CallFailed`.
 */
export const callAws = async (
  service: keyof typeof services,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  const body = JSON.stringify(input)
  for (let attempt = 1; ; attempt += 1)
    try {
      return await callOnce(service, operation, body)
    } catch (error) {
      if (!(error instanceof CallFailed) || attempt === attempts || !isPassing(error)) throw error
      // Spread out, so that those who were refused together do not come back together.
      await wait(firstPauseMs * 2 ** attempt * (0.5 + Math.random() / 2))
    }
}

const isPassing = ({ code, cancellations }: CallFailed): boolean =>
  code === '' ||
  passing.test(code) ||
  (cancellations.includes('TransactionConflict') && !cancellations.includes('ConditionalCheckFailed'))

const callOnce = async (
  service: keyof typeof services,
  operation: string,
  body: string,
): Promise<unknown> => {
  const { status, text } = await exchange(await signed(service, operation, body), operation)
  if (status === 200) return JSON.parse(text)
  const read = refusal.safeParse(parsed(text))
  throw new CallFailed(
    operation,
    read.success ? read.data : { __type: '', message: `status ${status}`, CancellationReasons: [] },
  )
}

const exchange = async (
  request: HttpRequest,
  operation: string,
): Promise<{ readonly status: number; readonly text: string }> => {
  try {
    const { response } = await http.handle(request)
    return { status: response.statusCode, text: await textOf(response.body) }
  } catch (cause) {
    const message = cause instanceof Error ? cause.name : 'no answer'
    throw new CallFailed(operation, { __type: '', message, CancellationReasons: [] }, { cause })
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page, say: told by its status alone.
    return undefined
  }
}

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const signed = async (service: keyof typeof services, operation: string, body: string) => {
  const { target, contentType, endpoint } = services[service]
  const region = process.env.AWS_REGION ?? ''
  const url = new URL(endpointByEnvironment(service, endpoint, process.env))
  const signer = new SignatureV4({ service, region, sha256: Sha256, credentials: credentials() })
  const request = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: '/',
    query: {},
    headers: {
      host: url.host,
      'content-type': contentType,
      'x-amz-target': `${target}.${operation}`,
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  })
  return new HttpRequest(request)
}

/** Lambda gives credentials in the environment. */
const credentials = () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  ...(process.env.AWS_SESSION_TOKEN && { sessionToken: process.env.AWS_SESSION_TOKEN }),
})

/** SHA-256, keyed or not, in the shape that the signer asks for. */
class Sha256 {
  readonly #key: Uint8Array | undefined
  #hash: Hash | Hmac

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key === undefined ? undefined : bytesOf(key)
    this.#hash = this.#fresh()
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#fresh()
  }

  #fresh(): Hash | Hmac {
    return this.#key ? createHmac('sha256', this.#key) : createHash('sha256')
  }
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array =>
  typeof data === 'string'
    ? Buffer.from(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
