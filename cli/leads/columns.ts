/** Which column of a file becomes which part of a submission: by name, and by `--map` where the names differ. */
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { firstVisitName, postNames, visitNames } from '../../shared/contracts/form-post.ts'
import { InputError } from '../input-error.ts'
import { parseMappings } from '../mapping.ts'

export interface ColumnOptions {
  readonly map: readonly string[]
  readonly consentColumn?: string
  readonly capturedAt?: string
  readonly confirmedAt?: string
}

/** What a row may say beside the form's own answers. */
export const suppressionColumns = {
  /** Why nothing may be sent: as export writes it, or another system's list of those who left. */
  suppression: 'suppression',
  suppressedAt: 'suppressedAt',
} as const

export interface Columns {
  /** For a person to read: `email` from `E-Mail`. */
  readonly taken: readonly { readonly field: string; readonly from: string }[]
  readonly unused: readonly string[]
  /** Texts by field. Throws `InputError` where a mapping names a column that is not there. */
  readonly read: (cells: readonly string[]) => Readonly<Record<string, string>>
  readonly consentOf: ((cells: readonly string[]) => string) | undefined
  readonly capturedAtOf: ((cells: readonly string[]) => string) | undefined
  readonly confirmedAtOf: ((cells: readonly string[]) => string) | undefined
}

/** Throws `InputError` where the columns cannot give what the form needs. */
export const planColumns = (
  header: readonly string[],
  form: CompiledForm,
  options: ColumnOptions,
): Columns => {
  const mappings = parseMappings(options.map)
  const known = knownNames(form)
  for (const field of mappings.keys())
    if (!known.includes(field))
      throw new InputError(
        `--map names the field "${field}", which the form ${form.id} does not have; it has ${form.fields.map(({ name }) => name).join(', ')}.`,
      )
  const byName = columnsByName(
    header,
    known.filter((field) => !mappings.has(field)),
  )
  requireFields(form, [...mappings.keys(), ...byName.keys()], header)
  const named = (flag: string, column: string | undefined) =>
    column === undefined ? undefined : textAt(indexOf(header, column, flag))
  const used = new Set([
    ...[...byName.values()].map((index) => header[index]),
    ...[options.consentColumn, options.capturedAt, options.confirmedAt],
    ...options.map.flatMap((text) =>
      [...text.matchAll(/\{([^{}]+?)(?:\s*\/\s*\d+)?\}/g)].map(([, name]) => name),
    ),
  ])
  const rowOf = (cells: readonly string[]) =>
    Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']))
  // A mapping that names a column that is not there fails now, and not in the middle of the file.
  for (const make of mappings.values()) make(rowOf([]))
  return {
    taken: [
      ...[...byName].map(([field, index]) => ({ field, from: header[index] ?? '' })),
      ...options.map.map((text) => {
        const [field = '', from = ''] = text.split(/=(.*)/s)
        return { field, from }
      }),
    ],
    unused: header.filter((name) => name !== '' && !used.has(name)),
    read: (cells) => {
      const values = [...byName].map(([field, index]): [string, string] => [field, cells[index] ?? ''])
      const row = mappings.size > 0 ? rowOf(cells) : {}
      return Object.fromEntries([
        ...values,
        ...[...mappings].map(([field, make]): [string, string] => [field, make(row)]),
      ])
    },
    consentOf: named('--consent-column', options.consentColumn),
    capturedAtOf: named('--captured-at', options.capturedAt),
    confirmedAtOf: named('--confirmed-at', options.confirmedAt),
  }
}

/** What a post may carry, less what only a page has: consent, token, trap and where to go. */
const knownNames = (form: CompiledForm): string[] => [
  ...form.fields.map(({ name }) => name),
  postNames.timeZone,
  postNames.language,
  postNames.source,
  postNames.page,
  ...visitNames,
  ...visitNames.map(firstVisitName),
  ...Object.values(suppressionColumns),
]

/** `E-Mail` and `e_mail` are `email`, `First name` is `firstName`. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

const columnsByName = (header: readonly string[], fields: readonly string[]): Map<string, number> => {
  const columnOf = new Map<string, number>()
  for (const field of fields) {
    const exact = header.flatMap((name, index) => (name === field ? [index] : []))
    const like = header.flatMap((name, index) => (plain(name) === plain(field) ? [index] : []))
    const columns = exact.length > 0 ? exact : like
    if (columns.length > 1)
      throw new InputError(
        `${columns.length} columns could be "${field}": ${columns.map((index) => `"${header[index]}" (column ${index + 1})`).join(', ')}. Rename all but one, or use --map "${field}={Column}".`,
      )
    const [index] = columns
    if (index !== undefined) columnOf.set(field, index)
  }
  return columnOf
}

const requireFields = (form: CompiledForm, given: readonly string[], header: readonly string[]): void => {
  const missing = ['email', ...form.fields.filter(({ required }) => required).map(({ name }) => name)].find(
    (name) => !given.includes(name),
  )
  if (missing !== undefined)
    throw new InputError(
      `No column gives "${missing}", which the form ${form.id} needs. The columns are ${header.filter(Boolean).join(', ')}; use --map "${missing}={Column}".`,
    )
}

const indexOf = (header: readonly string[], column: string, flag: string): number => {
  const index = header.indexOf(column)
  if (index === -1)
    throw new InputError(
      `${flag} names the column "${column}", which does not exist; the columns are ${header.filter(Boolean).join(', ')}.`,
    )
  if (header.lastIndexOf(column) !== index)
    throw new InputError(`${flag} names the column "${column}", and there are two of them; rename one.`)
  return index
}

const textAt =
  (index: number) =>
  (cells: readonly string[]): string =>
    (cells[index] ?? '').trim()
