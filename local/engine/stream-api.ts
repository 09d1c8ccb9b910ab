/** A table's stream as DynamoDB Streams gives it, from any engine that speaks that. */
import type { EngineRecord, EngineStream, StreamPositions } from './stream.ts'
import { askStreams, type EngineWire } from './wire.ts'

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

export class StreamApi implements EngineStream {
  readonly #wire: EngineWire
  readonly #iterators: Map<string, string>

  private constructor(wire: EngineWire, iterators: Map<string, string>) {
    this.#wire = wire
    this.#iterators = iterators
  }

  static async open(wire: EngineWire, StreamArn: string, positions: StreamPositions): Promise<StreamApi> {
    const { StreamDescription } = await askStreams<{
      StreamDescription?: { Shards?: { ShardId?: string }[] }
    }>(wire, 'DescribeStream', { StreamArn })
    const iterators = new Map<string, string>()
    for (const { ShardId = '' } of StreamDescription?.Shards ?? []) {
      const after = positions.get(ShardId)
      const place = after
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
        : { ShardIteratorType: 'TRIM_HORIZON' }
      const { ShardIterator } = await askStreams<{ ShardIterator: string }>(wire, 'GetShardIterator', {
        StreamArn,
        ShardId,
        ...place,
      })
      iterators.set(ShardId, ShardIterator)
    }
    return new StreamApi(wire, iterators)
  }

  async read(): Promise<EngineRecord[]> {
    const records: EngineRecord[] = []
    for (const [shardId, ShardIterator] of this.#iterators) {
      const { Records = [], NextShardIterator } = await askStreams<Page>(this.#wire, 'GetRecords', {
        ShardIterator,
        Limit: 1000,
      })
      if (NextShardIterator) this.#iterators.set(shardId, NextShardIterator)
      for (const { eventID, eventName = '', dynamodb = {} } of Records) {
        const {
          Keys: keys,
          NewImage: newImage,
          SequenceNumber: sequenceNumber = '',
          SizeBytes = 0,
        } = dynamodb
        records.push({
          shardId,
          sequenceNumber,
          eventId: eventID ?? sequenceNumber,
          eventName,
          keys,
          ...(newImage !== undefined && { newImage }),
          sizeBytes: SizeBytes,
        })
      }
    }
    return records
  }

  close(): void {}
}
