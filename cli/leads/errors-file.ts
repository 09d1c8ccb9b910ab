/** Rows that could not be imported, as they were, with the reason beside them: to be corrected and imported again. */
import { closeSync, existsSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { markCell } from '../cells.ts'

/** Columns that the file adds. An errors file that is imported again does not get them twice. */
const added = ['row', 'problem']

export class ErrorsFile {
  readonly #path: string
  readonly #header: readonly string[]
  readonly #delimiter: string
  /** The file is itself one of these, imported again. */
  readonly #isAgain: boolean
  #handle: number | undefined
  #bytes: number

  /** Keeps the first `keptBytes` of what an earlier run wrote. */
  constructor(path: string, header: readonly string[], delimiter: string, keptBytes = 0) {
    this.#path = path
    this.#isAgain = header.slice(-added.length).join() === added.join()
    this.#header = this.#ownOf(header)
    this.#delimiter = delimiter
    this.#bytes = existsSync(path) ? keptBytes : 0
    if (this.#bytes === 0) rmSync(path, { force: true })
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A row that has too few cells or too many keeps its number of them: nobody knows which are meant. */
  add(cells: readonly string[], row: number, problem: string): void {
    this.#write([...this.#ownOf(cells), String(row), problem])
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle)
    this.#handle = undefined
  }

  #ownOf(cells: readonly string[]): readonly string[] {
    return this.#isAgain ? cells.slice(0, -added.length) : cells
  }

  #write(cells: readonly string[]): void {
    const handle = this.#open()
    this.#bytes += writeSync(handle, line(cells, this.#delimiter), this.#bytes)
  }

  /** Only its owner can read it: it holds people's data. The mark shows a spreadsheet that it is UTF-8. */
  #open(): number {
    if (this.#handle !== undefined) return this.#handle
    const isNew = this.#bytes === 0
    this.#handle = openSync(this.#path, isNew ? 'w' : 'r+', 0o600)
    ftruncateSync(this.#handle, this.#bytes)
    if (isNew)
      this.#bytes += writeSync(this.#handle, `\ufeff${line([...this.#header, ...added], this.#delimiter)}`, 0)
    return this.#handle
  }
}

const line = (cells: readonly string[], delimiter: string): string =>
  stringify([cells.map(markCell)], { delimiter, record_delimiter: '\r\n' })
