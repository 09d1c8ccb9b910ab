import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseChanged } from '../support/assembly.ts'
import { monday } from '../support/leads.ts'

let pipeline: Pipeline

beforeAll(async () => {
  const { assembly } = await synthesiseChanged({
    'forms/newsletter.yaml': { '[https://www.example.com]': '[https://news.example.com]' },
  })
  pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'cors',
  })
})
afterAll(() => pipeline?.close())

/** By node:http, for `fetch` lets nobody set an origin. */
const ask = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const call = request(`${pipeline.url}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    call.on('error', reject)
    call.end()
  })

const allowHeader = 'access-control-allow-origin'

describe.each([
  ['GET', 'definition', 200],
  ['GET', 'token', 200],
  ['POST', 'submissions', 415],
  ['OPTIONS', 'submissions', 204],
])('%s %s', (method, what, status) => {
  test.each([
    ['guide', 'https://www.example.com', true],
    ['newsletter', 'https://news.example.com', true],
    ['guide', 'https://news.example.com', false],
    ['newsletter', 'https://www.example.com', false],
    ['guide', 'https://example.com', false],
    ['guide', 'http://www.example.com', false],
    ['guide', 'https://www.example.com:8443', false],
    ['guide', 'https://www.example.com.evil.example', false],
    ['guide', 'null', false],
  ])('of %s may be read from %s: %s', async (form, origin, isAllowed) => {
    const answer = await ask(method, `/forms/${form}/${what}`, { origin })
    expect(answer.status).toBe(status)
    expect(answer.headers[allowHeader]).toBe(isAllowed ? origin : undefined)
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    expect(answer.headers.vary).toContain('origin')
  })
})

test('a preflight names what a script may send', async () => {
  const { headers } = await ask('OPTIONS', '/forms/guide/submissions', { origin: 'https://www.example.com' })
  expect(headers).toMatchObject({
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, idempotency-key',
  })
})

describe.each([
  ['/embed.js', 'text/javascript; charset=utf-8'],
  ['/pages.css', 'text/css; charset=utf-8'],
])('%s', (path, type) => {
  test('may be loaded by any page, is kept for an hour and is what it says it is', async () => {
    const { status, headers, body } = await ask('GET', path, {})
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=3600',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[0-9a-f]{20}"$/),
    })
    expect(headers['set-cookie']).toBeUndefined()
    expect(body.length).toBeGreaterThan(1000)
  })

  test('comes packed to whoever can unpack it', async () => {
    const { headers, body } = await ask('GET', path, { 'accept-encoding': 'br, gzip' })
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(body.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    expect(body.length).toBeLessThan(5000)
  })

  test('is not sent again to who has it', async () => {
    const { headers } = await ask('GET', path, {})
    const again = await ask('GET', path, { 'if-none-match': String(headers.etag) })
    expect(again.status).toBe(304)
    expect(again.body).toHaveLength(0)
    expect(again.headers.etag).toBe(headers.etag)
  })
})
