/** A visitor's browser, as far as the public API sees it: a network of its own, a form's token, a post. */
import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** Every address that begins with 127 is this machine, so each visitor can come from a range of their own. */
export const addressOf = (visitor: number): string =>
  `127.${1 + (Math.floor(visitor / 254) % 254)}.${1 + (visitor % 254)}.1`

/** One request from `address`, with a body as JSON where there is one. */
export const visit = (
  url: string,
  address: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const options = {
      method: body === undefined ? 'GET' : 'POST',
      localAddress: address,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    }
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(text)
  })

/** Asks for a form's token. */
export const tokenFor = async (base: string, form: string, address: string): Promise<string | undefined> =>
  tokenIn(await visit(`${base}/forms/${form}/token`, address))

/** The token that comes with a form when it is shown; absent where the form asks for none. */
export const tokenIn = ({ body }: Answer): string | undefined => {
  const answer: unknown = JSON.parse(body)
  return typeof answer === 'object' &&
    answer !== null &&
    'token' in answer &&
    typeof answer.token === 'string'
    ? answer.token
    : undefined
}
