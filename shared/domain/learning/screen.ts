/** What each candidate rule promises beside the rules a card has: a score test over all of them at once. */
import type { Candidate } from './candidates.ts'
import type { Cells } from './cells.ts'
import { type Fit, probability } from './logistic.ts'
import type { Patterns } from './patterns.ts'

export interface Rows {
  /** 1 where won, 0 where not, or a chance in between; by row. */
  readonly won: ArrayLike<number>
  /** How much each row counts; 1 on average. */
  readonly worth: Float64Array
}

/** The rules that a card has so far. */
export interface Card {
  /** Which of them fire, by row: rule r is bit r. */
  readonly masks: Uint32Array
  readonly fit: Fit
  readonly patterns: Patterns
}

/**
 * By how much each candidate would lower the loss, by one Newton step in which the intercept and the weights of the card's
 * rules move along: a rule and its opposite promise the same, and what the card says already promises nothing. The
 * sign is that of the candidate's weight.
 */
export const gainsOf = (
  columns: readonly Cells[],
  candidates: readonly Candidate[],
  { won, worth }: Rows,
  { masks, fit, patterns }: Card,
  ridge: number,
): Float64Array => {
  // A rule that is held at its bound does not move along; bit `size` of a mask stands for the intercept.
  const free = [...fit.weights.keys()].filter((rule) => fit.weights[rule] !== 0)
  const size = free.length + 1
  const chances = fit.logOdds.map(probability)
  const residuals = new Float64Array(won.length)
  const bends = new Float64Array(won.length)
  for (let row = 0; row < won.length; row += 1) {
    const chance = chances[patterns.ofRow[row] as number] as number
    residuals[row] = (chance - (won[row] as number)) * (worth[row] as number)
    bends[row] = Math.max(chance * (1 - chance), 1e-9) * (worth[row] as number)
  }
  const fired = new Uint8Array(won.length * free.length)
  const ends = new Uint32Array(won.length + 1)
  let end = 0
  for (let row = 0; row < won.length; row += 1) {
    const mask = masks[row] as number
    for (let at = 0; at < free.length; at += 1)
      if ((mask >>> (free[at] as number)) & 1) {
        fired[end] = at
        end += 1
      }
    ends[row + 1] = end
  }
  const factor = factorOf(fired, ends, bends, size, ridge)
  const sums = columns.map((cells) => sumsOf(cells, fired, ends, residuals, bends, size))
  const shared = new Float64Array(size)
  return Float64Array.from(candidates, ({ column, cells }) => {
    const { slopes, together } = sums[column] as CellSums
    let slope = 0
    shared.fill(0)
    for (const cell of cells) {
      slope += slopes[cell] as number
      for (let at = 0; at < size; at += 1)
        shared[at] = (shared[at] as number) + (together[cell * size + at] as number)
    }
    // What is left of the candidate's curvature once the others have moved along: forward substitution.
    let bend = ridge + (shared[size - 1] as number)
    for (let at = 0; at < size; at += 1) {
      let value = shared[at] as number
      for (let before = 0; before < at; before += 1)
        value -= (factor[at * size + before] as number) * (shared[before] as number)
      value /= factor[at * size + at] as number
      shared[at] = value
      bend -= value * value
    }
    return (-Math.sign(slope) * slope * slope) / (2 * Math.max(bend, ridge))
  })
}

interface CellSums {
  readonly slopes: Float64Array
  /** By cell, then by rule: curvature that the cell shares with the rule; the intercept last. */
  readonly together: Float64Array
}

const sumsOf = (
  { ofRow, rows }: Cells,
  fired: Uint8Array,
  ends: Uint32Array,
  residuals: Float64Array,
  bends: Float64Array,
  size: number,
): CellSums => {
  const slopes = new Float64Array(rows.length)
  const together = new Float64Array(rows.length * size)
  for (let row = 0; row < ofRow.length; row += 1) {
    const cell = ofRow[row] as number
    const bend = bends[row] as number
    slopes[cell] = (slopes[cell] as number) + (residuals[row] as number)
    const base = cell * size
    const end = ends[row + 1] as number
    for (let at = ends[row] as number; at < end; at += 1) {
      const place = base + (fired[at] as number)
      together[place] = (together[place] as number) + bend
    }
    together[base + size - 1] = (together[base + size - 1] as number) + bend
  }
  return { slopes, together }
}

/** The Cholesky factor of the card's own curvature, row by row. */
const factorOf = (
  fired: Uint8Array,
  ends: Uint32Array,
  bends: Float64Array,
  size: number,
  ridge: number,
): Float64Array => {
  const matrix = new Float64Array(size * size)
  const add = (one: number, other: number, value: number) => {
    matrix[one * size + other] = (matrix[one * size + other] as number) + value
  }
  for (let row = 0; row < bends.length; row += 1) {
    const bend = bends[row] as number
    const end = ends[row + 1] as number
    // Ascending within a row, so that only the lower half is filled.
    for (let at = ends[row] as number; at < end; at += 1) {
      for (let other = ends[row] as number; other <= at; other += 1)
        add(fired[at] as number, fired[other] as number, bend)
      add(size - 1, fired[at] as number, bend)
    }
    add(size - 1, size - 1, bend)
  }
  for (let at = 0; at < size - 1; at += 1) add(at, at, ridge)
  for (let at = 0; at < size; at += 1)
    for (let other = 0; other <= at; other += 1) {
      let value = matrix[at * size + other] as number
      for (let before = 0; before < other; before += 1)
        value -= (matrix[at * size + before] as number) * (matrix[other * size + before] as number)
      matrix[at * size + other] =
        at === other ? Math.sqrt(Math.max(value, 1e-9)) : value / (matrix[other * size + other] as number)
    }
  return matrix
}
