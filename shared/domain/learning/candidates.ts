/** Every rule that a card could hold, each with the rows in which it fires. */
import type { Condition } from '../campaign.ts'
import type { FiringRows } from './patterns.ts'
import { type Column, type Sample, subjectOf } from './sample.ts'

/** A condition that a rule could have, and how it stands to winning among the rows it was made from. */
export interface Candidate {
  readonly when: Condition
  readonly firing: FiringRows
  /** Whether those in whom it fires win more often (1) or less often (-1) than the others. */
  readonly direction: 1 | -1
}

export interface CandidateOptions {
  /** A rule fires in at least this many rows, and fails to fire in as many. */
  readonly minimumRows: number
  /** Whether a rule may say that a field is blank. */
  readonly mayReadBlanks: boolean
}

/** How many values one rule may name; longer lists are not read. */
const mostValues = 6
/** Rows a value needs before its place among the others means anything. */
const leastGrouped = 30
/** Cuts tried per number. */
const mostCuts = 40

export const candidatesOf = (sample: Sample, options: CandidateOptions): Candidate[] => {
  const seen = new Set<string>()
  const candidates: Candidate[] = []
  const wins = sample.won.reduce((sum, one) => sum + one, 0)
  for (const column of sample.columns)
    for (const when of conditionsOf(column, options)) {
      const firing = firingRows(when, column)
      const others = sample.won.length - firing.length
      if (firing.length < options.minimumRows || others < options.minimumRows) continue
      // Two conditions that fire in the same rows are one; the first, simpler one stands for both.
      const key = fingerprint(firing)
      if (seen.has(key)) continue
      seen.add(key)
      candidates.push({ when, firing, direction: directionOf(firing, sample.won, wins) })
    }
  return candidates
}

/** The rows in which a condition on this column's subject fires, just as `scoreLead` would have it. */
export const firingRows = (when: Condition, column: Column): FiringRows => {
  const rows: number[] = []
  if (column.kind === 'number') {
    for (let row = 0; row < column.values.length; row += 1)
      if (isMetByNumber(when, column.values[row] as number)) rows.push(row)
  } else {
    const named = 'in' in when ? when.in : 'source' in when ? when.source : undefined
    const isMet = column.texts.map((text) =>
      'known' in when ? when.known : (named?.includes(text) ?? isMetByNumber(when, Number(text))),
    )
    const isMetByBlank = 'known' in when && !when.known
    for (let row = 0; row < column.codes.length; row += 1) {
      const code = column.codes[row] as number
      if (code < 0 ? isMetByBlank : (isMet[code] as boolean)) rows.push(row)
    }
  }
  return Uint32Array.from(rows)
}

const isMetByNumber = (when: Condition, value: number): boolean => {
  if ('known' in when) return when.known !== Number.isNaN(value)
  if ('fact' in when) return value >= (when.times ?? 1)
  if ('in' in when) return when.in.some((text) => text !== '' && Number(text) === value)
  if ('source' in when || 'emailDomain' in when || Number.isNaN(value)) return false
  return (
    value >= (when.atLeast ?? Number.NEGATIVE_INFINITY) && value < (when.below ?? Number.POSITIVE_INFINITY)
  )
}

const conditionsOf = (column: Column, options: CandidateOptions): Condition[] => {
  const { subject } = column
  const blank: Condition[] =
    options.mayReadBlanks && 'field' in subject ? [{ field: subject.field, known: false }] : []
  if (column.kind === 'number') {
    if ('source' in subject) return []
    return [
      ...cutsOf(column.values).map(
        (cut): Condition =>
          'fact' in subject ? { fact: subject.fact, times: cut } : { field: subject.field, atLeast: cut },
      ),
      ...blank,
    ]
  }
  if ('fact' in subject) return []
  return [
    ...column.texts.map(
      (text): Condition => ('source' in subject ? { source: [text] } : { field: subject.field, in: [text] }),
    ),
    ...blank,
  ]
}

/** Cuts at equal shares of the known values, at numbers a person would write: two digits that count. */
const cutsOf = (values: Float64Array): number[] => {
  const known = values.filter((value) => !Number.isNaN(value)).sort()
  const cuts = new Set<number>()
  for (let share = 1; share < mostCuts; share += 1)
    cuts.add(Number((known[Math.floor((share * known.length) / mostCuts)] ?? 0).toPrecision(2)))
  // Everyone reaches the smallest value.
  return [...cuts].filter((cut) => cut > (known[0] ?? 0)).sort((a, b) => a - b)
}

/**
 * Values of one column that weigh nearly the same, taken together: every run of two to six neighbours in the order of
 * the weights that the single values were given. A card has few rules; one for three trades says more than one for each.
 */
export const groupsOf = (
  sample: Sample,
  singles: readonly Candidate[],
  weights: ArrayLike<number>,
  options: CandidateOptions,
): Candidate[] => {
  const bySubject = new Map<string, { text: string; weight: number; firing: FiringRows; when: Condition }[]>()
  singles.forEach(({ when, firing }, rule) => {
    const text = 'in' in when ? when.in[0] : 'source' in when ? when.source[0] : undefined
    if (text === undefined || firing.length < leastGrouped) return
    const values = bySubject.get(subjectOf(when)) ?? []
    bySubject.set(subjectOf(when), values)
    values.push({ text, weight: weights[rule] as number, firing, when })
  })
  const wins = sample.won.reduce((sum, one) => sum + one, 0)
  const groups: Candidate[] = []
  for (const values of bySubject.values()) {
    values.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
    for (let from = 0; from < values.length; from += 1)
      for (let size = 2; size <= Math.min(mostValues, values.length - from); size += 1) {
        const run = values.slice(from, from + size)
        const firing = mergeRows(run.map((value) => value.firing))
        if (sample.won.length - firing.length < options.minimumRows) continue
        const texts = run.map(({ text }) => text).sort()
        const like = (run[0] as (typeof run)[number]).when
        const when: Condition = 'field' in like ? { field: like.field, in: texts } : { source: texts }
        groups.push({ when, firing, direction: directionOf(firing, sample.won, wins) })
      }
  }
  return groups
}

/** Rows of disjoint lists as one, ascending. */
const mergeRows = (lists: readonly FiringRows[]): FiringRows => {
  const rows = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0))
  let at = 0
  for (const list of lists) {
    rows.set(list, at)
    at += list.length
  }
  return rows.sort()
}

const directionOf = (firing: FiringRows, won: Uint8Array, allWins: number): 1 | -1 => {
  let wins = 0
  for (const row of firing) wins += won[row] as number
  return wins * (won.length - firing.length) >= (allWins - wins) * firing.length ? 1 : -1
}

/** Equal for equal rows; two 32-bit hashes and the length make a clash of different ones unthinkable. */
const fingerprint = (firing: FiringRows): string => {
  let one = 0x811c9dc5
  let two = 5381
  for (const row of firing) {
    one = Math.imul(one ^ row, 0x01000193)
    two = (Math.imul(two, 33) + row) | 0
  }
  return `${firing.length} ${one} ${two}`
}
