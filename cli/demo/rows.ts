/** Leads from a CSV file: each row becomes the fields of a form. */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import { InputError } from '../input-error.ts'
import type { Template } from '../mapping.ts'

export type Row = Readonly<Record<string, string>>

/** Row after row as form fields, never the whole file; without mappings every column is a field of its own name. */
export async function* streamRows(
  file: string,
  mappings: ReadonlyMap<string, Template>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Row> {
  const source = createReadStream(file)
  const parser = source.pipe(parse({ columns: true, bom: true, trim: true, relax_column_count: true }))
  source.on('error', (error) => parser.destroy(new InputError(`${file} cannot be read: ${error.message}.`)))
  let count = 0
  for await (const row of parser) {
    yield mappings.size === 0
      ? row
      : Object.fromEntries([...mappings].map(([field, make]) => [field, make(row)]))
    count += 1
    if (count >= most) break
  }
  if (count === 0) throw new InputError(`${file} has no rows.`)
}

/** The first `most` rows. */
export const readRows = async (
  file: string,
  mappings: ReadonlyMap<string, Template>,
  most?: number,
): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const row of streamRows(file, mappings, most)) rows.push(row)
  return rows
}
