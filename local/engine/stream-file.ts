/** A table's stream in Dynoxide's own file, which holds it as a table of records. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { EngineRecord, EngineStream, StreamPositions } from './stream.ts'

/** Often enough that the engine stays quick, seldom enough that it costs nothing. */
const trimEvery = 50

interface Row {
  readonly event_name: string
  readonly keys_json: string
  readonly new_image: string | null
  readonly sequence_number: string
  readonly shard_id: string
}

export class StreamFile implements EngineStream {
  readonly #file: DatabaseSync
  readonly #tableName: string
  readonly #newer: StatementSync
  readonly #trim: StatementSync
  /** Sequence numbers count up through a table, whatever the shard. */
  #position: number
  #readSinceTrim = 0

  constructor(file: string, tableName: string, positions: StreamPositions) {
    this.#file = new DatabaseSync(file, { timeout: 5000 })
    this.#tableName = tableName
    this.#position = Math.max(0, ...[...positions.values()].map(Number))
    this.#newer = this.#file.prepare(
      'SELECT event_name, keys_json, new_image, sequence_number, shard_id FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) > ? ORDER BY id LIMIT 1000',
    )
    this.#trim = this.#file.prepare(
      'DELETE FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) <= ? AND id < (SELECT MAX(id) FROM _stream_records)',
    )
  }

  async read(): Promise<EngineRecord[]> {
    if (this.#readSinceTrim >= trimEvery) this.#letGo()
    const rows = this.#newer.all(this.#tableName, this.#position) as unknown as Row[]
    this.#readSinceTrim += rows.length
    this.#position = Number(rows.at(-1)?.sequence_number ?? this.#position)
    return rows.map(recordOf)
  }

  close(): void {
    this.#file.close()
  }

  /**
   * Lets go of what was read, as DynamoDB does after a day: the engine looks through all that it keeps at each write,
   * and after some thousand that costs more than the write. The newest stays, because the engine counts on from it.
   */
  #letGo(): void {
    this.#trim.run(this.#tableName, this.#position)
    this.#readSinceTrim = 0
  }
}

const recordOf = ({ event_name, keys_json, new_image, sequence_number, shard_id }: Row): EngineRecord => ({
  shardId: shard_id,
  sequenceNumber: sequence_number,
  eventId: sequence_number,
  eventName: event_name,
  keys: JSON.parse(keys_json),
  ...(new_image !== null && { newImage: JSON.parse(new_image) }),
  sizeBytes: Buffer.byteLength(keys_json) + Buffer.byteLength(new_image ?? ''),
})
