/** What the local services keep between starts: collections of JSON documents in one SQLite file. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UserError } from '../shared/contracts/user-error.ts'

/** A map that outlives the process. Reads come from memory; writes reach the file at the next `flush`. */
export class Collection<T> {
  readonly #entries = new Map<string, T>()
  readonly #inMemory: (value: T) => T
  /** Absent where nothing is kept: nobody asks what changed. */
  readonly #changed: Set<string> | undefined

  constructor(stored: Iterable<[string, T]>, options: { isKept: boolean; inMemory: (value: T) => T }) {
    this.#inMemory = options.inMemory
    if (options.isKept) this.#changed = new Set()
    for (const [key, value] of stored) this.#entries.set(key, this.#inMemory(value))
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  set(key: string, value: T): void {
    this.#entries.set(key, this.#inMemory(value))
    this.#changed?.add(key)
  }

  delete(key: string): boolean {
    this.#changed?.add(key)
    return this.#entries.delete(key)
  }

  values(): T[] {
    return [...this.#entries.values()]
  }

  entries(): [string, T][] {
    return [...this.#entries.entries()]
  }

  /** The keys written or deleted since the last call. */
  takeChanges(): [string, T | undefined][] {
    const changed = [...(this.#changed ?? [])]
    const changes = changed.map((key): [string, T | undefined] => [key, this.#entries.get(key)])
    this.#changed?.clear()
    return changes
  }
}

/** Raised whenever what is kept takes another form, so that no start reads documents it does not understand. */
const format = 2

/** The folder was written by another version, which kept its documents in another form. */
export class StateOutdated extends UserError {
  override readonly name = 'StateOutdated'

  constructor(folder: string) {
    super(`The data in ${folder} was kept by another version of Ripen; start once with --fresh to empty it.`)
  }
}

export class State {
  /** Absent where nothing is to be kept. */
  readonly #database: DatabaseSync | undefined
  readonly #collections = new Map<string, Collection<unknown>>()
  readonly #timer: NodeJS.Timeout | undefined

  /** Keeps to `<folder>/state.sqlite`, or to memory where no folder is given. Throws `StateOutdated`. */
  constructor(folder?: string) {
    if (!folder) return
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'state.sqlite')
    const isNew = !existsSync(file)
    this.#database = new DatabaseSync(file)
    if (isNew) this.#database.exec(`PRAGMA user_version = ${format}`)
    else if (this.#database.prepare('PRAGMA user_version').get()?.user_version !== format) {
      this.#database.close()
      throw new StateOutdated(folder)
    }
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS document (collection TEXT, key TEXT, value TEXT, PRIMARY KEY (collection, key))',
    )
    // Half a second: what a crash of this process may lose is what a developer can post again.
    this.#timer = setInterval(() => this.flush(), 500)
    this.#timer.unref()
  }

  /**
   * The collection of that name, with what was kept. One caller owns a name. `inMemory` gives a value the form in which
   * it lies there; it must read the same.
   */
  collection<T>(name: string, inMemory: (value: T) => T = (value) => value): Collection<T> {
    if (this.#collections.has(name)) throw new Error(`The collection ${name} is already open.`)
    const rows =
      this.#database
        ?.prepare('SELECT key, value FROM document WHERE collection = ? ORDER BY rowid')
        .all(name) ?? []
    const collection = new Collection<T>(
      rows.map((row): [string, T] => [String(row.key), JSON.parse(String(row.value)) as T]),
      { isKept: this.#database !== undefined, inMemory },
    )
    this.#collections.set(name, collection as Collection<unknown>)
    return collection
  }

  flush(): void {
    if (!this.#database) return
    const put = this.#database.prepare(
      'INSERT INTO document VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value',
    )
    const remove = this.#database.prepare('DELETE FROM document WHERE collection = ? AND key = ?')
    this.#database.exec('BEGIN')
    for (const [name, collection] of this.#collections)
      for (const [key, value] of collection.takeChanges())
        if (value === undefined) remove.run(name, key)
        else put.run(name, key, JSON.stringify(value))
    this.#database.exec('COMMIT')
  }

  close(): void {
    clearInterval(this.#timer)
    this.flush()
    this.#database?.close()
  }
}
