/** Past leads from a CSV file, as a CRM exports them. */

import type { Subject } from '../../shared/domain/learning/sample.ts'
import { type CsvFormat, openCsv } from '../csv-file.ts'
import { InputError } from '../input-error.ts'
import { parseMappings } from '../mapping.ts'
import { readDates } from './dates.ts'
import { checkOutcomes, columnsOf, type PastLeads, type RawColumn, splitsOf } from './past-leads.ts'

export interface ReadOptions extends CsvFormat {
  readonly csv: string
  /** `Column=value`, or several values by commas. */
  readonly won: string
  /** Parts the leads by hash; without it the row's whole text does. */
  readonly key?: string
  readonly salt: string
  /** A date or a number that rises with time. */
  readonly time?: string
  /**
   * Leads younger than `maturityDays` at this date have no outcome yet; without it, at the newest date in the file.
   */
  readonly asOf?: string
  readonly maturityDays: number
  readonly map: readonly string[]
  readonly onlyMapped: boolean
  readonly drop: readonly string[]
  /** Texts that mean "blank" beside the empty one. */
  readonly blank: readonly string[]
}

const dayMs = 86_400_000

/** Throws `InputError`. */
export const readPastLeads = async (options: ReadOptions): Promise<PastLeads> => {
  const { names, rows, uneven } = await readCsv(options.csv, options)
  const column = (name: string, flag: string): string => {
    if (names.includes(name)) return name
    throw new InputError(`${flag} names "${name}"; the columns are ${names.filter(Boolean).join(', ')}.`)
  }
  const [wonColumn = '', wonValues] = options.won.split(/=(.*)/s)
  if (wonValues === undefined)
    throw new InputError(
      `--won "${options.won}" is not of the form column=value, such as "Converted=1" or "Stage=Won,Signed".`,
    )
  column(wonColumn, '--won')
  const winning = new Set(wonValues.split(',').map((text) => text.trim()))
  for (const name of options.drop) column(name, '--drop')
  const key = options.key === undefined ? undefined : column(options.key, '--key')
  const notes = uneven === 0 ? [] : [`Rows with more or fewer fields than the header has columns: ${uneven}.`]
  const { mature, isOldestFirst } = matureRows(rows, options, (name) => column(name, '--time'), notes)
  const won = Uint8Array.from(mature, (row) => (winning.has(row[wonColumn] ?? '') ? 1 : 0))
  checkOutcomes(
    won,
    `--csv ${options.csv}`,
    `--won "${options.won}" says who was won; ${valuesText(mature, wonColumn)}`,
  )
  if (isOldestFirst) checkOrder(won, options.time ?? '')
  const held = new Set([wonColumn, options.time, key, ...options.drop, ''])
  const raw = rawColumnsOf(
    mature,
    names.filter((name) => !held.has(name)),
    options,
  )
  const keys = mature.map((row) => (key === undefined ? JSON.stringify(row) : (row[key] ?? '')))
  return {
    sample: {
      columns: columnsOf(raw, options.blank, (note) => notes.push(note)),
      won,
      ...(isOldestFirst && { isOldestFirst }),
    },
    splits: splitsOf(keys, options.salt, isOldestFirst),
    missing: isOldestFirst ? [] : ['Newest fifth: the file has no times; name their column with --time.'],
    notes,
  }
}

type Row = Readonly<Record<string, string>>

const readCsv = async (
  file: string,
  format: CsvFormat,
): Promise<{ names: readonly string[]; rows: readonly Row[]; uneven: number }> => {
  const { header: names, rows: records } = await openCsv(file, format)
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined)
    throw new InputError(`--csv ${file}: two columns are named "${twice}"; rename one in the first line.`)
  const rows: Row[] = []
  let uneven = 0
  for await (const { cells } of records) {
    if (cells.length !== names.length) uneven += 1
    rows.push(Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()])))
  }
  if (rows.length === 0) throw new InputError(`--csv ${file} has no rows below its header.`)
  return { names, rows, uneven }
}

/** What stands in a column, where that is a handful of words and not something about each lead. */
const valuesText = (rows: readonly Row[], column: string): string => {
  const values = new Set<string>()
  for (const row of rows) {
    values.add(row[column] ?? '')
    if (values.size > 12) return `${column} has more than a dozen different values.`
  }
  return `${column} has ${[...values].map((value) => (value === '' ? 'blank' : `"${value}"`)).join(', ')}.`
}

