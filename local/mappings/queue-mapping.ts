/** SQS to Lambda: batches of messages, the failed ones back after their visibility time-out, the others deleted. */
import type { VirtualClock } from '../clock.ts'
import type { FunctionResource, MappingResource } from '../inventory.ts'
import type { Functions } from '../lambda/functions.ts'
import type { Invocation } from '../lambda/sandbox.ts'
import { md5, type QueueMessage, type SqsService } from '../services/sqs.ts'
import { matchesAny } from './filter.ts'
import { isLoop, nextInChain } from './lineage.ts'

export class QueueMapping {
  readonly #mapping: MappingResource
  readonly #consumer: Pick<FunctionResource, 'name' | 'mayLoop'>
  readonly #sqs: SqsService
  readonly #functions: Pick<Functions, 'invoke'>
  readonly #clock: VirtualClock
  readonly #region: string
  #isPolling = false
  #isNudged = false

  constructor(
    mapping: MappingResource,
    options: {
      consumer: Pick<FunctionResource, 'name' | 'mayLoop'>
      sqs: SqsService
      functions: Pick<Functions, 'invoke'>
      clock: VirtualClock
      region: string
    },
  ) {
    this.#mapping = mapping
    this.#consumer = options.consumer
    this.#sqs = options.sqs
    this.#functions = options.functions
    this.#clock = options.clock
    this.#region = options.region
    this.#sqs.onAvailable(mapping.sourceArn, () => this.nudge())
  }

  /** Polls until the queue has nothing more to receive. Counts as work in hand from the moment of the call. */
  nudge(): void {
    this.#isNudged = true
    if (this.#isPolling) return
    this.#isPolling = true
    void this.#clock.activity.during(() => this.#poll())
  }

  async #poll(): Promise<void> {
    // One turn of the loop, so that messages sent together are received together.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      while (this.#isNudged) {
        this.#isNudged = false
        for (;;) {
          const batch = this.#sqs.receive(this.#mapping.sourceArn, this.#mapping.batchSize)
          if (batch.length === 0) break
          await this.#process(batch)
        }
      }
    } finally {
      this.#isPolling = false
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
    const result =
      passing.length > 0
        ? await this.#clock.activity.handOver(() =>
            this.#functions.invoke(this.#mapping.functionArn, { Records: passing }, traceHeader),
          )
        : undefined
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
