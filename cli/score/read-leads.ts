/** Past leads from a CSV file as columns, with keys to part them by and the order in which they came. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { Split } from '../../shared/domain/learning/backtest.ts'
import type { Column, Sample, Subject } from '../../shared/domain/learning/sample.ts'
import { parseMappings } from '../mapping.ts'

/** The command was asked for something that the file does not hold; the message says what to change. */
export class ScoreInputError extends Error {
  override readonly name = 'ScoreInputError'
}

export interface ReadOptions {
  readonly csv: string
  /** `Column=value`, or several values by commas. */
  readonly won: string
  /** Parts the leads by hash; without it the row's whole text does. */
  readonly key?: string
  readonly salt: string
  /** A date or a number that rises with time. */
  readonly time?: string
  /** Leads younger than `maturityDays` at this date have no outcome yet; without it, at the newest date in the file. */
  readonly asOf?: string
  readonly maturityDays: number
  readonly map: readonly string[]
  readonly onlyMapped: boolean
  readonly drop: readonly string[]
  /** Texts that mean "blank" beside the empty one. */
  readonly blank: readonly string[]
}

export interface PastLeads {
  /** Every column that may be read of a lead, whether it leaks or not. */
  readonly sample: Sample
  readonly splits: readonly Split[]
  /** Why a split could not be made. */
  readonly missing: readonly string[]
  readonly notes: readonly string[]
}

const dayMs = 86_400_000

/** Throws `ScoreInputError`. */
export const readPastLeads = async (options: ReadOptions): Promise<PastLeads> => {
  const rows = await readCsv(options.csv)
  const names = Object.keys(rows[0] ?? {})
  const column = (name: string, flag: string): string => {
    if (names.includes(name)) return name
    throw new ScoreInputError(`${flag} names "${name}"; the columns are ${names.filter(Boolean).join(', ')}.`)
  }
  const [wonColumn = '', wonValues = ''] = options.won.split(/=(.*)/s)
  column(wonColumn, '--won')
  const winning = new Set(wonValues.split(',').map((text) => text.trim()))
  for (const name of options.drop) column(name, '--drop')
  const notes: string[] = []
  const { mature, times } = matureRows(rows, options, (name) => column(name, '--time'), notes)
  const key = options.key === undefined ? undefined : column(options.key, '--key')
  const held = new Set(
    [wonColumn, options.time, key, ...options.drop, ''].filter((name) => name !== undefined),
  )
  const won = Uint8Array.from(mature, (row) => (winning.has(row[wonColumn] ?? '') ? 1 : 0))
  const wins = won.reduce((sum, one) => sum + one, 0)
  if (wins === 0 || wins === won.length)
    throw new ScoreInputError(
      `${options.csv}: ${wins} of ${won.length} mature leads are won by --won "${options.won}"; both outcomes are needed.`,
    )
  const columns = columnsOf(
    mature,
    names.filter((name) => !held.has(name)),
    options,
  )
  const { splits, missing } = splitsOf(mature, times, key, options.salt)
  return { sample: { columns, won, ...(times && { isOldestFirst: true }) }, splits, missing, notes }
}

type Row = Readonly<Record<string, string>>

const readCsv = async (file: string): Promise<Row[]> => {
  const rows: Row[] = []
  const source = createReadStream(file)
  const parser = source.pipe(parse({ columns: true, bom: true, trim: true, relax_column_count: true }))
  source.on('error', (error) =>
    parser.destroy(new ScoreInputError(`${file} cannot be read: ${error.message}.`)),
  )
  for await (const row of parser) rows.push(row)
  if (rows.length === 0) throw new ScoreInputError(`${file} holds no rows.`)
  return rows
}

