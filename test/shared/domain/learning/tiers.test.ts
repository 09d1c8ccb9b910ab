import { expect, test } from 'vitest'
import { candidateOf } from '../../../../shared/domain/learning/candidates.ts'
import { cellsOf } from '../../../../shared/domain/learning/cells.ts'
import type { Sample } from '../../../../shared/domain/learning/sample.ts'
import { tiersOf, type Weighed } from '../../../../shared/domain/learning/tiers.ts'

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
const pointed = (column: number, cells: readonly number[], weight: number): Weighed => {
  const on = columns[column]
  const rule = on && candidateOf(on, column, cells, { minimumRows: 1 })
  if (!rule) throw new Error('The cells hold rows.')
  return { rule, weight }
}
const told = (rules: readonly Weighed[]) => rules.map(({ rule, weight }) => [rule.when, weight])

test('values that two rules name stand in one rule with the points of both', () => {
  const nested = [pointed(0, [1, 2], 3), pointed(0, [1], 4)]
  expect(told(tiersOf(nested, columns))).toEqual([
    [{ field: 'trade', in: ['A'] }, 7],
    [{ field: 'trade', in: ['B'] }, 3],
  ])
})

test('ranges of a number are told from one to the next', () => {
  // From minute 10 on, and from minute 20 on: cell n holds minute n - 1 alone.
  const from = (minute: number) => Array.from({ length: 40 - minute }, (_, at) => minute + 1 + at)
  const steps = [pointed(1, from(10), 2), pointed(1, from(20), 3)]
  expect(told(tiersOf(steps, columns))).toEqual([
    [{ field: 'minutes', atLeast: 10, below: 20 }, 2],
    [{ field: 'minutes', atLeast: 20 }, 5],
  ])
})

test('values that two rules share stand apart from those of each alone', () => {
  const crossed = [pointed(0, [1, 2], 2), pointed(0, [2, 3], 3)]
  expect(told(tiersOf(crossed, columns))).toEqual([
    [{ field: 'trade', in: ['A'] }, 2],
    [{ field: 'trade', in: ['B'] }, 5],
    [{ field: 'trade', in: ['C'] }, 3],
  ])
})

test('neighbours that weigh the same are one range, and a gap parts them', () => {
  const same = [pointed(1, [11, 12], 4), pointed(1, [13], 4), pointed(1, [20], 4)]
  expect(told(tiersOf(same, columns))).toEqual([
    [{ field: 'minutes', atLeast: 10, below: 13 }, 4],
    [{ field: 'minutes', atLeast: 19, below: 20 }, 4],
  ])
})

test('a tier’s direction is that against the leads in no tier', () => {
  // B wins every other time: less often than A, and more often than C and D, which never win.
  const directions = (rules: readonly Weighed[]) => tiersOf(rules, columns).map(({ rule }) => rule.direction)
  expect(directions([pointed(0, [1], 7), pointed(0, [2], 3)])).toEqual([1, 1])
  expect(directions([pointed(0, [2], 3), pointed(0, [3], -3), pointed(0, [4], -3)])).toEqual([-1, -1])
})
