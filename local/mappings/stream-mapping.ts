/** A table's stream to Lambda: filtered batches in order, bounded retries, bisection, windows, and where failures go. */
import type { VirtualClock } from '../clock.ts'
import type { MappingResource } from '../inventory.ts'
import type { Functions } from '../lambda/functions.ts'
import type { Invocation } from '../lambda/sandbox.ts'
import type { Disorder, SqsService } from '../services/sqs.ts'
import type { Collection, State } from '../state.ts'
import { matchesAny } from './filter.ts'
import type { StreamReader, StreamRecord } from './stream-reader.ts'

interface Pending {
  readonly record: StreamRecord
  readonly shardId: string
}

/** A window that has begun: what the function has counted in it so far. */
interface OpenWindow {
  readonly shardId: string
  readonly startMs: number
  readonly endMs: number
  readonly state: unknown
}

export interface StreamMappingOptions {
  readonly reader: StreamReader
  readonly functions: Functions
  readonly sqs: SqsService
  readonly clock: VirtualClock
  readonly state: State
  /**
   * Within the stream's contract, which is at-least-once from a checkpoint, in order per shard: a batch comes again
   * together with the one before it, as after a lost checkpoint, and within an invocation in any order.
   */
  readonly disorder?: Disorder
  /** A window ends early after each batch, as one does whose state is too large, and goes on from nothing. */
  readonly windowsEndEarly?: EarlyEnd
}

/** Whether Lambda calls the last invocation before an early end final is not documented. */
export type EarlyEnd = 'final' | 'notFinal'

export class StreamMapping {
  readonly #mapping: MappingResource
  readonly #options: StreamMappingOptions
  readonly #pending: Collection<Pending>
  readonly #windows: Collection<OpenWindow>
  /** By shard. */
  readonly #previous = new Map<string, readonly StreamRecord[]>()
  readonly #shards: Set<string>
  /** Those that are worked off now. */
  readonly #running = new Set<string>()
  #isGathering = false

