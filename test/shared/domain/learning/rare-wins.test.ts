/** Few win, and one number says nearly all: what once made the fits diverge. */
import { expect, test } from 'vitest'
import { totalsOf } from '../../../../shared/domain/learning/backtest.ts'
import { learnCard, readable } from '../../../../shared/domain/learning/learn-card.ts'
import { areaUnderCurve } from '../../../../shared/domain/learning/measure.ts'
import { randomFrom } from '../../../../shared/domain/learning/random.ts'
import type { Column, Sample } from '../../../../shared/domain/learning/sample.ts'

/** Eight in a hundred win, by one strong number (`strength` log-odds per standard deviation) and three weak ones. */
const rareWins = (rows: number, seed: number, strength: number): Sample => {
  const random = randomFrom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const strong = Float64Array.from({ length: rows }, normal)
  const weak = [0, 1, 2].map(() => Float64Array.from({ length: rows }, normal))
  const odds = Array.from(strong, (value, row) =>
    weak.reduce((sum, values) => sum + 0.2 * (values[row] as number), strength * value),
  )
  // The chance that makes eight in a hundred win, by halving.
  let [low, high] = [-20, 5]
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    const mean = odds.reduce((sum, odd) => sum + 1 / (1 + Math.exp(-(middle + odd))), 0) / rows
    if (mean > 0.08) high = middle
    else low = middle
  }
  const number = (field: string, values: Float64Array): Column => ({
    subject: { field },
    kind: 'number',
    values: values.map((value) => Math.round(50 + 15 * value)),
  })
  return {
    won: Uint8Array.from(odds, (odd) => Number(random() < 1 / (1 + Math.exp(-(low + odd))))),
    columns: [number('strong', strong), ...weak.map((values, at) => number(`weak${at}`, values))],
  }
}

const areaOf = (
  rows: number,
  seed: number,
  strength: number,
): { rules: number; area: number; best: number } => {
  const sample = rareWins(rows, seed, strength)
  const { rules } = learnCard(sample, readable)
  const fresh = rareWins(rows, seed + 1000, strength)
  const [strong] = fresh.columns
  return {
    rules: rules.length,
    area: areaUnderCurve(totalsOf(rules, fresh), fresh.won),
    best: areaUnderCurve(strong?.kind === 'number' ? strong.values : [], fresh.won),
  }
}

test.each([
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 6],
])('a card comes close to the one number that says nearly all (seed %i, %i log-odds)', (seed, strength) => {
  const { rules, area, best } = areaOf(12_000, seed, strength)
  expect(rules).toBeGreaterThan(0)
  expect(area).toBeGreaterThan(best - 0.02)
})
