/** A model of every candidate rule at once: too wide to read, but a calmer judge than single outcomes are. */
import { probability } from './logistic.ts'
import type { FiringRows } from './patterns.ts'

export interface TeacherOptions {
  /** See `fitLogistic`. */
  readonly ridge: number
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
}

export interface Teaching {
  /** Each row's chance of winning. */
  readonly chances: Float64Array
  /** Each rule's weight, in log-odds. */
  readonly weights: Float64Array
}

/** Rounds in which the curvature is taken anew, and passes over the rules within each. */
const rounds = 12
const passes = 6
/** A weight that moves less than this, in log-odds, stands. */
const still = 1e-3

/**
 * Fits all rules at once, by ridge regression over all rules within their bounds (coordinate descent). The few
 * rules of a card are then chosen to come close to these chances: learned from 0 and 1, the choice among rules that
 * are nearly alike would follow chance.
 */
export const teach = (
  rules: readonly FiringRows[],
  won: Uint8Array,
  { ridge, lower, upper }: TeacherOptions,
): Teaching => {
  const rows = won.length
  const wins = won.reduce((sum, one) => sum + one, 0)
  const logOdds = new Float64Array(rows).fill(Math.log((wins + 0.5) / (rows - wins + 0.5)))
  const weights = new Float64Array(rules.length)
  const bends = new Float64Array(rows)
  const slopes = new Float64Array(rows)
  for (let round = 0; round < rounds; round += 1) {
    let allBends = 0
    for (let row = 0; row < rows; row += 1) {
      const chance = probability(logOdds[row] as number)
      const bend = Math.max(chance * (1 - chance), 1e-4)
      bends[row] = bend
      slopes[row] = chance - (won[row] as number)
      allBends += bend
    }
    const curvatures = rules.map((firing) => ridge + sumOver(bends, firing))
    let largest = 0
    for (let pass = 0; pass < passes; pass += 1) {
      largest = 0
      const shift = -slopes.reduce((sum, slope) => sum + slope, 0) / allBends
      for (let row = 0; row < rows; row += 1) {
        logOdds[row] = (logOdds[row] as number) + shift
        slopes[row] = (slopes[row] as number) + (bends[row] as number) * shift
      }
      rules.forEach((firing, rule) => {
        const weight = weights[rule] as number
        const slope = ridge * weight + sumOver(slopes, firing)
        const next = Math.min(
          upper[rule] ?? 0,
          Math.max(lower[rule] ?? 0, weight - slope / (curvatures[rule] as number)),
        )
        const change = next - weight
        if (Math.abs(change) < still / 10) return
        weights[rule] = next
        largest = Math.max(largest, Math.abs(change))
        for (let at = 0; at < firing.length; at += 1) {
          const row = firing[at] as number
          logOdds[row] = (logOdds[row] as number) + change
          slopes[row] = (slopes[row] as number) + (bends[row] as number) * change
        }
      })
      if (largest < still) break
    }
    if (largest < still) break
  }
  return { chances: logOdds.map(probability), weights }
}

const sumOver = (values: Float64Array, firing: FiringRows): number => {
  let sum = 0
  for (let at = 0; at < firing.length; at += 1) sum += values[firing[at] as number] as number
  return sum
}
