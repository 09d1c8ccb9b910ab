/** A CSV file as it comes: whatever wrote it, in whatever encoding, row by row and never whole in memory. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { unmarkCell } from './cells.ts'
import { InputError } from './input-error.ts'

export interface CsvFormat {
  /** As the WHATWG names it, such as `windows-1252`; absent: by the file's mark, else UTF-8. */
  readonly encoding?: string
  /** Absent: the one of comma, semicolon and tab that the header has most of. */
  readonly delimiter?: string
}

export interface CsvRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number
  readonly cells: readonly string[]
}

export interface CsvFile {
  readonly header: readonly string[]
  readonly delimiter: string
  /** Without rows in which every cell is blank. */
  readonly rows: AsyncIterable<CsvRow>
}

/** More than any real row has; a quotation mark that is never closed would else swallow the rest of the file. */
const recordLimit = 4 * 1024 * 1024

/** Room for a header; also enough to see that a file is no text. */
const peekBytes = 64 * 1024

/** Opens the file and reads its header. `onBytes` sees every byte. Throws `InputError`, also while rows are read. */
export const openCsv = async (
  file: string,
  format: CsvFormat,
  onBytes: (bytes: Buffer) => void = () => {},
): Promise<CsvFile> => {
  const start = await peek(file)
  const encoding = format.encoding ?? encodingOf(start, file)
  const delimiter = format.delimiter ?? delimiterOf(decoderOf(encoding, false).decode(start))
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: recordLimit,
  })
  // What goes wrong is thrown where the rows are read.
  pipeline(Readable.from(textOf(file, encoding, onBytes)), parser, () => {})
  const records = recordsOf(parser, file)
  const first = await records.next()
  const header = first.done ? [] : first.value.map((name) => unmarkCell(name).trim())
  if (header.every((name) => name === ''))
    throw new InputError(`${file} has no header: its first row must name the columns.`)
  return { header, delimiter, rows: rowsOf(records) }
}

async function* rowsOf(records: AsyncGenerator<string[]>): AsyncGenerator<CsvRow> {
  let row = 1
  for await (const record of records) {
    row += 1
    if (record.some((cell) => cell.trim() !== '')) yield { row, cells: record.map(unmarkCell) }
  }
}

async function* recordsOf(parser: AsyncIterable<string[]>, file: string): AsyncGenerator<string[]> {
  try {
    yield* parser
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new InputError(`${file} cannot be read as CSV at line ${error.lines}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** In our words, since the library's repeat what stands in the cell. */
const reasonOf = ({ code }: CsvError): string => {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quotation mark is opened there and never closed.'
    case 'CSV_MAX_RECORD_SIZE':
      return 'a row has more than 4 MB; a quotation mark before it is probably never closed.'
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'there is a quotation mark inside a cell; put such a cell in quotation marks, and double those in it.'
    default:
      return `${code}.`
  }
}

async function* textOf(
  file: string,
  encoding: string,
  onBytes: (bytes: Buffer) => void,
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding, true)
  let line = 1
  const decode = (bytes?: Buffer): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (cause) {
      throw new InputError(
        `${file} is not ${encoding} after line ${line}. Save it as "CSV UTF-8", or name its encoding, such as --encoding windows-1252.`,
        { cause },
      )
    }
  }
  for await (const bytes of createReadStream(file)) {
    onBytes(bytes)
    const text = decode(bytes)
    yield text
    line += text.split('\n').length - 1
  }
  const rest = decode()
  if (rest !== '') yield rest
}

/** The byte-order mark is taken off by the decoder. */
const decoderOf = (encoding: string, fatal: boolean): TextDecoder => {
  try {
    return new TextDecoder(encoding, { fatal })
  } catch (cause) {
    throw new InputError(
      `--encoding ${encoding} is not a known encoding; windows-1252, utf-16le and shift_jis are examples.`,
      { cause },
    )
  }
}

const peek = async (file: string): Promise<Buffer> => {
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(peekBytes), 0, peekBytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown'
    throw new InputError(`${file} cannot be read: ${why}.`, { cause })
  }
}

const encodingOf = (start: Buffer, file: string): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (start.includes(0))
    throw new InputError(
      `${file} contains zero bytes: it is not text, or it is UTF-16 without a byte-order mark. Save it as "CSV UTF-8", or use --encoding utf-16le.`,
    )
  return 'utf-8'
}

const delimiterOf = (text: string): string => {
  const header = text.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1)[0] ?? ''
  const countOf = (sign: string): number => header.split(sign).length
  return [';', '\t'].reduce((best, sign) => (countOf(sign) > countOf(best) ? sign : best), ',')
}
