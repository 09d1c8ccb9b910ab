/** Past leads as columns, parted into those to learn from, to calibrate on and to be judged on. */
import { createHash } from 'node:crypto'
import type { Split } from '../../shared/domain/learning/backtest.ts'
import { type Column, nameOf, type Sample, type Subject } from '../../shared/domain/learning/sample.ts'
import { InputError } from '../input-error.ts'
import { isNoAnswer, numbersOf } from './numbers.ts'

export interface PastLeads {
  /** Every column that may be read of a lead, whether it leaks or not. */
  readonly sample: Sample
  readonly splits: readonly Split[]
  /** Why a split could not be made. */
  readonly missing: readonly string[]
  readonly notes: readonly string[]
  /** The points of the card in use by lead, where more is known than the columns show. */
  readonly championTotals?: Float64Array
}

/** What was written down of each lead under one name, and what a rule would call it. */
export interface RawColumn {
  readonly subject: Subject
  readonly texts: readonly string[]
}

/** With more different numbers than this a column is a quantity; with fewer, its numbers are names. */
const fewNumbers = 5

/**
 * Without columns that say the same of every lead, or something else of nearly each: those say nothing of the next
 * one.
 */
export const columnsOf = (
  raw: readonly RawColumn[],
  blank: readonly string[],
  note: (text: string) => void = () => {},
): Column[] => {
  const blanks = new Set(['', ...blank])
  const isBlank = (text: string) => blanks.has(text) || isNoAnswer(text)
  return raw.flatMap(({ subject, texts }): Column[] => {
    const known = texts.filter((text) => !isBlank(text))
    const distinct = new Set(known)
    if (distinct.size < 2 && known.length === texts.length) return []
    if (distinct.size === 0) return []
    const isQuantity = 'fact' in subject || distinct.size > fewNumbers
    const numbers = isQuantity ? numbersOf(texts, isBlank) : undefined
    if (numbers) {
      const { values, unread } = numbers
      if (isRowId(nameOf(subject), values)) {
        note(`${nameOf(subject)} numbers the leads, and is not learned from.`)
        return []
      }
      if (unread > 0)
        note(`${nameOf(subject)} holds ${unread} texts that are no numbers; they count as blank.`)
      return [{ subject, kind: 'number', values }]
    }
    // An address or a key of its own per lead says nothing of the next lead.
    if (distinct.size > known.length / 2) {
      note(`${nameOf(subject)} has a value of its own for nearly each lead, and is not learned from.`)
      return []
    }
    const list = [...distinct].sort()
    const codes = new Map(list.map((text, code) => [text, code]))
    return [
      {
        subject,
        kind: 'text',
        texts: list,
        codes: Int32Array.from(texts, (text) => (isBlank(text) ? -1 : (codes.get(text) ?? -1))),
      },
    ]
  })
}

/** Words by which people name a number that tells rows apart. */
const idName = /(^|[^a-z])(id|no|number|key|index|row|serial|nr)([^a-z]|$)/i

/** Whole numbers, each of one lead, that are named as such or only rise or fall through the file. */
const isRowId = (name: string, values: Float64Array): boolean => {
  const known = values.filter((value) => !Number.isNaN(value))
  if (known.length < leastLeads || !known.every(Number.isInteger) || new Set(known).size < known.length)
    return false
  const steps = known.slice(1).map((value, at) => Math.sign(value - (known[at] as number)))
  return idName.test(name.replace(/([a-z])([A-Z])/g, '$1 $2')) || new Set(steps).size === 1
}

/**
 * By hash of each lead's key: 0 and 1 test, 2 calibrates, the others train. By time: 70, 10 and 20 in 100, where the
 * leads are known to come the oldest first. Each list in the order of the leads.
 */
export const splitsOf = (keys: readonly string[], salt: string, isOldestFirst: boolean): Split[] => {
  const order = keys.map((_, row) => row)
  const parts = keys.map((key) => partOf(salt, key))
  const hash: Split = {
    name: 'hash',
    train: order.filter((row) => (parts[row] as number) >= 3),
    calibration: order.filter((row) => parts[row] === 2),
    test: order.filter((row) => (parts[row] as number) <= 1),
  }
  if (!isOldestFirst) return [hash]
  const first = Math.floor(order.length * 0.7)
  const second = Math.ceil(order.length * 0.8)
  const outOfTime: Split = {
    name: 'outOfTime',
    train: order.slice(0, first),
    calibration: order.slice(first, second),
    test: order.slice(second),
  }
  return [outOfTime, hash]
}

/** 0 to 9 by the first eight hexadecimal digits of SHA-256 over `salt:key`. */
export const partOf = (salt: string, key: string): number =>
  Number.parseInt(createHash('sha256').update(`${salt}:${key}`).digest('hex').slice(0, 8), 16) % 10

/** Under this many leads, no part of a split holds enough to learn from or to calibrate on. */
const leastLeads = 50

/**
 * Throws `InputError` where there are too few leads, or all ended alike. `what` names where they come from, `hint`
 * what to look at.
 */
export const checkOutcomes = (won: Uint8Array, what: string, hint: string): void => {
  const wins = won.reduce((sum, one) => sum + one, 0)
  const counts = `${what}: ${won.length} leads with an outcome, ${wins} of them won`
  if (won.length < leastLeads)
    throw new InputError(`${counts}; at least ${leastLeads} are needed to learn from. ${hint}`)
  if (wins === 0 || wins === won.length) throw new InputError(`${counts}; both outcomes are needed. ${hint}`)
}
