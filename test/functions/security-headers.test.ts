import middy from '@middy/core'
import { expect, test } from 'vitest'
import { type Answer, json, page, seeOther } from '../../functions/lib/answers.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { formPolicy, securityHeaders } from '../../functions/lib/security-headers.ts'
import { html } from '../../web/html.ts'
import { lambdaContext } from '../support/http-event.ts'

const headersOf = async (answer: Answer) =>
  (await middy(async (): Promise<Answer> => answer, noEarlyAnswer).use(securityHeaders)({}, lambdaContext()))
    .headers

const strict =
  "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

test.each<[string, Answer]>([
  ['a page', page(200, html`<p>a</p>`)],
  ['JSON', json(200, {})],
  ['the way to another page', seeOther('/thanks')],
  ['an answer without headers', { statusCode: 204 }],
])('%s is kept by nobody, is what it says it is and may do next to nothing', async (_, answer) => {
  expect(await headersOf(answer)).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': strict,
    'x-content-type-options': 'nosniff',
  })
})

test('a page tells nobody where its visitor came from, and the way to another page leaves that to the page before', async () => {
  const names = async (answer: Answer) => (await headersOf(answer))?.['referrer-policy']
  expect(await names(page(200, html`<p>a</p>`))).toBe('no-referrer')
  expect(await names(seeOther('https://www.example.com/thanks'))).toBeUndefined()
})

test('what an answer says for itself holds', async () => {
  const answer = json(200, {}, { 'cache-control': 'public, max-age=300' })
  expect(await headersOf(answer)).toMatchObject({ 'cache-control': 'public, max-age=300' })
})

test.each<[string, Parameters<typeof formPolicy>[0], string]>([
  ['our own thanks', { thanks: { title: 'a', text: 'b' }, redirects: [] }, "form-action 'self'"],
  [
    'a page of the site, and another',
    { thanks: { redirect: 'https://www.example.com/thanks' }, redirects: ['https://shop.example.com/a/'] },
    "form-action 'self' https://www.example.com https://shop.example.com",
  ],
  [
    'two pages of one site',
    { thanks: { redirect: 'https://www.example.com/a' }, redirects: ['https://www.example.com/b'] },
    "form-action 'self' https://www.example.com",
  ],
])('a form that leads to %s may be posted there and run our script alone', async (_, form, action) => {
  const policy = (await headersOf(page(200, html`<form></form>`, formPolicy(form))))?.[
    'content-security-policy'
  ]
  expect(String(policy).split('; ')).toEqual([
    "default-src 'none'",
    "style-src 'self'",
    action,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "script-src 'self'",
    "connect-src 'self'",
  ])
})
