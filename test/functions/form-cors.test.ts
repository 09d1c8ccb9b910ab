import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { type Answer, json } from '../../functions/lib/answers.ts'
import { formCors, preflight } from '../../functions/lib/form-cors.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { problemJson } from '../../functions/lib/problem-json.ts'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { httpEvent, lambdaContext } from '../support/http-event.ts'
import { catchLog } from '../support/log.ts'

catchLog()

const form: CompiledForm = {
  id: 'guide',
  version: 'v1',
  title: 'Guide',
  submit: 'Send',
  fields: [],
  consent: { wording: 'Yes', wordingHash: 'w1', keepSourceDays: 0 },
  origins: ['https://www.example.com', 'https://shop.example.com'],
  thanks: { title: 'Thanks', text: 'Thanks' },
  redirects: [],
  disposable: 'allow',
  protection: { hasTrap: false, work: 'never' },
}

const headersFor = async (
  parameters: Readonly<Record<string, string>>,
  origin: string | undefined,
  handle: () => Promise<Answer> = async () => json(200, {}),
) => {
  const chain = middy((_: APIGatewayProxyEventV2) => handle(), noEarlyAnswer)
    .use(formCors({ guide: form }))
    .use(problemJson)
  const headers = origin === undefined ? {} : { origin }
  return (await chain(httpEvent({ parameters, headers }), lambdaContext())).headers
}

const allowed = 'access-control-allow-origin'

describe('an answer of a form', () => {
  test.each([
    ['https://www.example.com', 'https://www.example.com'],
    ['https://shop.example.com', 'https://shop.example.com'],
    ['https://www.example.com.evil.example', undefined],
    ['http://www.example.com', undefined],
    ['null', undefined],
    [undefined, undefined],
  ])('to a script of %s may be read by %s', async (origin, reader) => {
    const headers = await headersFor({ form: 'guide' }, origin)
    expect(headers?.[allowed]).toBe(reader)
    expect(headers?.vary).toBe('origin, accept')
  })

  test('may be read by its pages where it went wrong, too', async () => {
    const headers = await headersFor({ form: 'guide' }, 'https://www.example.com', async () => {
      throw new Error('The table is away.')
    })
    expect(headers?.[allowed]).toBe('https://www.example.com')
  })
})

test.each(['other', 'constructor', '__proto__'])(
  'a form %s that there is not is open to nobody',
  async (name) => {
    const headers = await headersFor({ form: name }, 'https://www.example.com')
    expect(headers?.[allowed]).toBeUndefined()
  },
)

test('an answer that is no form’s says for itself who may read it', async () => {
  const headers = await headersFor({}, 'https://www.example.com', async () =>
    json(200, {}, { [allowed]: '*', vary: 'accept-encoding' }),
  )
  expect(headers).toMatchObject({ [allowed]: '*', vary: 'accept-encoding' })
})

test('a preflight names what may be sent, and no origin of its own', () => {
  expect(preflight()).toEqual({
    statusCode: 204,
    headers: {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, idempotency-key',
      'access-control-max-age': '7200',
    },
  })
})