  constructor(mapping: MappingResource, options: StreamMappingOptions) {
    this.#mapping = mapping
    this.#options = options
    this.#pending = options.state.collection(`pending-${mapping.id}`)
    this.#windows = options.state.collection(`windows-${mapping.id}`)
    for (const window of this.#windows.values()) this.#closeAtEnd(window)
    this.#shards = new Set(
      [...this.#pending.values(), ...this.#windows.values()].map(({ shardId }) => shardId),
    )
    options.reader.onRecords((records, shardId) => this.#take(records, shardId))
  }

  /** Works off what an earlier start left. */
  start(): void {
    this.#run()
  }

  #take(records: readonly StreamRecord[], shardId: string): void {
    this.#shards.add(shardId)
    for (const record of records)
      if (matchesAny(record, this.#mapping.filters))
        this.#pending.set(record.dynamodb.SequenceNumber, { record, shardId })
    if (this.#mapping.batchWindowSeconds === 0) this.#run()
    else if (this.#pending.size > 0) this.#gather()
  }

  /** Lets records gather for the mapping's batch window, which begins with the first of them. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    const { clock } = this.#options
    clock.at(
      clock.nowMs() + this.#mapping.batchWindowSeconds * 1000,
      `a batch for ${this.#mapping.id} is full`,
      () => {
        this.#isGathering = false
        this.#run()
      },
    )
  }

  /** Works off what is pending, and closes the windows whose end has come; of each shard one at a time. */
  #run(): void {
    for (const shardId of this.#shards) this.#runShard(shardId)
  }

  #runShard(shardId: string): void {
    if (this.#running.has(shardId)) return
    this.#running.add(shardId)
    void this.#options.clock.activity.during(async () => {
      try {
        for (;;) {
          const pending = this.#pending.values().filter((one) => one.shardId === shardId)
          const ended = this.#endedWindow(shardId, pending[0])
          if (ended) await this.#close(ended, 0)
          else if (pending.length > 0) await this.#workOffBatch(shardId, pending)
          else break
        }
      } finally {
        this.#running.delete(shardId)
      }
    })
  }

  async #workOffBatch(shardId: string, pending: readonly Pending[]): Promise<void> {
    const records = this.#nextBatch(pending).map(({ record }) => record)
    await this.#process(records, shardId, this.#options.clock.nowMs(), 0)
    for (const { dynamodb } of records) this.#pending.delete(dynamodb.SequenceNumber)
  }

  #nextBatch(pending: readonly Pending[]): readonly Pending[] {
    const windowStartMs = this.#windowStartMs(pending[0]?.record)
    const { disorder } = this.#options
    const size = disorder ? 1 + Math.floor(disorder.random() * 5) : this.#mapping.batchSize
    return pending.filter(({ record }) => this.#windowStartMs(record) === windowStartMs).slice(0, size)
  }

  /** One batch to its end: delivered, or split, or tried again, or in the dead-letter queue. */
  async #process(
    records: readonly StreamRecord[],
    shardId: string,
    sinceMs: number,
    attempt: number,
  ): Promise<void> {
    const invocation = await (this.#mapping.tumblingWindowSeconds === undefined
      ? this.#deliver(records)
      : this.#deliverInWindow(records, shardId))
    const failedFrom = this.#firstFailure(invocation, records)
    if (failedFrom === undefined) {
      await this.#repeat(records, shardId)
      return
    }
    const rest = records.slice(failedFrom)
    const { clock } = this.#options
    const { maximumRetryAttempts, maximumRecordAgeSeconds, bisectsBatch } = this.#mapping
    const isTooOld = maximumRecordAgeSeconds >= 0 && clock.nowMs() - sinceMs > maximumRecordAgeSeconds * 1000
    if (isTooOld || (maximumRetryAttempts >= 0 && attempt >= maximumRetryAttempts))
      return this.#giveUp(rest, shardId, invocation)
    if (bisectsBatch && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2)
      await this.#process(rest.slice(0, middle), shardId, sinceMs, attempt + 1)
      return this.#process(rest.slice(middle), shardId, sinceMs, attempt + 1)
    }
    await this.#backOff(attempt)
    return this.#process(rest, shardId, sinceMs, attempt + 1)
  }

  /** Waits on the clock without holding it: time may go on while a batch waits for its next attempt. */
  async #backOff(attempt: number): Promise<void> {
    const { clock } = this.#options
    const end = clock.activity.pause()
    await new Promise<void>((resolve) => {
      clock.at(
        clock.nowMs() + Math.min(60_000, 1000 * 2 ** attempt),
        `a batch for ${this.#mapping.id} is tried again`,
        () => {
          end()
          resolve()
        },
      )
    })
  }

