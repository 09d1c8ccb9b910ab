/** Leads from a CSV file: each row becomes the fields of a form. */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { Template } from '../mapping.ts'

/** The demo was asked for something that cannot be done; the message says what to change. */
export class DemoInputError extends Error {
  override readonly name = 'DemoInputError'
}

/** The first `most` rows as form fields; without mappings every column is a field of its own name. */
export const readRows = async (
  file: string,
  mappings: ReadonlyMap<string, Template>,
  most = Number.POSITIVE_INFINITY,
): Promise<Record<string, string>[]> => {
  const rows: Record<string, string>[] = []
  const source = createReadStream(file)
  const parser = source.pipe(parse({ columns: true, bom: true, trim: true, relax_column_count: true }))
  source.on('error', (error) =>
    parser.destroy(new DemoInputError(`${file} cannot be read: ${error.message}.`)),
  )
  for await (const row of parser) {
    rows.push(
      mappings.size === 0
        ? row
        : Object.fromEntries([...mappings].map(([field, make]) => [field, make(row)])),
    )
    if (rows.length >= most) break
  }
  if (rows.length === 0) throw new DemoInputError(`${file} holds no rows.`)
  return rows
}
