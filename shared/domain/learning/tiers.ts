/** Rules on one column that overlap, rewritten as tiers: the same points for every lead, in one line of its score. */
import { type Candidate, candidateOf, mostValues } from './candidates.ts'
import type { Cells } from './cells.ts'

export interface Pointed {
  readonly rule: Candidate
  readonly points: number
}

/** The most points that a rule may give or take. */
const mostPoints = 10

/**
 * Each column's rules as tiers, where there are no more of those, each within the points that a rule may have, and, where
 * signs are asked for, each of the sign of its own lift. The other columns' rules stay as they were.
 */
export const tiersOf = (rules: readonly Pointed[], columns: readonly Cells[], isSigned: boolean): Pointed[] =>
  columns.flatMap((cells, column) => {
    const own = rules.filter(({ rule, points }) => rule.column === column && points !== 0)
    // A rule on facts counts from a number on and knows no upper end.
    if (own.length < 2 || 'fact' in cells.column.subject) return own
    const tiers = tiersOfColumn(own, cells, column)
    const isFit = tiers.every(
      ({ rule, points }) =>
        Math.abs(points) <= mostPoints &&
        (cells.column.kind === 'number' || rule.cells.length <= mostValues) &&
        (!isSigned || points * rule.direction > 0),
    )
    return isFit && tiers.length <= own.length ? tiers : own
  })

const tiersOfColumn = (own: readonly Pointed[], cells: Cells, column: number): Pointed[] => {
  const totals = new Map<number, number>()
  for (const { rule, points } of own)
    for (const cell of rule.cells) totals.set(cell, (totals.get(cell) ?? 0) + points)
  const tiers: { points: number; cells: number[] }[] = []
  for (const [cell, points] of [...totals].sort(([a], [b]) => a - b)) {
    if (points === 0) continue
    // Blank stands alone, and a range of a number has no gaps.
    const tier = tiers.find(
      (one) =>
        one.points === points &&
        one.cells[0] !== 0 &&
        (cells.column.kind === 'text' || one.cells.at(-1) === cell - 1),
    )
    if (tier) tier.cells.push(cell)
    else tiers.push({ points, cells: [cell] })
  }
  return tiers.flatMap((tier) => {
    const rule = candidateOf(cells, column, tier.cells, { minimumRows: 1 })
    return rule ? [{ rule, points: tier.points }] : []
  })
}