/** Leads old enough to have an outcome, the oldest first, and each one's time; no times where the file tells none. */
const matureRows = (
  rows: readonly Row[],
  options: ReadOptions,
  columnOf: (name: string) => string,
  notes: string[],
): { mature: readonly Row[]; times: readonly number[] | undefined } => {
  if (options.time === undefined) {
    notes.push('No --time: leads are not told old from new, so maturity and newer leads cannot be judged.')
    return { mature: rows, times: undefined }
  }
  const name = columnOf(options.time)
  const texts = rows.map((row) => row[name] ?? '')
  const isNumber = texts.every((text) => text !== '' && Number.isFinite(Number(text)))
  const times = texts.map((text) => (isNumber ? Number(text) : Date.parse(text)))
  const bad = times.findIndex((time) => Number.isNaN(time))
  if (bad >= 0)
    throw new ScoreInputError(
      `--time: row ${bad + 1} of ${name} is "${texts[bad]}", neither a number nor a date such as 2026-03-02.`,
    )
  const order = [...times.keys()].sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
  const taken = (isTaken: (time: number) => boolean) => {
    const kept = order.filter((row) => isTaken(times[row] as number))
    return { mature: kept.map((row) => rows[row] as Row), times: kept.map((row) => times[row] as number) }
  }
  if (isNumber) {
    notes.push(`${name} orders the leads but is no date: all are taken as mature.`)
    return taken(() => true)
  }
  const asOfMs = options.asOf === undefined ? Math.max(...times) : Date.parse(options.asOf)
  if (Number.isNaN(asOfMs))
    throw new ScoreInputError(`--as-of "${options.asOf}" is not a date such as 2026-03-02.`)
  const found = taken((time) => asOfMs - time >= options.maturityDays * dayMs)
  const day = new Date(asOfMs).toISOString().slice(0, 10)
  if (found.mature.length === 0)
    throw new ScoreInputError(
      `No lead is ${options.maturityDays} days old at ${day}; lower --maturity-days or set --as-of.`,
    )
  notes.push(
    `${rows.length - found.mature.length} leads younger than ${options.maturityDays} days at ${day} are left out.`,
  )
  return found
}

const columnsOf = (rows: readonly Row[], names: readonly string[], options: ReadOptions): Column[] => {
  const mappings = parseMappings(options.map)
  const used = new Set(
    options.map.flatMap((text) =>
      [...text.matchAll(/\{([^{}/]+?)(?:\s*\/[^{}]*)?\}/g)].map(([, name]) => name),
    ),
  )
  const blanks = new Set(['', ...options.blank])
  const texts = new Map<string, string[]>()
  for (const [field, make] of mappings) texts.set(field, rows.map(make))
  if (!options.onlyMapped)
    for (const name of names)
      if (!used.has(name))
        texts.set(
          name,
          rows.map((row) => row[name] ?? ''),
        )
  // An address or a key of its own per lead says nothing of the next lead.
  return [...texts].flatMap(([name, values]): Column[] => {
    const known = values.filter((text) => !blanks.has(text))
    const distinct = new Set(known)
    if (distinct.size < 2) return []
    const subject: Subject = name === 'source' ? { source: true } : { field: name }
    if (distinct.size > 5 && known.every((text) => Number.isFinite(Number(text))))
      return [
        {
          subject,
          kind: 'number',
          values: Float64Array.from(values, (text) => (blanks.has(text) ? Number.NaN : Number(text))),
        },
      ]
    if (distinct.size > known.length / 2) return []
    const list = [...distinct].sort()
    const codes = new Map(list.map((text, code) => [text, code]))
    return [
      {
        subject,
        kind: 'text',
        texts: list,
        codes: Int32Array.from(values, (text) => (blanks.has(text) ? -1 : (codes.get(text) ?? -1))),
      },
    ]
  })
}

/** By hash: 0 and 1 test, 2 calibrates, the others train. By time: 70, 10 and 20 in 100. Each list the oldest first. */
const splitsOf = (
  rows: readonly Row[],
  times: readonly number[] | undefined,
  key: string | undefined,
  salt: string,
): Pick<PastLeads, 'splits' | 'missing'> => {
  const order = rows.map((_, row) => row)
  const part = (row: number) =>
    partOf(salt, key === undefined ? JSON.stringify(rows[row]) : (rows[row]?.[key] ?? ''))
  const hash: Split = {
    name: 'hash',
    train: order.filter((row) => part(row) >= 3),
    calibration: order.filter((row) => part(row) === 2),
    test: order.filter((row) => part(row) <= 1),
  }
  if (!times)
    return {
      splits: [hash],
      missing: ['Newest fifth: the file tells no time; name the column by --time.'],
    }
  const first = Math.floor(order.length * 0.7)
  const second = Math.ceil(order.length * 0.8)
  const outOfTime: Split = {
    name: 'outOfTime',
    train: order.slice(0, first),
    calibration: order.slice(first, second),
    test: order.slice(second),
  }
  return { splits: [outOfTime, hash], missing: [] }
}

/** 0 to 9 by the first eight hexadecimal digits of SHA-256 over `salt:key`. */
export const partOf = (salt: string, key: string): number =>
  Number.parseInt(createHash('sha256').update(`${salt}:${key}`).digest('hex').slice(0, 8), 16) % 10
