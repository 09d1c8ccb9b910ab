import http from 'node:http'
import { MessageChannel } from 'node:worker_threads'
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import { accessKeyFor } from '../../local/gateway.ts'
import { type HandedRequest, handOver } from '../../local/lambda/hand-over.ts'
import type { FromTimers } from '../../local/lambda/waits.ts'
import { type AwsAnswer, type AwsCall, AwsError } from '../../local/service.ts'
import { gatewayTo } from '../support/gateway.ts'
import { monday } from '../support/leads.ts'

type Served = Awaited<ReturnType<typeof gatewayTo>>

/** What the service does with a call; each test sets its own. */
let answer: (call: AwsCall) => Promise<AwsAnswer>
let seen: AwsCall[]

const service = {
  scopes: ['dynamodb', 'scheduler', 'ses'],
  permissions: () => [{ action: 'any:Call', resource: 'arn' }],
  handle: (call: AwsCall) => {
    seen.push(call)
    return answer(call)
  },
}

beforeEach(() => {
  seen = []
  answer = async () => ({ status: 200, body: {} })
})

const never = () => new Promise<AwsAnswer>(() => {})

const put = (given: Partial<ConstructorParameters<typeof PutItemCommand>[0]> = {}) =>
  new PutItemCommand({ TableName: 'leads', Item: { pk: { S: 'Zoë 😀' } }, ...given })

/** As a worker's calls reach the gateway. Nobody listens at the address, so that a call over a socket would be refused. */
const asMessages = (served: Served) => {
  const nowhere = 'http://127.0.0.1:9'
  const { port1, port2 } = new MessageChannel()
  port1.on('message', async (message: HandedRequest | FromTimers) => {
    if (!('request' in message)) return
    const { id, request } = message
    port1.postMessage({ id, answer: await served.gateway.exchange(request) })
  })
  handOver(nowhere, port2)
  return { settings: { ...served.client, endpoint: nowhere }, close: () => port1.close() }
}

const overSocket = (served: Served) => ({ settings: served.client, close: () => {} })

