import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../functions/lib/answers.ts'
import { formCors } from '../../functions/lib/form-cors.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { problemJson } from '../../functions/lib/problem-json.ts'
import { securityHeaders } from '../../functions/lib/security-headers.ts'
import { LoggableError } from '../../shared/contracts/loggable-error.ts'
import { httpEvent, lambdaContext } from '../support/http-event.ts'
import { catchLog } from '../support/log.ts'

const log = catchLog()

const failing = (error: unknown) =>
  middy(async (_: APIGatewayProxyEventV2): Promise<Answer> => {
    throw error
  }, noEarlyAnswer)
    .use(securityHeaders)
    .use(formCors({}))
    .use(problemJson)

const request = (headers: Readonly<Record<string, string>> = {}, method = 'POST') =>
  httpEvent({
    route: 'POST /forms/{form}/submissions',
    method,
    headers,
    parameters: { form: 'guide' },
    body: 'email=ada%40example.com',
  })

const repeating = new SyntaxError('Unexpected token in "ada@example.com"')
const browser = { accept: 'text/html,application/xhtml+xml' }

describe('a handler that throws', () => {
  test('is a problem to a script, with nothing of the error in it', async () => {
    const answer = await failing(repeating)(request(), lambdaContext())
    expect(answer.statusCode).toBe(500)
    expect(answer.headers?.['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'about:blank',
      status: 500,
      title: 'Something went wrong',
      detail: 'The fault is on our side. Please try again in a minute.',
      errors: [],
    })
  })

  test('is a page to a browser', async () => {
    const answer = await failing(repeating)(request(browser), lambdaContext())
    expect(answer.statusCode).toBe(500)
    expect(answer.headers?.['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('<h1>Something went wrong</h1>')
    expect(answer.body).not.toMatch(/SyntaxError|Unexpected|ada/)
  })

  test('is answered a HEAD as a GET is', async () => {
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => failing(repeating)(request(browser, method), lambdaContext())),
    )
    expect(head?.statusCode).toBe(500)
    expect(head?.headers).toEqual(get?.headers)
  })

  test('is answered with the headers of every answer', async () => {
    const { headers } = await failing(repeating)(request(), lambdaContext())
    expect(headers).toMatchObject({
      vary: 'origin, accept',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })

  test.each<[string, unknown, Record<string, unknown>]>([
    ['a parser’s error, which repeats what it read', repeating, { error: 'SyntaxError' }],
    [
      'an error of ours, with what it says',
      new LoggableError('Step one was sent already'),
      { error: 'LoggableError', reason: 'Step one was sent already' },
    ],
    ['what is no error at all', 'ada@example.com', { error: 'string' }],
  ])('is logged by route and kind, and without personal data: %s', async (_, error, entry) => {
    await failing(error)(request({ 'user-agent': 'ada@example.com' }), lambdaContext())
    const event = { event: 'requestFailed', route: 'POST /forms/{form}/submissions', requestId: 'request-1' }
    expect(log.entries()).toEqual([{ ...event, ...entry }])
    expect(log.text()).not.toContain('ada')
  })
})
