import { describe, expect, test } from 'vitest'
import { cellsOf } from '../../../../shared/domain/learning/cells.ts'

const cutsOf = (values: readonly number[]): readonly number[] => {
  const won = Uint8Array.from(values, (_, row) => row % 2)
  const [cells] = cellsOf({
    won,
    columns: [{ subject: { field: 'x' }, kind: 'number', values: Float64Array.from(values) }],
  })
  return cells?.cuts ?? []
}
const spread = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step)

describe('a number is cut', () => {
  test('at each year, whatever the years have in common', () => {
    const years = spread(2011, 2024, 1).flatMap((year) => Array.from({ length: 50 }, () => year))
    expect(cutsOf(years)).toEqual(spread(2012, 2024, 1))
  })

  test('at round numbers where its values are fine', () => {
    const cuts = cutsOf(spread(0, 4000, 0.37))
    expect(cuts.length).toBeGreaterThan(30)
    for (const cut of cuts) expect(cut % 10, String(cut)).toBe(0)
  })

  test('in its own scale, however small or large', () => {
    expect(cutsOf(spread(0, 0.001, 0.00001)).every((cut) => String(cut).length <= 8)).toBe(true)
    expect(cutsOf(spread(1e6, 2e6, 1111)).every((cut) => cut % 5000 === 0 || cut % 1000 === 0)).toBe(true)
    expect(cutsOf(spread(-50, 50, 0.5))).toContain(-20)
  })

  test('above the smallest value only, and nowhere where there is one value', () => {
    expect(cutsOf([7, 7, 7, 7])).toEqual([])
    expect(cutsOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5])).toHaveLength(1)
  })

  test('between two values at a number that parts them', () => {
    const [cut = 0] = cutsOf([...Array.from({ length: 50 }, () => 3), ...Array.from({ length: 50 }, () => 8)])
    expect(cut).toBeGreaterThan(3)
    expect(cut).toBeLessThanOrEqual(8)
  })
})