describe.each([
  { way: 'a socket', open: overSocket },
  { way: 'messages', open: asMessages },
])('over $way', ({ open }) => {
  let served: Served
  let settings: Served['client']
  let close: () => void
  beforeAll(async () => {
    served = await gatewayTo([service], new VirtualClock(monday))
    ;({ settings, close } = open(served))
  })
  afterAll(async () => {
    close()
    await served.close()
  })

  test('a call arrives as it was written, and its answer as it was given, by the clock of the gateway', async () => {
    answer = async () => ({ status: 200, body: '{"Attributes":{"pk":{"S":"Zoë 😀"}}}' })
    const client = new DynamoDBClient(settings)
    const received: unknown[] = []
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        const { headers } = result.response as { headers: Record<string, string> }
        received.push(headers.date, headers['content-type'], headers['content-length'])
        return result
      },
      { step: 'deserialize' },
    )
    const { Attributes, $metadata } = await client.send(put({ ReturnValues: 'ALL_OLD' }))
    expect(Attributes).toEqual({ pk: { S: 'Zoë 😀' } })
    expect([$metadata.httpStatusCode, $metadata.attempts]).toEqual([200, 1])
    // In bytes: the ë takes two, the face four.
    expect(received).toEqual(['Mon, 02 Mar 2026 10:00:00 GMT', 'application/x-amz-json-1.0', '39'])
    expect(seen).toMatchObject([
      {
        service: 'dynamodb',
        method: 'POST',
        path: '/',
        target: 'PutItem',
        caller: 'caller',
        body: { TableName: 'leads', Item: { pk: { S: 'Zoë 😀' } }, ReturnValues: 'ALL_OLD' },
      },
    ])
    expect(JSON.parse(seen[0]?.text ?? '')).toEqual(seen[0]?.body)
  })

  test('a body that is written in pieces, and an answer that is read in pieces, are whole', async () => {
    answer = async ({ body }) => ({ status: 200, body: { echo: body.said } })
    const { hostname, port } = new URL(settings.endpoint)
    const bytes = Buffer.from('{"said":"😀"}')
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${settings.credentials.accessKeyId}/1/r/ses/aws4_request`,
      'content-length': String(bytes.length),
    }
    const text = await new Promise<string>((resolve, reject) => {
      const request = http.request(
        { host: hostname, port, method: 'POST', path: '/', headers },
        async (response) => {
          const chunks: Buffer[] = []
          for await (const chunk of response) chunks.push(chunk)
          resolve(Buffer.concat(chunks).toString('utf8'))
        },
      )
      request.on('error', reject)
      // The face is four bytes, from the tenth on.
      request.write(bytes.subarray(0, 11))
      request.end(bytes.subarray(11))
    })
    expect(text).toBe('{"echo":"😀"}')
  })

  test('a call by path keeps its query, and one by REST its body', async () => {
    await new SchedulerClient(settings).send(new GetScheduleCommand({ Name: 'a.b', GroupName: 'touches' }))
    const Content = { Simple: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'x'.repeat(300_000) } } } }
    await new SESv2Client(settings).send(new SendEmailCommand({ Content }))
    const [schedule, email] = seen
    expect([schedule?.method, schedule?.path, schedule?.query.toString(), schedule?.text]).toEqual([
      'GET',
      '/schedules/a.b',
      'groupName=touches',
      '',
    ])
    expect([email?.path, email?.target, email?.body]).toEqual([
      '/v2/email/outbound-emails',
      undefined,
      { Content },
    ])
  })

  test('an error comes with its name, status and members, in either wire format', async () => {
    answer = async ({ service: scope }) => {
      if (scope === 'dynamodb')
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed')
      throw new AwsError('ResourceNotFoundException', 'Schedule a does not exist.', 404)
    }
    const failure = new DynamoDBClient(settings).send(put())
    await expect(failure).rejects.toThrow(ConditionalCheckFailedException)
    await expect(failure).rejects.toMatchObject({
      message: 'The conditional request failed',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    })
    await expect(
      new SchedulerClient(settings).send(new GetScheduleCommand({ Name: 'a' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule a does not exist.',
      $metadata: { httpStatusCode: 404 },
    })
  })

  test('a caller that is not known is denied, and the service does not hear of it', async () => {
    const credentials = { accessKeyId: accessKeyFor('stranger'), secretAccessKey: 'local' }
    await expect(new DynamoDBClient({ ...settings, credentials }).send(put())).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/stranger is not authorized to perform: any:Call on resource: arn/),
      $metadata: { httpStatusCode: 403 },
    })
    expect(seen).toEqual([])
  })

  test('what breaks inside is a 500 that the SDK tries again', async () => {
    let calls = 0
    answer = async () => {
      calls += 1
      if (calls === 1) throw new TypeError('nothing to do with AWS')
      return { status: 200, body: {} }
    }
    const client = new DynamoDBClient({ ...settings, maxAttempts: 2 })
    expect((await client.send(put())).$metadata).toMatchObject({ httpStatusCode: 200, attempts: 2 })
  })

  test.each([
    {
      given: { requestTimeout: 30, throwOnRequestTimeout: true },
      said: 'exceeded the configured 30 ms requestTimeout',
    },
    { given: { socketTimeout: 30 }, said: 'timed out after 30 ms of inactivity' },
  ])('no answer ends the call by the client’s own time-out: $given', async ({ given, said }) => {
    answer = never
    const client = new DynamoDBClient({ ...settings, requestHandler: given })
    await expect(client.send(put())).rejects.toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining(said),
    })
    answer = async () => ({ status: 200, body: {} })
    expect((await client.send(put())).$metadata.httpStatusCode).toBe(200)
  })

  test('an answer that comes after its call was given up is for nobody', async () => {
    const late = Promise.withResolvers<AwsAnswer>()
    const arrived = Promise.withResolvers<void>()
    answer = () => {
      arrived.resolve()
      return late.promise
    }
    const client = new DynamoDBClient(settings)
    const abort = new AbortController()
    const call = client.send(put(), { abortSignal: abort.signal })
    await arrived.promise
    abort.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    late.resolve({ status: 200, body: '{"Attributes":{"pk":{"S":"late"}}}' })
    answer = async () => ({ status: 200, body: '{"Attributes":{"pk":{"S":"in time"}}}' })
    expect((await client.send(put())).Attributes).toEqual({ pk: { S: 'in time' } })
  })

  test('no more calls are under way than the client has sockets, and the others follow in order', async () => {
    const held = Promise.withResolvers<AwsAnswer>()
    const two = Promise.withResolvers<void>()
    answer = () => {
      if (seen.length === 2) two.resolve()
      return held.promise
    }
    const client = new DynamoDBClient({ ...settings, requestHandler: { httpAgent: { maxSockets: 2 } } })
    const names = ['a', 'b', 'c', 'd', 'e']
    const calls = names.map((TableName) => client.send(put({ TableName })))
    await two.promise
    // Another client's call gets through meanwhile, and whatever else could have arrived would have by then.
    answer = async () => ({ status: 200, body: {} })
    await new DynamoDBClient(settings).send(put({ TableName: 'other' }))
    expect(seen.map(({ body }) => body.TableName)).toEqual(['a', 'b', 'other'])
    held.resolve({ status: 200, body: {} })
    await Promise.all(calls)
    expect(seen.map(({ body }) => body.TableName)).toEqual(['a', 'b', 'other', 'c', 'd', 'e'])
  })
})
