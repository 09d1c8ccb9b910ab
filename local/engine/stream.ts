/** The changes to a table in the order of their writing, read on from where reading ended. */
import type { Engine } from './process.ts'
import { StreamApi } from './stream-api.ts'
import { StreamFile } from './stream-file.ts'
import { askStreams, type EngineWire } from './wire.ts'

export interface EngineRecord {
  readonly shardId: string
  readonly sequenceNumber: string
  readonly eventId: string
  readonly eventName: string
  /** Marshalled, as the next. */
  readonly keys: unknown
  /** Absent where the item is gone. */
  readonly newImage?: unknown
  readonly sizeBytes: number
}

export interface EngineStream {
  /** What came since the last read; nothing where that is all. Who reads again has done with what was read before. */
  read(): Promise<readonly EngineRecord[]>
  close(): void
}

/** The last sequence number that was read, by shard. */
export interface StreamPositions {
  get(shardId: string): string | undefined
  values(): Iterable<string>
}

/**
 * Nothing where the table has no stream. Dynoxide's is read from its file: asking for records by HTTP after each write
 * would cost as much as the write. Of another engine there is no file, and it is asked.
 */
export const openStream = async (
  { file }: Engine,
  wire: EngineWire,
  tableName: string,
  positions: StreamPositions,
): Promise<EngineStream | undefined> => {
  const { Streams = [] } = await askStreams<{ Streams?: { StreamArn?: string }[] }>(wire, 'ListStreams', {
    TableName: tableName,
  })
  const arn = Streams[0]?.StreamArn
  if (!arn) return undefined
  return file ? new StreamFile(file, tableName, positions) : StreamApi.open(wire, arn, positions)
}
