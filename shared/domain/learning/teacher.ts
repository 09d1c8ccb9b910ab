/** A model of every candidate rule at once: too wide to read, but a calmer judge than single outcomes are. */
import type { Candidate } from './candidates.ts'
import type { Cells } from './cells.ts'
import { probability } from './logistic.ts'
import type { Rows } from './screen.ts'

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

/** Rounds in which the curvature is computed again, and passes over the columns within each. */
const rounds = 12
const passes = 6
/** A weight that moves less than this, in log-odds, stands. */
const still = 5e-3
/** By then nothing is left of a round. */
const mostHalvings = 10

/**
 * Fits all rules at once, by ridge regression over all rules within their bounds (coordinate descent, a column's rules
 * on its cells). The few rules of a card are then chosen to come close to these chances: learned from 0 and 1, the choice
 * among rules that are nearly alike would follow chance.
 */
export const teach = (
  columns: readonly Cells[],
  rules: readonly Candidate[],
  { won, worth }: Rows,
  { ridge, lower, upper }: TeacherOptions,
): Teaching => {
  const rows = won.length
  let wins = 0
  for (let row = 0; row < rows; row += 1) wins += won[row] as number
  const logOdds = new Float64Array(rows).fill(Math.log((wins + 0.5) / (rows - wins + 0.5)))
  const weights = new Float64Array(rules.length)
  const bends = new Float64Array(rows)
  const slopes = new Float64Array(rows)
  const ofColumn = columns.map((_, at) => [...rules.keys()].filter((rule) => rules[rule]?.column === at))
  const penalised = (): number => {
    let loss = 0
    for (let row = 0; row < rows; row += 1) {
      const odds = logOdds[row] as number
      const each = Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - (won[row] as number) * odds
      loss += each * (worth[row] as number)
    }
    return loss + (ridge / 2) * weights.reduce((sum, weight) => sum + weight * weight, 0)
  }
  let objective = penalised()
  for (let round = 0; round < rounds; round += 1) {
    const before = { logOdds: logOdds.slice(), weights: weights.slice() }
    let allBends = 0
    for (let row = 0; row < rows; row += 1) {
      const chance = probability(logOdds[row] as number)
      const bend = Math.max(chance * (1 - chance), 1e-4)
      bends[row] = bend * (worth[row] as number)
      slopes[row] = (chance - (won[row] as number)) * (worth[row] as number)
      allBends += bends[row] as number
    }
    const cellBends = columns.map(({ ofRow, rows: { length } }) => sumByCell(bends, ofRow, length))
    let largest = 0
    for (let pass = 0; pass < passes; pass += 1) {
      largest = 0
      const shift = -slopes.reduce((sum, slope) => sum + slope, 0) / allBends
      for (let row = 0; row < rows; row += 1) {
        logOdds[row] = (logOdds[row] as number) + shift
        slopes[row] = (slopes[row] as number) + (bends[row] as number) * shift
      }
      columns.forEach(({ ofRow, rows: { length } }, column) => {
        const own = ofColumn[column] as number[]
        const bend = cellBends[column] as Float64Array
        const slope = sumByCell(slopes, ofRow, length)
        const moved = new Float64Array(length)
        let isMoved = false
        for (const rule of own) {
          const { cells } = rules[rule] as Candidate
          const weight = weights[rule] as number
          let ruleSlope = ridge * weight
          let ruleBend = ridge
          for (const cell of cells) {
            ruleSlope += slope[cell] as number
            ruleBend += bend[cell] as number
          }
          const next = Math.min(upper[rule] ?? 0, Math.max(lower[rule] ?? 0, weight - ruleSlope / ruleBend))
          const change = next - weight
          if (Math.abs(change) < still / 10) continue
          weights[rule] = next
          isMoved = true
          largest = Math.max(largest, Math.abs(change))
          for (const cell of cells) {
            slope[cell] = (slope[cell] as number) + (bend[cell] as number) * change
            moved[cell] = (moved[cell] as number) + change
          }
        }
        if (!isMoved) return
        for (let row = 0; row < rows; row += 1) {
          const change = moved[ofRow[row] as number] as number
          logOdds[row] = (logOdds[row] as number) + change
          slopes[row] = (slopes[row] as number) + (bends[row] as number) * change
        }
      })
      if (largest < still) break
    }
    // Where few win, a whole round may overshoot; half of its way, and half again, cannot for long.
    let next = penalised()
    for (let halved = 0; halved < mostHalvings && next > objective; halved += 1) {
      halve(logOdds, before.logOdds)
      halve(weights, before.weights)
      largest /= 2
      next = penalised()
    }
    objective = next
    if (largest < still) break
  }
  return { chances: logOdds.map(probability), weights }
}

/** Back half of the way that the values have come. */
const halve = (values: Float64Array, from: Float64Array): void => {
  for (let at = 0; at < values.length; at += 1)
    values[at] = ((values[at] as number) + (from[at] as number)) / 2
}

const sumByCell = (values: Float64Array, ofRow: Uint32Array, cells: number): Float64Array => {
  const sums = new Float64Array(cells)
  for (let row = 0; row < ofRow.length; row += 1) {
    const cell = ofRow[row] as number
    sums[cell] = (sums[cell] as number) + (values[row] as number)
  }
  return sums
}
