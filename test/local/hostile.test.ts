import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { postForm } from '../support/forms.ts'
import { hostileTexts, isReadable } from '../support/hostile.ts'
import { day, monday } from '../support/leads.ts'
import { shapeOf, strange } from '../support/page-shape.ts'

let pipeline: Pipeline
let lines: string[] = []

beforeAll(async () => {
  const { assembly } = await synthesiseForTest()
  pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'hostile',
    imports: 'atFirstCall',
    onLog: ({ line }) => lines.push(line),
    ses: { maxSendRate: 1000 },
  })
})
afterAll(() => pipeline?.close())

/** Writes bytes to the port as they are, and gives the first line of what came back. */
const send = async (...parts: readonly (string | Buffer)[]): Promise<string> => {
  const socket = connect(Number(new URL(pipeline.url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1')
    if (answer.includes('\r\n')) socket.end()
  })
  // The server may close before everything is written: that is an answer too.
  socket.on('error', () => {})
  for (const part of parts) socket.write(part)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer.split('\r\n', 1)[0] ?? ''
}

const path = '/forms/guide/submissions'
const form = 'application/x-www-form-urlencoded'
const body = 'email=ada%40example.com&consent=yes'
const head = (headers: string, to = path, method = 'POST') =>
  `${method} ${to} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n\r\n`
const post = (type: string, bytes: string | Buffer, more = '') =>
  send(head(`content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(bytes)}${more}`), bytes)

describe('raw requests are answered, and never with a failure of ours:', () => {
  test.each<[string, () => Promise<string>, number]>([
    ['a good body without a token', () => post(form, body), 422],
    ['a length that is too short', () => send(head(`content-type: ${form}\r\ncontent-length: 5`), body), 400],
    [
      'a length that is no number',
      () => send(head(`content-type: ${form}\r\ncontent-length: many`), body),
      400,
    ],
    ['a negative length', () => send(head(`content-type: ${form}\r\ncontent-length: -1`), body), 400],
    [
      'two lengths',
      () => send(head(`content-type: ${form}\r\ncontent-length: 35\r\ncontent-length: 5`), body),
      400,
    ],
    [
      'a length beside chunks',
      () =>
        send(head(`content-type: ${form}\r\ncontent-length: 35\r\ntransfer-encoding: chunked`), '0\r\n\r\n'),
      400,
    ],
    [
      'chunks',
      () => send(head(`content-type: ${form}\r\ntransfer-encoding: chunked`), `23\r\n${body}\r\n0\r\n\r\n`),
      422,
    ],
    [
      'a chunk whose size is no number',
      () => send(head(`content-type: ${form}\r\ntransfer-encoding: chunked`), 'zz\r\nx\r\n'),
      400,
    ],
    ['a header of 100 KB', () => send(head(`x-long: ${'q'.repeat(100_000)}`)), 431],
    [
      'a thousand headers',
      () => send(head(Array.from({ length: 1000 }, (_, at) => `x-${at}: 1`).join('\r\n'))),
      431,
    ],
    ['a header without a colon', () => send(head('content-type')), 400],
    ['a NUL in a header', () => send(head('x-a: a\u0000b')), 400],
    [
      'bad percent-encoding in the path',
      () => send(head(`content-type: ${form}\r\ncontent-length: 0`, '/forms/%E0%A4%A/submissions')),
      404,
    ],
    [
      'a path that climbs',
      () => send(head(`content-type: ${form}\r\ncontent-length: 0`, '/forms/../../etc/submissions')),
      404,
    ],
    [
      'a path that is a whole address',
      () => send(head('accept: */*', 'http://evil.example/forms/guide', 'GET')),
      200,
    ],
    ['a path that is two slashes', () => send(head('accept: */*', '//', 'GET')), 404],
    ['a path that no URL parser takes', () => send(head('accept: */*', 'http://[/forms/guide', 'GET')), 400],
    ['bad percent-encoding in the body', () => post(form, '%zz=%&email=%E0%A4%A'), 422],
    ['bytes that are not UTF-8', () => post(form, Buffer.from([0x65, 0x3d, 0xff, 0xfe, 0xc0])), 422],
    [
      'UTF-16 as text',
      () => post('application/json', Buffer.from('{"email":"ada@example.com"}', 'utf16le')),
      400,
    ],
    ['UTF-16 by name', () => post('application/json; charset=utf-16', Buffer.from('{}', 'utf16le')), 415],
    [
      'a byte order mark',
      () => post('application/json', '\ufeff{"email":"ada@example.com","consent":"yes"}'),
      400,
    ],
    [
      'multipart',
      () =>
        post(
          'multipart/form-data; boundary=x',
          '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\nada@example.com\r\n--x--',
        ),
      415,
    ],
    ['a compressed body', () => post(form, gzipSync(body), '\r\ncontent-encoding: gzip'), 422],
    [
      'a compressed body as JSON',
      () => post('application/json', gzipSync('{}'), '\r\ncontent-encoding: gzip'),
      400,
    ],
    ['40 KB', () => post(form, `firstName=${'q'.repeat(40_000)}`), 413],
    ['more than 10 MB', () => post(form, Buffer.alloc(10 * 1024 * 1024 + 1, 'q')), 413],
    ['HEAD', () => send(head('accept: */*', '/forms/guide', 'HEAD')), 404],
    ['PUT', () => send(head('content-length: 0', path, 'PUT')), 404],
    ['DELETE', () => send(head('content-length: 0', '/forms/guide', 'DELETE')), 404],
    ['GET where only a post goes', () => send(head('accept: */*', path, 'GET')), 404],
    ['no HTTP at all', () => send('hello\r\n\r\n'), 400],
  ])('%s', async (_, request, status) => {
    expect(await request()).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect((await pipeline.table.scan()).filter(({ sk }) => String(sk).startsWith('FACT#'))).toEqual([])
  })
})

describe('an unknown form is told', () => {
  test.each([
    ['GET', '/forms/nowhere'],
    ['GET', '/forms/__proto__'],
    ['GET', '/forms/nowhere/definition'],
    ['GET', '/forms/constructor/token'],
    ['GET', '/forms/nowhere/thanks'],
    ['POST', '/forms/nowhere/submissions'],
  ])('to a script and to a person: %s %s', async (method, route) => {
    const ask = (accept: string) => fetch(`${pipeline.url}${route}`, { method, headers: { accept } })
    const [script, person] = [await ask('application/json'), await ask('text/html')]
    expect([script.status, script.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(await script.json()).toMatchObject({ status: 404, title: 'Unknown form' })
    expect([person.status, person.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(await person.text()).toContain('There is no such form')
  })
})

test('the API’s description is served, for any page to read', async () => {
  const answer = await fetch(`${pipeline.url}/openapi.json`)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await answer.json()).toMatchObject({ openapi: '3.1.1', servers: [{ url: pipeline.url }] })
})

describe('hostile answers', () => {
  const names = hostileTexts.filter((text) => isReadable(text, 60)).filter((_, at) => at % 6 === 0)
  /** A lead who is ready at once: the hand-off email to sales carries all of its answers. */
  const ready = { occupation: 'Working Professional', minutesOnSite: '20', source: 'Reference' }

  test('break out of no email, no subject and no header, and out of no page of sales', async () => {
    await postForm(pipeline, { email: 'harmless@example.com', firstName: 'Ada', city: 'Bristol' })
    await postForm(pipeline, { email: 'sold@example.com', firstName: 'Ada', city: 'Bristol', ...ready })
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + day)
    const harmless = new Set(pipeline.ses.inbox().flatMap(({ html }) => [...shapeOf(withoutTokens(html))]))
    const before = pipeline.ses.inbox().length
    lines = []
    for (const [at, name] of names.entries()) {
      const answers = { email: `hostile${at}@example.com`, firstName: name, city: name }
      expect(
        (await postForm(pipeline, at % 4 === 0 ? { ...answers, ...ready } : { ...answers, source: name }))
          .status,
      ).toBe(202)
    }
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + day)
    const emails = pipeline.ses.inbox().slice(before)
    expect(emails.filter(({ tags }) => tags.purpose === 'marketing').length).toBeGreaterThan(35)
    expect(emails.filter(({ tags }) => tags.purpose === 'sales').length).toBeGreaterThan(10)
    for (const { html, subject, headers, to, from, text } of emails) {
      expect(strange(withoutTokens(html), harmless)).toEqual([])
      for (const line of [subject, to, from, ...Object.values(headers)]) expect(line).not.toMatch(/[\r\n]/)
      // What a visitor typed is a name, and no line, link or template of ours.
      expect(text).not.toMatch(/^\s*(Bcc|Set-Cookie):/m)
      expect(html).not.toContain('confirm/')
    }
    expect(new Set(emails.flatMap(({ headers }) => Object.keys(headers)))).toEqual(
      new Set(['List-Unsubscribe', 'List-Unsubscribe-Post', 'X-Ripen-Hand-Off']),
    )
    expect(lines.join('\n')).not.toMatch(/hostile\d+@|ERROR/)
    const link = /http:[^\s"]+\/sales\/[\w.-]+/.exec(
      emails.find(({ tags }) => tags.purpose === 'sales')?.text ?? '',
    )?.[0]
    const page = await (await fetch(link ?? '')).text()
    expect(page).toContain('A lead with 13.00 points')
    expect([...shapeOf(page)].filter((part) => /script|^img|^iframe| on\w+=/.test(part))).toEqual([])
  })

  test('carry no advertisement to an address that a stranger typed', async () => {
    for (const [at, firstName] of [
      'Win at https://evil.example',
      'www.evil.example',
      'evil.example/win',
      'call eve@evil.example',
    ].entries())
      await postForm(pipeline, { email: `victim${at}@example.com`, firstName })
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + day)
    const emails = pipeline.ses.inbox().filter(({ to }) => to.startsWith('victim'))
    expect(emails).toHaveLength(4)
    for (const { html, text } of emails) {
      expect(text).toContain('Hello there,')
      expect(`${html}${text}`).not.toContain('evil')
    }
  })
})

/** Links that carry a signature or are counted differ from email to email. */
const withoutTokens = (html: string): string =>
  html.replace(/\/(preferences|sales|_\/ses\/\w+)\/[\w.~/-]+/g, '/$1/x')
