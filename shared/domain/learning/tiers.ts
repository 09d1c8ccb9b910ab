/** Rules on one column that overlap, rewritten as tiers: the same sum for every lead, in one line of its score. */
import { type Candidate, candidateOf, mostValues } from './candidates.ts'
import type { Cells } from './cells.ts'

/** A rule, and what it gives: log-odds while a card is learned, whole points in the end. */
export interface Weighed {
  readonly rule: Candidate
  readonly weight: number
}

/**
 * Each column's rules as tiers, no two of which fire in one lead. There are no more of them than rules, where each two of
 * those `standTogether`. Rules on facts stay as they were: they count from a number on and know no upper end.
 */
export const tiersOf = (rules: readonly Weighed[], columns: readonly Cells[]): Weighed[] =>
  columns.flatMap((cells, column) => {
    const own = rules.filter(({ rule, weight }) => rule.column === column && weight !== 0)
    if (own.length < 2 || 'fact' in cells.column.subject) return own
    return againstTheRest(tiersOfColumn(own, cells, column), cells)
  })

const tiersOfColumn = (own: readonly Weighed[], cells: Cells, column: number): Weighed[] => {
  const totals = new Map<number, number>()
  for (const { rule, weight } of own)
    for (const cell of rule.cells) totals.set(cell, (totals.get(cell) ?? 0) + weight)
  const tiers: { weight: number; cells: number[] }[] = []
  for (const [cell, weight] of [...totals].sort(([a], [b]) => a - b)) {
    if (weight === 0) continue
    // Blank stands alone, and a range of a number has no gaps.
    const tier = tiers.find(
      (one) =>
        one.weight === weight &&
        one.cells[0] !== 0 &&
        (cells.column.kind === 'text' ? one.cells.length < mostValues : one.cells.at(-1) === cell - 1),
    )
    if (tier) tier.cells.push(cell)
    else tiers.push({ weight, cells: [cell] })
  }
  return tiers.flatMap((tier) => {
    const rule = candidateOf(cells, column, tier.cells, { minimumRows: 1 })
    return rule ? [{ rule, weight: tier.weight }] : []
  })
}

/**
 * With the direction of each tier as against the leads that are in none: a middle tier wins less often than all others
 * together, and yet more often than those that get nothing for the column.
 */
const againstTheRest = (tiers: readonly Weighed[], { rows, wins }: Cells): Weighed[] => {
  const named = new Set(tiers.flatMap(({ rule }) => rule.cells))
  let [restRows, restWins] = [0, 0]
  for (let cell = 0; cell < rows.length; cell += 1)
    if (!named.has(cell)) {
      restRows += rows[cell] as number
      restWins += wins[cell] as number
    }
  if (restRows === 0) return [...tiers]
  return tiers.map(({ rule, weight }) => ({
    weight,
    rule: { ...rule, direction: rule.wins * restRows >= restWins * rule.rows ? 1 : -1 },
  }))
}
