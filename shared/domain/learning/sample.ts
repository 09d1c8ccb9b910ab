/** Past leads with their outcomes, as columns: what learning and measuring read. */
import { type Condition, type CountedFact, kindOfCondition } from '../conditions.ts'

/** What a column says of a lead, in the terms of a score rule. */
export type Subject =
  | { readonly field: string }
  | { readonly source: true }
  /** How often this happened, counted before the outcome was known. */
  | { readonly fact: CountedFact }

/** One thing known about each lead. `NaN` and -1 stand for blank. */
export type Column =
  | { readonly subject: Subject; readonly kind: 'number'; readonly values: Float64Array }
  | {
      readonly subject: Subject
      readonly kind: 'text'
      /** Index into `texts`, by row. */
      readonly codes: Int32Array
      readonly texts: readonly string[]
    }

export interface Sample {
  readonly columns: readonly Column[]
  /** 1 where the lead was won, by row. */
  readonly won: Uint8Array
  /** Set where each row is known to be no newer than the next. */
  readonly isOldestFirst?: boolean
}

/** The rows at these indices, in this order. */
export const rowsOf = ({ columns, won, isOldestFirst }: Sample, rows: ArrayLike<number>): Sample => ({
  ...(isOldestFirst && isAscending(rows) && { isOldestFirst }),
  won: Uint8Array.from(rows, (row) => won[row] as number),
  columns: columns.map((column) =>
    column.kind === 'number'
      ? { ...column, values: Float64Array.from(rows, (row) => column.values[row] as number) }
      : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
  ),
})

const isAscending = (rows: ArrayLike<number>): boolean => {
  for (let at = 1; at < rows.length; at += 1)
    if ((rows[at] as number) < (rows[at - 1] as number)) return false
  return true
}

/** A subject in a word, as it stands in reports and ids. */
export const nameOf = (subject: Subject): string =>
  'field' in subject ? subject.field : 'source' in subject ? 'source' : subject.fact

/** The subject that a condition reads. */
export const subjectOf = (when: Condition): string =>
  'field' in when ? when.field : 'fact' in when ? when.fact : (kindOfCondition(when) ?? '')
