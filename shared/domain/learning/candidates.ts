/** Every rule that a card could hold, as the cells in which it fires. */
import type { Condition } from '../conditions.ts'
import type { Cells } from './cells.ts'

/** A condition that a rule could have, and how it stands to winning among the rows it was made from. */
export interface Candidate {
  readonly when: Condition
  /** Index of the column it reads. */
  readonly column: number
  /** The cells of that column in which it fires; ascending. */
  readonly cells: readonly number[]
  readonly rows: number
  readonly wins: number
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
export const mostValues = 6
/** Rows a value needs before its place among the others means anything. */
const leastGrouped = 30

/**
 * One rule per value of a text, per cut of a number and per range between two neighbouring cuts, and per blank where
 * that may be said. The ranges let a number that first speaks for a lead and then against it do so in signed rules.
 */
export const singlesOf = (columns: readonly Cells[], options: CandidateOptions): Candidate[] =>
  columns.flatMap((cells, at) => {
    const { subject, kind } = cells.column
    const found: (Candidate | undefined)[] = []
    if (kind === 'number' && !('source' in subject)) {
      const last = cells.rows.length - 1
      for (let cell = 2; cell <= last; cell += 1) found.push(stepAt(cells, at, cell, options))
      if ('field' in subject)
        for (let cell = 2; cell < last; cell += 1)
          if ((cells.rows[cell] as number) >= leastGrouped)
            found.push(candidateOf(cells, at, [cell], options))
    }
    if (kind === 'text' && !('fact' in subject))
      for (let cell = 1; cell <= cells.texts.length; cell += 1)
        found.push(candidateOf(cells, at, fewerSide(cells, [cell], options), options))
    if (options.mayReadBlanks && 'field' in subject) found.push(candidateOf(cells, at, [0], options))
    return distinct(found)
  })

/** Values that weigh nearly the same taken together, and ranges of numbers: what a card says with one rule instead of several. */
export const groupsOf = (
  columns: readonly Cells[],
  singles: readonly Candidate[],
  weights: ArrayLike<number>,
  options: CandidateOptions,
): Candidate[] =>
  columns.flatMap((cells, at) =>
    cells.column.kind === 'number'
      ? rangesOf(cells, at, options)
      : runsOf(cells, at, singles, weights, options),
  )

/** Every run of two to six values that are neighbours in the order of the weights that they were given singly. */
const runsOf = (
  cells: Cells,
  at: number,
  singles: readonly Candidate[],
  weights: ArrayLike<number>,
  options: CandidateOptions,
): Candidate[] => {
  const values = singles
    .flatMap((single, rule) => {
      if (single.column !== at || single.rows < leastGrouped) return []
      return soleValue(single, cells, weights[rule] as number, options)
    })
    .sort((a, b) => b.weight - a.weight || a.cell - b.cell)
  const groups: (Candidate | undefined)[] = []
  for (let from = 0; from < values.length; from += 1)
    for (let size = 2; size <= Math.min(mostValues, values.length - from); size += 1) {
      const run = values.slice(from, from + size).map(({ cell }) => cell)
      groups.push(
        candidateOf(
          cells,
          at,
          fewerSide(
            cells,
            run.sort((a, b) => a - b),
            options,
          ),
          options,
        ),
      )
    }
  return distinct(groups)
}

/** The one value that a single rule is about, and its weight: of a rule that names the other values instead, the opposite. */
const soleValue = (
  { cells: named }: Candidate,
  cells: Cells,
  weight: number,
  { minimumRows }: CandidateOptions,
): { cell: number; weight: number }[] => {
  const [cell = 0] = named
  if (named.length === 1) return cell > 0 ? [{ cell, weight }] : []
  const others = span(1, cells.texts.length).filter(
    (one) => (cells.rows[one] as number) >= minimumRows && !named.includes(one),
  )
  return others.map((one) => ({ cell: one, weight: -weight }))
}

/**
 * The other values of a text that is never blank, where they are fewer: what says the same of all values seen, and neither
 * praises nor blames a value that was never seen.
 */
const fewerSide = (cells: Cells, fires: number[], { minimumRows }: CandidateOptions): number[] => {
  if ((cells.rows[0] as number) >= minimumRows || sumOf(cells.rows, fires) * 2 <= cells.ofRow.length)
    return fires
  const others = span(1, cells.texts.length).filter(
    (cell) => (cells.rows[cell] as number) >= minimumRows && !fires.includes(cell),
  )
  return others.length > 0 && others.length <= mostValues ? others : fires
}

/** Without those that fire in the same cells of the same column as one before. */
export const distinct = (candidates: readonly (Candidate | undefined)[]): Candidate[] => [
  ...new Map(
    candidates.flatMap((one) => (one ? [[`${one.column} ${one.cells.join(' ')}`, one] as const] : [])),
  ).values(),
]

/**
 * Whether two rules on one column can be told as rules that do not overlap, without more of them: apart, or one within the
 * other, and of ranges of a number up to an end of it.
 */
export const standTogether = (one: Candidate, other: Candidate, { column: { kind } }: Cells): boolean => {
  if (one.column !== other.column) return true
  const shared = one.cells.filter((cell) => other.cells.includes(cell)).length
  if (shared === 0) return true
  const [inner, outer] = one.cells.length < other.cells.length ? [one, other] : [other, one]
  if (shared < inner.cells.length || inner.cells.length === outer.cells.length) return false
  return kind === 'text' || inner.cells[0] === outer.cells[0] || inner.cells.at(-1) === outer.cells.at(-1)
}

/** From a cut to under another. */
const rangesOf = (cells: Cells, at: number, options: CandidateOptions): Candidate[] => {
  if (!('field' in cells.column.subject)) return []
  const found: Candidate[] = []
  const last = cells.rows.length - 1
  for (let from = 2; from < last; from += 1)
    for (let to = from; to < last; to += 1) {
      const range = candidateOf(cells, at, span(from, to), options)
      if (range) found.push(range)
    }
  return found
}

/** From a cut on; or below it, where those are the few. */
const stepAt = (cells: Cells, at: number, cut: number, options: CandidateOptions): Candidate | undefined => {
  const last = cells.rows.length - 1
  const below = span(1, cut - 1)
  const isBelow =
    'field' in cells.column.subject && sumOf(cells.rows, below) * fewPart < sumOf(cells.rows, span(1, last))
  return candidateOf(cells, at, isBelow ? below : span(cut, last), options)
}

/** Under a third are "the few": "stayed under a minute" names those it is about, "stayed a minute" nearly everybody. */
const fewPart = 3

/** The rule that fires in these cells, where enough rows have one of them and enough have none. */
export const candidateOf = (
  cells: Cells,
  column: number,
  fires: readonly number[],
  { minimumRows }: Pick<CandidateOptions, 'minimumRows'>,
): Candidate | undefined => {
  const rows = sumOf(cells.rows, fires)
  const wins = sumOf(cells.wins, fires)
  const all = cells.ofRow.length
  if (rows < minimumRows || all - rows < minimumRows) return undefined
  return {
    when: conditionOf(cells, fires),
    column,
    cells: fires,
    rows,
    wins,
    direction: wins * (all - rows) >= (cells.allWins - wins) * rows ? 1 : -1,
  }
}

const conditionOf = ({ column, cuts, texts: all }: Cells, fires: readonly number[]): Condition => {
  const { subject } = column
  const [first = 0] = fires
  const last = fires.at(-1) ?? 0
  if (column.kind === 'text') {
    const texts = fires.map((cell) => all[cell - 1] ?? '')
    if ('source' in subject) return { source: texts }
    if ('field' in subject && first > 0) return { field: subject.field, in: texts }
  }
  if ('fact' in subject) return { fact: subject.fact, times: cuts[first - 2] ?? 1 }
  const field = 'field' in subject ? subject.field : 'source'
  if (first === 0) return { field, known: false }
  const [atLeast, below] = [cuts[first - 2], cuts[last - 1]]
  return { field, ...(atLeast !== undefined && { atLeast }), ...(below !== undefined && { below }) }
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)

const sumOf = (values: Float64Array, at: readonly number[]): number =>
  at.reduce((sum, one) => sum + (values[one] as number), 0)