/** Leads old enough to have an outcome; the oldest first where the file has a time. */
const matureRows = (
  rows: readonly Row[],
  options: ReadOptions,
  columnOf: (name: string) => string,
  notes: string[],
): { mature: readonly Row[]; isOldestFirst: boolean } => {
  if (options.time === undefined) {
    notes.push(
      'No --time: old leads cannot be distinguished from new ones, so neither maturity nor newer leads can be judged.',
    )
    return { mature: rows, isOldestFirst: false }
  }
  const name = columnOf(options.time)
  const texts = rows.map((row) => row[name] ?? '')
  const isNumber = texts.every((text) => text !== '' && Number.isFinite(Number(text)))
  const times = isNumber ? texts.map(Number) : datesOf(texts, name)
  const order = [...times.keys()].sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
  if (isNumber) {
    notes.push(`${name} orders the leads but is not a date: all count as mature.`)
    return { mature: order.map((row) => rows[row] as Row), isOldestFirst: true }
  }
  const asOfMs = options.asOf === undefined ? (times[order.at(-1) ?? 0] as number) : asOf(options.asOf)
  const day = new Date(asOfMs).toISOString().slice(0, 10)
  const mature = order.flatMap((row) =>
    asOfMs - (times[row] as number) >= options.maturityDays * dayMs ? [rows[row] as Row] : [],
  )
  if (mature.length === 0)
    throw new InputError(
      `No lead is ${options.maturityDays} days old at ${day}; lower --maturity-days or set --as-of.`,
    )
  notes.push(
    `${rows.length - mature.length} leads younger than ${options.maturityDays} days at ${day} are left out.`,
  )
  return { mature, isOldestFirst: true }
}

/** Throws `InputError`. The day of `--as-of`, epoch milliseconds. */
export const asOf = (text: string): number => {
  const read = readDates([text])
  if ('timesMs' in read) return read.timesMs[0] as number
  throw new InputError(`--as-of "${text}" is not a date such as 2026-03-02.`)
}

const datesOf = (texts: readonly string[], name: string): readonly number[] => {
  const read = readDates(texts)
  if ('timesMs' in read) return read.timesMs
  if ('isAmbiguous' in read)
    throw new InputError(
      `--time: the dates in ${name} may begin with the day or with the month; write them as 2026-03-02.`,
    )
  // The shape, not the text: a column named by mistake may hold what is nobody's business.
  const shape = (texts[read.badRow] ?? '')
    .replace(/\p{L}/gu, 'a')
    .replace(/\d/g, '9')
    .replace(/\s+/g, ' ')
    .slice(0, 30)
  throw new InputError(
    `--time: row ${read.badRow + 1} of ${name} ${shape === '' ? 'is blank' : `looks like "${shape}"`}, neither a number nor a date such as 2026-03-02.`,
  )
}

/** Each field that a lead answered, by form field where it is mapped and by column where not. */
const rawColumnsOf = (rows: readonly Row[], names: readonly string[], options: ReadOptions): RawColumn[] => {
  const texts = new Map<string, string[]>()
  for (const [field, make] of parseMappings(options.map)) texts.set(field, rows.map(make))
  const used = new Set(
    options.map.flatMap((text) =>
      [...text.matchAll(/\{([^{}/]+?)(?:\s*\/[^{}]*)?\}/g)].map(([, name]) => name),
    ),
  )
  if (!options.onlyMapped)
    for (const name of names)
      if (!used.has(name))
        texts.set(
          name,
          rows.map((row) => row[name] ?? ''),
        )
  return [...texts].map(([name, values]) => ({ subject: subjectNamed(name), texts: values }))
}

const subjectNamed = (name: string): Subject => (name === 'source' ? { source: true } : { field: name })

/** Fewer turns from won to lost and back than leads of any order show. */
const leastTurns = 5

/** Throws `InputError` where the leads, ordered by their times, come the won first or the lost first. */
const checkOrder = (won: Uint8Array, time: string): void => {
  const wins = won.reduce((sum, one) => sum + one, 0)
  const turns = won.reduce((sum, one, row) => sum + Number(row > 0 && one !== won[row - 1]), 0)
  if (Math.min(wins, won.length - wins) > leastTurns && turns < leastTurns)
    throw new InputError(
      `--time: ordered by ${time}, the won leads stand together: it was filled in with the outcome, or numbers a file sorted by it. Name the time at which each lead arrived.`,
    )
}
