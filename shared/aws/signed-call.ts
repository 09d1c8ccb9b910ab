/** One signed call of an AWS service that speaks JSON: for functions that need an operation or two and not a whole client. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { HttpRequest } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { SignatureV4 } from '@smithy/signature-v4'

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

/** As many as the SDK makes, with its first pause. */
const attempts = 3
const firstPauseMs = 50

/** A service said no, or nothing. Carries the service's own name for it, and never what was sent. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'

  constructor(operation: string, reason: string, options?: ErrorOptions) {
    super(`${operation} failed: ${reason}`, options)
  }
}

/** Gives up a connection or an answer that takes longer; the caller's visitor is waiting. */
const http = new NodeHttpHandler({
  connectionTimeout: 1000,
  requestTimeout: 3000,
  throwOnRequestTimeout: true,
})

/** The answer's JSON. Throttling, faults of the service and lost connections are tried again. Throws `CallFailed`. */
export const callAws = async (
  service: keyof typeof services,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryCall(service, operation, JSON.stringify(input))
    if (outcome.kind === 'answered') return outcome.answer
    if (!outcome.isWorthRepeating || attempt === attempts) throw outcome.error
    await wait(firstPauseMs * 2 ** attempt)
  }
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: CallFailed; readonly isWorthRepeating: boolean }

const tryCall = async (service: keyof typeof services, operation: string, body: string): Promise<Outcome> => {
  try {
    const { response } = await http.handle(await signed(service, operation, body))
    const text = await textOf(response.body)
    if (response.statusCode === 200) return { kind: 'answered', answer: JSON.parse(text) }
    const reason =
      /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z]+)"/.exec(text)?.[1] ?? `status ${response.statusCode}`
    // An operation that may not be repeated would need more care here; reads and counts of load do not.
    const isWorthRepeating = response.statusCode >= 500 || /Throttl|TooMany|Exceeded/.test(reason)
    return {
      kind: 'failed',
      error: new CallFailed(operation, `${reason} ${messageOf(text)}`.trim()),
      isWorthRepeating,
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : 'no answer'
    return { kind: 'failed', error: new CallFailed(operation, reason, { cause }), isWorthRepeating: true }
  }
}

/** AWS's own words name the role and the resource. */
const messageOf = (text: string): string => {
  const quoted = /"[mM]essage"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  return quoted === undefined ? '' : String(JSON.parse(quoted))
}

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const signed = async (service: keyof typeof services, operation: string, body: string) => {
  const { target, contentType, endpoint } = services[service]
  const region = process.env.AWS_REGION ?? ''
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const url = new URL(
    process.env[endpoint] ?? process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}`,
  )
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
