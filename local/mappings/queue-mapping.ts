/** SQS to Lambda: batches of messages, the failed ones back after their visibility time-out, the others deleted. */
import type { VirtualClock } from '../clock.ts'
import type { FunctionResource, MappingResource } from '../inventory.ts'
import type { Functions } from '../lambda/functions.ts'
import { type Invocation, isThrottled } from '../lambda/sandbox.ts'
import { md5, type QueueMessage, type SqsService } from '../services/sqs.ts'
import { matchesAny } from './filter.ts'
import { isLoop, nextInChain } from './lineage.ts'

/** As many batches does Lambda begin with where the mapping sets no maximum. */
const usualPollers = 5

/** No pace is documented. */
const throttledPauseMs = 1000

export class QueueMapping {
  readonly #mapping: MappingResource
  readonly #consumer: Pick<FunctionResource, 'name' | 'mayLoop'>
  readonly #sqs: SqsService
  readonly #functions: Pick<Functions, 'invoke'>
  readonly #clock: VirtualClock
  readonly #region: string
  readonly #mostPollers: number
  readonly #hiddenMs: number
  #pollers = 0

  constructor(
    mapping: MappingResource,
    options: {
      consumer: Pick<FunctionResource, 'name' | 'mayLoop'>
      sqs: SqsService
      functions: Pick<Functions, 'invoke'>
      clock: VirtualClock
      region: string
      /** Whether batches are worked off side by side, as many as the mapping may. */
      atOnce?: boolean
    },
  ) {
    this.#mapping = mapping
    this.#consumer = options.consumer
    this.#sqs = options.sqs
    this.#functions = options.functions
    this.#clock = options.clock
    this.#region = options.region
    this.#mostPollers = options.atOnce ? (mapping.maximumConcurrency ?? usualPollers) : 1
    this.#hiddenMs = options.sqs.hiddenMs(mapping.sourceArn)
    this.#sqs.onAvailable(mapping.sourceArn, () => this.nudge())
  }

  /** Polls until the queue has nothing more to receive. Counts as work in hand from the moment of the call. */
  nudge(): void {
    if (this.#pollers >= this.#mostPollers) return
    this.#pollers += 1
    void this.#clock.activity.during(() => this.#poll())
  }

  async #poll(): Promise<void> {
    // One turn of the loop, so that messages sent together are received together.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      for (;;) {
        const batch = this.#sqs.receive(this.#mapping.sourceArn, this.#mapping.batchSize)
        if (batch.length === 0) break
        await this.#process(batch)
      }
    } finally {
      this.#pollers -= 1
    }
  }

  async #process(batch: readonly QueueMessage[]): Promise<void> {
    const records = batch.map((message) => recordOf(message, this.#mapping.sourceArn, this.#region))
    const passing = records.filter((record) => matchesAny(record, this.#mapping.filters))
    const { name, mayLoop } = this.#consumer
    const traceHeader = nextInChain(
      batch.map((message) => message.traceHeader),
      name,
    )
    if (!mayLoop && isLoop(traceHeader, name)) {
      this.#sqs.giveUp(
        this.#mapping.sourceArn,
        batch.map(({ id }) => id),
      )
      return
    }
    const result = passing.length > 0 ? await this.#invoke({ Records: passing }, traceHeader) : undefined
    const failed = new Set(
      result
        ? this.#failures(
            result,
            passing.map(({ messageId }) => messageId),
          )
        : [],
    )
    this.#sqs.delete(
      this.#mapping.sourceArn,
      batch.map(({ id }) => id).filter((id) => !failed.has(id)),
    )
  }

  /** Where the account has no execution free, Lambda tries again for as long as the messages stay hidden. */
  async #invoke(event: unknown, traceHeader: string): Promise<Invocation> {
    const { activity } = this.#clock
    const untilMs = this.#clock.nowMs() + this.#hiddenMs
    for (;;) {
      const invocation = await activity.handOver(() =>
        this.#functions.invoke(this.#mapping.functionArn, event, traceHeader),
      )
      const againMs = this.#clock.nowMs() + throttledPauseMs
      if (!isThrottled(invocation) || againMs >= untilMs) return invocation
      const resume = activity.pause()
      await new Promise<void>((resolve) => {
        this.#clock.at(againMs, 'a throttled batch is tried again', resolve)
      })
      resume()
    }
  }

  /** An answer that is not understood fails the whole batch, as on AWS. */
  #failures(invocation: Invocation, all: readonly string[]): readonly string[] {
    if (!invocation.ok) return all
    if (!this.#mapping.reportsBatchItemFailures) return []
    const answer = invocation.result as
      | { batchItemFailures?: { itemIdentifier?: string }[] | null }
      | null
      | undefined
    const failures = answer?.batchItemFailures ?? []
    const ids = failures.map(({ itemIdentifier }) => itemIdentifier ?? '')
    return ids.every((id) => all.includes(id)) ? ids : all
  }
}

const recordOf = (message: QueueMessage, queueArn: string, awsRegion: string) => ({
  messageId: message.id,
  receiptHandle: `${message.id}-${message.receiveCount}`,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: 'LOCAL',
    ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, stringValue]) => [
      name,
      { stringValue, dataType: 'String' },
    ]),
  ),
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion,
})
