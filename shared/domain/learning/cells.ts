/** Each column parted into cells: a text's values, a number's ranges. What a rule does to a lead, its cells decide. */
import type { Column, Sample } from './sample.ts'

export interface Cells {
  readonly column: Column
  /** The cell of each row. Cell 0 is blank. */
  readonly ofRow: Uint32Array
  /** The cell that most rows have, and the rows that have another: sums over the former are what the latter leave of all. */
  readonly main: number
  readonly others: Uint32Array
  /** Rows and won rows, by cell. */
  readonly rows: Float64Array
  readonly wins: Float64Array
  readonly allWins: number
  /** Of a text: cell `n` from 1 on holds `texts[n - 1]`; the values that hardly occur share the last cell and have no name. */
  readonly texts: readonly string[]
  /** Of a number: cell `n` from 1 on holds the values from `cuts[n - 2]` to under `cuts[n - 1]`. */
  readonly cuts: readonly number[]
}

/** Cuts tried per number: finer than one in forty is finer than a card of twenty rules can say. */
const mostCuts = 40

/** Values in fewer rows than this are too few to learn a difference from. */
const leastNamed = 5

export const cellsOf = ({ columns, won }: Sample): Cells[] =>
  columns.map((column) => {
    const parted = column.kind === 'number' ? partNumbers(column.values) : partTexts(column)
    const { ofRow, count } = parted
    const rows = new Float64Array(count)
    const wins = new Float64Array(count)
    for (let row = 0; row < ofRow.length; row += 1) {
      const cell = ofRow[row] as number
      rows[cell] = (rows[cell] as number) + 1
      wins[cell] = (wins[cell] as number) + (won[row] as number)
    }
    const main = rows.reduce((most, count, cell) => (count > (rows[most] as number) ? cell : most), 0)
    const others: number[] = []
    for (let row = 0; row < ofRow.length; row += 1) if (ofRow[row] !== main) others.push(row)
    const allWins = wins.reduce((sum, one) => sum + one, 0)
    return { ...parted, column, allWins, main, others: Uint32Array.from(others), rows, wins }
  })

type Parted = Pick<Cells, 'ofRow' | 'texts' | 'cuts'> & { readonly count: number }

const partNumbers = (values: Float64Array): Parted => {
  const cuts = cutsOf(values)
  const ofRow = Uint32Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1 + rankOf(value, cuts)))
  return { ofRow, texts: [], cuts, count: cuts.length + 2 }
}

const partTexts = ({ codes, texts: all }: Extract<Column, { kind: 'text' }>): Parted => {
  const counts = new Uint32Array(all.length)
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1
  const cellOf = new Map<number, number>()
  const texts: string[] = []
  counts.forEach((count, code) => {
    if (count < leastNamed) return
    texts.push(all[code] ?? '')
    cellOf.set(code, texts.length)
  })
  const unnamed = texts.length + 1
  const ofRow = Uint32Array.from(codes, (code) => (code < 0 ? 0 : (cellOf.get(code) ?? unnamed)))
  return { ofRow, texts, cuts: [], count: texts.length + 2 }
}

/** How many cuts a value reaches. */
const rankOf = (value: number, cuts: readonly number[]): number => {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cuts[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Cuts at equal shares of the known values, each the shortest number between its neighbours: what a person would write, and
 * as fine as the values are. Half a step to either side, the cut parts nearly the same leads.
 */
const cutsOf = (values: Float64Array): number[] => {
  const known = values.filter((value) => !Number.isNaN(value)).sort()
  const [least = 0] = known
  const cuts = new Set<number>()
  const at = (share: number) => known[Math.floor((share * known.length) / mostCuts)] ?? least
  for (let share = 1; share < mostCuts; share += 1) {
    const value = at(share)
    // Everyone reaches the smallest value.
    if (value === least) continue
    const before = at(share - 0.5)
    cuts.add(shortestIn(before < value ? before : below(known, value), at(share + 0.5), value))
  }
  return [...cuts].sort((a, b) => a - b)
}

/** The largest value that is smaller than this one; there is one. */
const below = (sorted: Float64Array, value: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return sorted[low - 1] as number
}

/** Above `low` and at most `high`, with the fewest digits; of those the nearest to `value`, which is one of them. */
const shortestIn = (low: number, high: number, value: number): number => {
  for (
    let exponent = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high), 1e-9)));
    exponent > -12;
    exponent -= 1
  ) {
    const unit = 10 ** exponent
    const [from, to] = [Math.floor(low / unit) + 1, Math.floor(high / unit)]
    if (from > to) continue
    const nearest = Math.max(from, Math.min(to, Math.round(value / unit)))
    return Number((nearest * unit).toPrecision(15))
  }
  return value
}
