import { expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import type { MappingResource, QueueResource } from '../../local/inventory.ts'
import type { Invocation } from '../../local/lambda/sandbox.ts'
import { QueueMapping } from '../../local/mappings/queue-mapping.ts'
import { Meter } from '../../local/meter.ts'
import { SqsService } from '../../local/services/sqs.ts'
import { State } from '../../local/state.ts'
import { monday } from '../support/leads.ts'

const queue: QueueResource = {
  id: 'q',
  name: 'q',
  arn: 'arn:q',
  url: 'http://127.0.0.1/q',
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 3600,
  delaySeconds: 0,
  policy: [],
}

const mapping: MappingResource = {
  id: 'm',
  functionArn: 'arn:f',
  sourceArn: queue.arn,
  source: 'queue',
  batchSize: 1,
  batchWindowSeconds: 0,
  filters: [],
  reportsBatchItemFailures: true,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisectsBatch: false,
  parallelizationFactor: 1,
  maximumConcurrency: 2,
}

const throttled: Invocation = {
  ok: false,
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
}

/** A queue whose function is throttled until a time; each invocation that runs is noted with its time in seconds. */
const play = async (throttledForSeconds: number, messages: readonly string[]) => {
  const clock = new VirtualClock(monday)
  const state = new State(undefined)
  const sqs = new SqsService({ queues: [queue], state, clock, meter: new Meter() })
  const ran: string[] = []
  let atOnce = 0
  let most = 0
  const seconds = () => (clock.nowMs() - monday) / 1000
  const functions = {
    invoke: async (_: string, event: unknown): Promise<Invocation> => {
      if (seconds() < throttledForSeconds) return throttled
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setImmediate(resolve))
      atOnce -= 1
      const { Records } = event as {
        Records: { body: string; attributes: { ApproximateReceiveCount: string } }[]
      }
      for (const { body, attributes } of Records)
        ran.push(`${body} after ${seconds()} s, received ${attributes.ApproximateReceiveCount}`)
      return { ok: true, result: { batchItemFailures: [] } }
    },
  }
  const consumer = { name: 'f', mayLoop: true }
  new QueueMapping(mapping, { consumer, sqs, functions, clock, region: 'eu-central-1', atOnce: true })
  for (const body of messages) sqs.deliver(queue.arn, body)
  await clock.advanceTo(monday + 600_000)
  state.close()
  return { ran: ran.sort(), most }
}

test('a batch that is throttled for ten seconds is tried each second, and is received once', async () => {
  expect(await play(10, ['a'])).toEqual({ ran: ['a after 10 s, received 1'], most: 1 })
})

test('a batch that is throttled for longer than its messages are hidden has been received once more', async () => {
  expect((await play(90, ['a'])).ran).toEqual(['a after 90 s, received 2'])
})

test('as many batches run side by side as the mapping may, and no more', async () => {
  const { ran, most } = await play(0, ['a', 'b', 'c', 'd', 'e'])
  expect(ran).toHaveLength(5)
  expect(most).toBe(2)
})
