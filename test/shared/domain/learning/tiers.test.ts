import { expect, test } from 'vitest'
import { candidateOf } from '../../../../shared/domain/learning/candidates.ts'
import { cellsOf } from '../../../../shared/domain/learning/cells.ts'
import type { Sample } from '../../../../shared/domain/learning/sample.ts'
import { type Pointed, tiersOf } from '../../../../shared/domain/learning/tiers.ts'

/** Forty leads: minutes 0 to 39; A wins always, B every other time, C never. */
const sample: Sample = {
  won: Uint8Array.from({ length: 40 }, (_, row) => Number(row % 4 === 0 || row % 8 === 1)),
  columns: [
    {
      subject: { field: 'trade' },
      kind: 'text',
      texts: ['A', 'B', 'C', 'D'],
      codes: Int32Array.from({ length: 40 }, (_, row) => row % 4),
    },
    {
      subject: { field: 'minutes' },
      kind: 'number',
      values: Float64Array.from({ length: 40 }, (_, row) => row),
    },
  ],
}
const columns = cellsOf(sample)
const pointed = (column: number, cells: readonly number[], points: number): Pointed => {
  const on = columns[column]
  const rule = on && candidateOf(on, column, cells, { minimumRows: 1 })
  if (!rule) throw new Error('The cells hold rows.')
  return { rule, points }
}
const told = (rules: readonly Pointed[]) => rules.map(({ rule, points }) => [rule.when, points])

test('values that two rules name stand in one rule with the points of both', () => {
  const nested = [pointed(0, [1, 2], 3), pointed(0, [1], 4)]
  expect(told(tiersOf(nested, columns, false))).toEqual([
    [{ field: 'trade', in: ['A'] }, 7],
    [{ field: 'trade', in: ['B'] }, 3],
  ])
})

test('ranges of a number are told from one to the next', () => {
  // From minute 10 on, and from minute 20 on: cell n holds minute n - 1 alone.
  const from = (minute: number) => Array.from({ length: 40 - minute }, (_, at) => minute + 1 + at)
  const steps = [pointed(1, from(10), 2), pointed(1, from(20), 3)]
  expect(told(tiersOf(steps, columns, false))).toEqual([
    [{ field: 'minutes', atLeast: 10, below: 20 }, 2],
    [{ field: 'minutes', atLeast: 20 }, 5],
  ])
})

test.each<[string, Pointed[], boolean]>([
  ['there would be more of them', [pointed(0, [1, 2], 2), pointed(0, [2, 3], 3)], false],
  ['one would give more than ten points', [pointed(0, [1, 2], 5), pointed(0, [1], 6)], false],
  [
    'one would praise what loses, where signs are asked for',
    [pointed(0, [1, 4], 4), pointed(0, [1], 2)],
    true,
  ],
])('rules stay as they are where %s', (_, rules, isSigned) => {
  expect(tiersOf(rules, columns, isSigned)).toEqual(rules)
})
