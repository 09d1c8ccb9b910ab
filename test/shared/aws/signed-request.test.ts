import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedRequest } from '../../../shared/aws/signed-request.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-02T10:00:00Z') })
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB', 'AWS_SESSION_TOKEN'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an example of a secret')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const request = () => signedRequest('dynamodb', 'PutItem', '{"TableName":"Leads"}')

test('a request is signed as the documentation of Signature Version 4 has it', async () => {
  expect(await request()).toMatchObject({
    method: 'POST',
    protocol: 'https:',
    hostname: 'dynamodb.eu-central-1.amazonaws.com',
    path: '/',
    body: '{"TableName":"Leads"}',
    headers: {
      'content-length': '21',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      'x-amz-date': '20260302T100000Z',
      // Reckoned apart from the library, by the steps of the documentation.
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/eu-central-1/dynamodb/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target, Signature=bf52c9b88cc0d6a70ecb825c9abb487242c4ab3710fcf9cfd06bd3f7c7d6ec45',
    },
  })
})

test.each([
  ['a region of China', { AWS_REGION: 'cn-north-1' }, 'https://dynamodb.cn-north-1.amazonaws.com.cn'],
  ['an endpoint for all services', { AWS_ENDPOINT_URL: 'http://127.0.0.1:8000' }, 'http://127.0.0.1:8000'],
  [
    'an endpoint of its own, which comes first',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:8000', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9000' },
    'http://127.0.0.1:9000',
  ],
])('%s is where it goes', async (_, environment, url) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const { protocol, hostname, port, headers } = await request()
  expect(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`).toBe(url)
  expect(headers.host).toBe(new URL(url).host)
})

test.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
  'without %s there is none, and the failure names it',
  async (name) => {
    vi.stubEnv(name, undefined)
    await expect(request()).rejects.toMatchObject({
      name: 'MissingAwsSetting',
      message: `The environment variable ${name} is not set; AWS cannot be called without it.`,
    })
  },
)