  #deliver(records: readonly StreamRecord[]): Promise<Invocation> {
    return this.#options.functions.invoke(this.#mapping.functionArn, { Records: this.#shuffled(records) })
  }

  async #repeat(records: readonly StreamRecord[], shardId: string): Promise<void> {
    if (this.#options.disorder && this.#mapping.tumblingWindowSeconds === undefined)
      await this.#deliver([...(this.#previous.get(shardId) ?? []), ...records])
    this.#previous.set(shardId, records)
  }

  async #deliverInWindow(records: readonly StreamRecord[], shardId: string): Promise<Invocation> {
    const windowMs = (this.#mapping.tumblingWindowSeconds ?? 0) * 1000
    const startMs = this.#windowStartMs(records[0])
    const key = keyOf({ shardId, startMs })
    let open = this.#windows.get(key)
    if (!open) {
      open = { shardId, startMs, endMs: startMs + windowMs, state: {} }
      this.#windows.set(key, open)
      this.#closeAtEnd(open)
    }
    const invocation = await this.#invokeWindow(open, records, false)
    const { windowsEndEarly } = this.#options
    if (!invocation.ok || windowsEndEarly === undefined) {
      if (invocation.ok) this.#windows.set(key, { ...open, state: stateOf(invocation) })
      return invocation
    }
    const full = { ...open, state: stateOf(invocation) }
    const ended = await this.#invokeWindow(full, [], windowsEndEarly === 'final', true)
    if (ended.ok) this.#windows.set(key, { ...open, state: {} })
    return ended
  }

  /** A record belongs to the window in which it was written. */
  #windowStartMs(record: StreamRecord | undefined): number {
    const windowMs = (this.#mapping.tumblingWindowSeconds ?? 0) * 1000
    const atMs = (record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000
    return windowMs === 0 ? 0 : Math.floor(atMs / windowMs) * windowMs
  }

  #closeAtEnd({ endMs }: OpenWindow): void {
    this.#options.clock.at(endMs, `a window of ${this.#mapping.id} ends`, () => this.#run())
  }

  /** A window whose end has come and for which nothing is pending any more: records come in the order of their windows. */
  #endedWindow(shardId: string, first: Pending | undefined): OpenWindow | undefined {
    const pendingFromMs = first ? this.#windowStartMs(first.record) : Number.POSITIVE_INFINITY
    const nowMs = this.#options.clock.nowMs()
    return this.#windows
      .values()
      .find((one) => one.shardId === shardId && one.endMs <= nowMs && one.startMs < pendingFromMs)
  }

  /** The final invocation, with the same bounds as a batch. */
  async #close(window: OpenWindow, attempt: number): Promise<void> {
    const { maximumRetryAttempts } = this.#mapping
    const invocation = await this.#invokeWindow(window, [], true)
    if (!invocation.ok && (maximumRetryAttempts < 0 || attempt < maximumRetryAttempts)) {
      await this.#backOff(attempt)
      return this.#close(window, attempt + 1)
    }
    if (!invocation.ok) this.#giveUp([], window.shardId, invocation)
    this.#windows.delete(keyOf(window))
  }

  async #invokeWindow(
    { shardId, startMs, endMs, state }: OpenWindow,
    records: readonly StreamRecord[],
    isFinal: boolean,
    isEarly = false,
  ): Promise<Invocation> {
    const event = () => ({
      Records: this.#shuffled(records),
      window: { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() },
      state,
      shardId,
      eventSourceARN: this.#mapping.sourceArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: isEarly,
    })
    const first = await this.#options.functions.invoke(this.#mapping.functionArn, event())
    // A repeated invocation is a retry: it starts from the same state, and its answer counts.
    return this.#options.disorder ? this.#options.functions.invoke(this.#mapping.functionArn, event()) : first
  }

  /** Index of the first record to go on from, or nothing where all went well. */
  #firstFailure(invocation: Invocation, records: readonly StreamRecord[]): number | undefined {
    if (!invocation.ok) return 0
    if (!this.#mapping.reportsBatchItemFailures) return undefined
    const answer = invocation.result as { batchItemFailures?: { itemIdentifier?: string }[] } | undefined
    const failures = answer?.batchItemFailures ?? []
    if (failures.length === 0) return undefined
    const failed = failures.map(({ itemIdentifier }) =>
      records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    )
    return Math.max(0, Math.min(...failed))
  }

  #giveUp(records: readonly StreamRecord[], shardId: string, invocation: Invocation): void {
    const { onFailureArn, functionArn, sourceArn } = this.#mapping
    if (!onFailureArn)
      throw new Error(
        `A batch for ${functionArn} failed for good, and its mapping has no on-failure destination.`,
      )
    const document = {
      requestContext: { functionArn, condition: 'RetryAttemptsExhausted' },
      responseContext: {
        statusCode: 200,
        functionError: invocation.ok ? 'BatchItemFailure' : invocation.errorType,
      },
      version: '1.0',
      timestamp: new Date(this.#options.clock.nowMs()).toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
        batchSize: records.length,
        streamArn: sourceArn,
      },
    }
    this.#options.sqs.deliver(onFailureArn, JSON.stringify(document))
  }

  #shuffled<T>(values: readonly T[]): readonly T[] {
    const { disorder } = this.#options
    if (!disorder) return values
    return values
      .map((value) => ({ value, at: disorder.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }
}

const keyOf = ({ shardId, startMs }: Pick<OpenWindow, 'shardId' | 'startMs'>): string =>
  `${shardId}|${startMs}`

const stateOf = (invocation: Invocation): unknown =>
  (invocation.ok && (invocation.result as { state?: unknown } | undefined)?.state) || {}
