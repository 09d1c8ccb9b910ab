/** `--map field=template`: how a form's field is made from the columns of a file. */
import { InputError } from './input-error.ts'

/** Makes a field's text from a row's columns. */
export type Template = (row: Readonly<Record<string, string>>) => string

/** `field=template`, where `{Column}` stands for a column's text and `{Column / 60}` for its number divided. */
export const parseMappings = (given: readonly string[]): ReadonlyMap<string, Template> =>
  new Map(
    given.map((text): [string, Template] => {
      const [, field, template] = /^(\w+)=(.*)$/s.exec(text) ?? []
      if (!field || template === undefined)
        throw new InputError(
          `--map "${text}" is not of the form field=template, such as "email={Id}@example.com".`,
        )
      return [field, (row) => fill(template, row)]
    }),
  )

const fill = (template: string, row: Readonly<Record<string, string>>): string =>
  template.replace(/\{([^{}]+?)(?:\s*\/\s*(\d+))?\}/g, (_, column: string, divisor: string | undefined) => {
    const value = Object.hasOwn(row, column) ? row[column] : undefined
    if (value === undefined)
      throw new InputError(`There is no column "${column}"; the columns are ${Object.keys(row).join(', ')}.`)
    return divisor && value !== '' ? String(Math.round((Number(value) / Number(divisor)) * 100) / 100) : value
  })
