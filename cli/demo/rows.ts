/** Leads from a CSV file: each row becomes the fields of a form. */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'

/** The demo was asked for something that cannot be done; the message says what to change. */
export class DemoInputError extends Error {
  override readonly name = 'DemoInputError'
}

/** Makes a field's text from a row's columns. */
type Template = (row: Readonly<Record<string, string>>) => string

/** `field=template`, where `{Column}` stands for a column's text and `{Column / 60}` for its number divided. */
export const parseMappings = (given: readonly string[]): ReadonlyMap<string, Template> =>
  new Map(
    given.map((text): [string, Template] => {
      const [, field, template] = /^(\w+)=(.*)$/s.exec(text) ?? []
      if (!field || template === undefined)
        throw new DemoInputError(
          `--map "${text}" is not of the form field=template, such as "email={Id}@example.com".`,
        )
      return [field, (row) => fill(template, row)]
    }),
  )

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

const fill = (template: string, row: Readonly<Record<string, string>>): string =>
  template.replace(/\{([^{}]+?)(?:\s*\/\s*(\d+))?\}/g, (_, column: string, divisor: string | undefined) => {
    const value = row[column]
    if (value === undefined)
      throw new DemoInputError(
        `There is no column "${column}"; the columns are ${Object.keys(row).join(', ')}.`,
      )
    return divisor && value !== '' ? String(Math.round((Number(value) / Number(divisor)) * 100) / 100) : value
  })
