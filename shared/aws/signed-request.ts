/** A request of an AWS service that speaks JSON, signed with what Lambda puts into the environment. */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { LoggableError } from '../contracts/loggable-error.ts'
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

export type Service = keyof typeof services

/** Lambda sets these for its functions; whatever runs elsewhere must set them itself. */
export class MissingAwsSetting extends LoggableError {
  override readonly name = 'MissingAwsSetting'

  constructor(variable: string) {
    super(`The environment variable ${variable} is not set; AWS cannot be called without it.`)
  }
}

/** Throws `MissingAwsSetting`. */
export const signedRequest = async (
  service: Service,
  operation: string,
  body: string,
): Promise<HttpRequest> => {
  const { target, contentType, endpoint } = services[service]
  const region = setting('AWS_REGION')
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

/** Throws `MissingAwsSetting`. */
const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new MissingAwsSetting(name)
  return value
}

/** Lambda gives credentials in the environment. */
const credentials = () => ({
  accessKeyId: setting('AWS_ACCESS_KEY_ID'),
  secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
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
