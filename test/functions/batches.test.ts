import middy from '@middy/core'
import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { eachMessage, eachMessageAtOnce, inOrder } from '../../functions/lib/each-record.ts'
import { failureLog } from '../../functions/lib/failure-log.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { readLeadNudge } from '../../shared/contracts/messages.ts'
import { SendOutcomeUnknown } from '../../shared/flows/nurture/send-touch.ts'
import { lambdaContext } from '../support/http-event.ts'
import { monday } from '../support/leads.ts'
import { catchLog } from '../support/log.ts'

const log = catchLog()

const messages = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, at) => ({
    messageId: `message-${at + 1}`,
    receiptHandle: 'handle',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:queue',
    awsRegion: 'eu-central-1',
  })),
})

const records = (...names: readonly string[]): DynamoDBStreamEvent => ({
  Records: names.map((name, at) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: `number-${at + 1}`, NewImage: { email: { S: name } } },
  })),
})

describe('a batch of messages', () => {
  const handled: string[] = []
  const refusing = (refused: string, error: unknown) =>
    middy(
      eachMessage(async ({ body }) => {
        handled.push(body)
        if (body === refused) throw error
      }),
      noEarlyAnswer,
    ).use(failureLog)

  test('of which the second of three fails is worked off, and the second alone comes back', async () => {
    handled.length = 0
    const result = await refusing('b', new Error('no'))(messages('a', 'b', 'c'), lambdaContext())
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-2' }] })
    expect(handled).toEqual(['a', 'b', 'c'])
  })

  test('for whose rest there is no time leaves it untried on the queue, and fails none of it', async () => {
    const steps: string[] = []
    const left = [60_000, 14_999, 14_999]
    const handler = middy(
      eachMessage(
        async ({ body }) => void steps.push(`did ${body}`),
        async ({ body }) => {
          steps.push(`left ${body}`)
          if (body === 'd') throw new Error('The queue is away.')
        },
      ),
      noEarlyAnswer,
    ).use(failureLog)
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => left.shift() ?? 0 }
    expect(await handler(messages('a', 'b', 'c', 'd'), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-4' }],
    })
    expect(steps).toEqual(['did a', 'did b', 'left c', 'left d'])
  })

  test('begins with its first message, however little time there is', async () => {
    const steps: string[] = []
    const handler = middy(
      eachMessage(
        async ({ body }) => void steps.push(`did ${body}`),
        async ({ body }) => void steps.push(`left ${body}`),
      ),
      noEarlyAnswer,
    ).use(failureLog)
    await handler(messages('a', 'b'), { ...lambdaContext(), getRemainingTimeInMillis: () => 1000 })
    expect(steps).toEqual(['did a', 'left b'])
  })

  test('that is worked off at once gives back those that failed, and waits for all', async () => {
    const started: string[] = []
    let openAll = () => {}
    const allStarted = new Promise<void>((resolve) => {
      openAll = resolve
    })
    const handler = middy(
      eachMessageAtOnce(async ({ body }) => {
        if (started.push(body) === 3) openAll()
        await allStarted
        if (body !== 'b') throw new Error('no')
      }),
      noEarlyAnswer,
    ).use(failureLog)
    expect(await handler(messages('a', 'b', 'c'), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }],
    })
  })

  test('is worked off one after the other', async () => {
    const steps: string[] = []
    const chain = middy(
      eachMessage(async ({ body }) => {
        steps.push(`${body} begins`)
        await Promise.resolve()
        steps.push(`${body} ends`)
      }),
      noEarlyAnswer,
    ).use(failureLog)
    await chain(messages('a', 'b'), lambdaContext())
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  test('without a failure says so, and is not logged', async () => {
    expect(await refusing('x', undefined)(messages('a', 'b'), lambdaContext())).toEqual({
      batchItemFailures: [],
    })
    expect(log.entries()).toEqual([])
  })

  test('that fails as a whole comes back as a whole, an entry in the log for each', async () => {
    const chain = middy(
      eachMessage(async () => {
        throw new TypeError('ada@example.com is not a function')
      }),
      noEarlyAnswer,
    ).use(failureLog)
    const result = await chain(messages('a', 'b'), lambdaContext())
    expect(result.batchItemFailures).toEqual([
      { itemIdentifier: 'message-1' },
      { itemIdentifier: 'message-2' },
    ])
    expect(log.entries()).toEqual([
      { event: 'messageFailed', messageId: 'message-1', error: 'TypeError' },
      { event: 'messageFailed', messageId: 'message-2', error: 'TypeError' },
    ])
  })

  test('that cannot be read is logged without a word of it', async () => {
    const chain = middy(
      eachMessage(async ({ body }) => {
        readLeadNudge(body)
      }),
      noEarlyAnswer,
    ).use(failureLog)
    const bodies = [
      '{"leadId":"ada@example.com"}',
      'ada@example.com',
      '{"email":"ada@example.com"}',
      '["ada@"',
    ]
    const { batchItemFailures } = await chain(messages(...bodies), lambdaContext())
    expect(batchItemFailures).toHaveLength(4)
    expect(log.entries()).toHaveLength(4)
    for (const entry of log.entries())
      expect(entry).toMatchObject({ event: 'messageFailed', error: 'UnreadableMessage' })
    expect(log.text()).not.toContain('ada@')
  })

  test('with an error of ours is logged with what it says', async () => {
    const touch = {
      enrolment: 'learn-1',
      step: 'one',
      email: 'one',
      purpose: 'marketing',
      dueAtMs: monday,
    } as const
    const error = new SendOutcomeUnknown('0'.repeat(32), touch, 'TimeoutError')
    await refusing('a', error)(messages('a'), lambdaContext())
    expect(log.entries()).toEqual([
      {
        event: 'messageFailed',
        messageId: 'message-1',
        error: 'SendOutcomeUnknown',
        reason: expect.stringContaining('of learn-1 was sent to lead 00000000000000000000000000000000'),
      },
    ])
  })
})

describe('a batch of a stream', () => {
  const handled: string[] = []
  const stopping = (refused: string, error: unknown = new Error('no')) =>
    middy(
      inOrder(() => async ({ dynamodb }) => {
        const name = dynamodb?.NewImage?.email?.S ?? ''
        handled.push(name)
        if (name === refused) throw error
      }),
      noEarlyAnswer,
    ).use(failureLog)

  test('stops at the first that fails, and the stream goes on from there', async () => {
    handled.length = 0
    expect(await stopping('b')(records('a', 'b', 'c'), lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'number-2' }],
    })
    expect(handled).toEqual(['a', 'b'])
  })

  test('is logged by its sequence number, and without what it held', async () => {
    const error = new RangeError('ada@example.com is too long')
    await stopping('ada@example.com', error)(records('ada@example.com'), lambdaContext())
    expect(log.entries()).toEqual([
      { event: 'recordFailed', sequenceNumber: 'number-1', error: 'RangeError' },
    ])
  })

  test('remembers nothing of the batch before', async () => {
    const counts: number[] = []
    const chain = middy(
      inOrder(() => {
        let count = 0
        return async () => {
          count += 1
          counts.push(count)
        }
      }),
      noEarlyAnswer,
    ).use(failureLog)
    await chain(records('a', 'b'), lambdaContext())
    await chain(records('c'), lambdaContext())
    expect(counts).toEqual([1, 2, 1])
  })
})
