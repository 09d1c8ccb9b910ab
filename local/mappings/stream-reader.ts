/** Reads the engine's stream and hands each record, in order, to every mapping of the table. */
import { createHash } from 'node:crypto'
import type { VirtualClock } from '../clock.ts'
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

/** What GetRecords answers. */
interface Page {
  readonly Records?: readonly {
    readonly eventID?: string
    readonly eventName?: string
    readonly dynamodb?: {
      readonly Keys?: unknown
      readonly NewImage?: unknown
      readonly SequenceNumber?: string
      readonly SizeBytes?: number
    }
  }[]
  readonly NextShardIterator?: string
}

/** The engine has one shard; a busy table has several, of which each has all changes to the leads that fall to it. */
export type ShardCount = 1 | 2

export type StreamListener = (records: readonly StreamRecord[], shardId: string) => void

/** Often enough that the engine stays quick, seldom enough that trimming costs nothing. */
const trimEvery = 200

export class StreamReader {
  readonly #engine: DynamoDbService
  readonly #table: TableResource
  readonly #region: string
  readonly #clock: VirtualClock
  readonly #shards: ShardCount
  readonly #listeners: StreamListener[] = []
  readonly #positions: Collection<string>
  readonly #iterators = new Map<string, string>()
  #isReading = false
  #isClosed = false
  /** The reading under way, or the last one. */
  #reading: Promise<void> = Promise.resolve()
  #readSinceTrim = 0
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

  /** Finds the stream's shards, at the places where an earlier start stopped reading. */
  async start(): Promise<void> {
    const StreamArn = await this.#streamArn()
    for (const ShardId of await this.#shardIds(StreamArn)) {
      const after = this.#positions.get(ShardId)
      const place = after
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
        : { ShardIteratorType: 'TRIM_HORIZON' }
      const { ShardIterator } = (await this.#engine.readStream('GetShardIterator', {
        StreamArn,
        ShardId,
        ...place,
      })) as { ShardIterator: string }
      this.#iterators.set(ShardId, ShardIterator)
    }
    this.nudge()
  }

  async #streamArn(): Promise<string> {
    const { Streams } = (await this.#engine.readStream('ListStreams', { TableName: this.#table.name })) as {
      Streams?: { StreamArn?: string }[]
    }
    const arn = Streams?.[0]?.StreamArn
    if (!arn)
      throw new Error(
        `The table ${this.#table.id} has no stream; set dynamoStream on it in infra/constructs/lead-table.ts.`,
      )
    return arn
  }

  async #shardIds(StreamArn: string): Promise<string[]> {
    const { StreamDescription } = (await this.#engine.readStream('DescribeStream', { StreamArn })) as {
      StreamDescription?: { Shards?: { ShardId?: string }[] }
    }
    return (StreamDescription?.Shards ?? []).map(({ ShardId = '' }) => ShardId)
  }

  /** Something was written: reads until the stream has no more. Counts as work in hand from the moment of the call. */
  nudge(): void {
    this.#isNudged = true
    if (this.#isReading || this.#isClosed) return
    this.#isReading = true
    this.#reading = this.#clock.activity.during(async () => {
      try {
        while (this.#isNudged && !this.#isClosed) {
          this.#isNudged = false
          for (const shardId of this.#iterators.keys()) await this.#readShard(shardId)
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
  }

  async #readShard(shardId: string): Promise<void> {
    for (;;) {
      const { Records = [], NextShardIterator } = (await this.#engine.readStream('GetRecords', {
        ShardIterator: this.#iterators.get(shardId),
        Limit: 1000,
      })) as Page
      if (NextShardIterator) this.#iterators.set(shardId, NextShardIterator)
      if (Records.length === 0) return
      const records = Records.map((record): StreamRecord => {
        const { Keys, NewImage, SequenceNumber = '', SizeBytes = 0 } = record.dynamodb ?? {}
        return {
          eventID: record.eventID ?? SequenceNumber,
          eventName: record.eventName ?? '',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: this.#region,
          eventSourceARN: this.#table.streamArn ?? '',
          dynamodb: {
            // The engine stamps real time; the pipeline lives by its own clock.
            ApproximateCreationDateTime: this.#clock.nowMs() / 1000,
            Keys,
            ...(NewImage !== undefined && { NewImage }),
            SequenceNumber,
            SizeBytes,
            StreamViewType: 'NEW_IMAGE',
          },
        }
      })
      for (const [shard, own] of this.#byShard(records, shardId))
        for (const listener of this.#listeners) listener(own, shard)
      const last = records.at(-1)?.dynamodb.SequenceNumber ?? ''
      this.#positions.set(shardId, last)
      this.#readSinceTrim += records.length
      if (this.#readSinceTrim >= trimEvery) {
        this.#engine.trimStream(this.#table.name, last)
        this.#readSinceTrim = 0
      }
      if (Records.length < 1000 || this.#isClosed) return
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
