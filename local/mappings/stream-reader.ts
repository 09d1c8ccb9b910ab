/** Reads the engine's stream and hands each record, in order, to every mapping of the table. */
import { createHash } from 'node:crypto'
import type { VirtualClock } from '../clock.ts'
import type { EngineRecord, EngineStream } from '../engine/stream.ts'
import type { TableResource } from '../inventory.ts'
import type { DynamoDbService } from '../services/dynamodb.ts'
import type { Collection, State } from '../state.ts'

/** A stream record in the shape that Lambda passes on. */
export interface StreamRecord {
  readonly eventID: string
  readonly eventName: string
  readonly eventVersion: string
  readonly eventSource: 'aws:dynamodb'
  readonly awsRegion: string
  readonly eventSourceARN: string
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number
    readonly Keys: unknown
    readonly NewImage?: unknown
    readonly SequenceNumber: string
    readonly SizeBytes: number
    readonly StreamViewType: string
  }
}

/** The engine has one shard; a busy table has several, of which each has all changes to the leads that fall to it. */
export type ShardCount = 1 | 2

export type StreamListener = (records: readonly StreamRecord[], shardId: string) => void

export class StreamReader {
  readonly #engine: DynamoDbService
  readonly #table: TableResource
  readonly #region: string
  readonly #clock: VirtualClock
  readonly #shards: ShardCount
  readonly #listeners: StreamListener[] = []
  readonly #positions: Collection<string>
  #stream: EngineStream | undefined
  #isReading = false
  #isClosed = false
  /** The reading under way, or the last one. */
  #reading: Promise<void> = Promise.resolve()
  #isNudged = false

  constructor(options: {
    engine: DynamoDbService
    table: TableResource
    region: string
    clock: VirtualClock
    state: State
    shards?: ShardCount
  }) {
    this.#engine = options.engine
    this.#table = options.table
    this.#region = options.region
    this.#clock = options.clock
    this.#shards = options.shards ?? 1
    this.#positions = options.state.collection(`positions-${options.table.name}`)
  }

  onRecords(listener: StreamListener): void {
    this.#listeners.push(listener)
  }

  /** Opens the stream where an earlier start stopped reading. */
  async start(): Promise<void> {
    this.#stream = await this.#engine.openStream(this.#table.name, this.#positions)
    if (!this.#stream)
      throw new Error(
        `The table ${this.#table.id} has no stream; set dynamoStream on it in infra/constructs/lead-table.ts.`,
      )
    this.nudge()
  }

  /** Something was written: reads until the stream has no more. Counts as work in hand from the moment of the call. */
  nudge(): void {
    this.#isNudged = true
    if (this.#isReading || this.#isClosed) return
    this.#isReading = true
    this.#reading = this.#clock.activity.during(async () => {
      try {
        while (this.#isNudged && !this.#isClosed) {
          // One turn of the loop, so that what is written together is read together.
          await new Promise((resolve) => setImmediate(resolve))
          this.#isNudged = false
          await this.#readOn()
        }
      } finally {
        this.#isReading = false
      }
    })
  }

  /** Ends after the read under way: the engine must not be gone while it is asked. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#reading
    this.#stream?.close()
  }

  async #readOn(): Promise<void> {
    while (!this.#isClosed) {
      const read = (await this.#stream?.read()) ?? []
      if (read.length === 0) return
      for (const [shardId, own] of Map.groupBy(read, (record) => record.shardId)) {
        const records = own.map((record) => this.#passedOn(record))
        for (const [shard, some] of this.#byShard(records, shardId))
          for (const listener of this.#listeners) listener(some, shard)
        this.#positions.set(shardId, own.at(-1)?.sequenceNumber ?? '')
      }
    }
  }

  #passedOn({ eventId, eventName, keys, newImage, sequenceNumber, sizeBytes }: EngineRecord): StreamRecord {
    return {
      eventID: eventId,
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#region,
      eventSourceARN: this.#table.streamArn ?? '',
      dynamodb: {
        // The engine stamps real time; the pipeline lives by its own clock.
        ApproximateCreationDateTime: this.#clock.nowMs() / 1000,
        Keys: keys,
        ...(newImage !== undefined && { NewImage: newImage }),
        SequenceNumber: sequenceNumber,
        SizeBytes: sizeBytes,
        StreamViewType: 'NEW_IMAGE',
      },
    }
  }

  #byShard(records: readonly StreamRecord[], shardId: string): Iterable<[string, readonly StreamRecord[]]> {
    if (this.#shards === 1) return [[shardId, records]]
    return Map.groupBy(records, ({ dynamodb: { Keys } }) => {
      const [first = 0] = createHash('md5').update(partitionKeyOf(Keys)).digest()
      return `${shardId}-${first % this.#shards}`
    })
  }
}

const partitionKeyOf = (keys: unknown): string =>
  JSON.stringify((keys as { readonly pk?: unknown } | undefined)?.pk ?? '')
