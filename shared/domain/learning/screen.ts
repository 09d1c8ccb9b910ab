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
  let allResiduals = 0
  for (let row = 0; row < won.length; row += 1) {
    const chance = chances[patterns.ofRow[row] as number] as number
    const residual = (chance - (won[row] as number)) * (worth[row] as number)
    residuals[row] = residual
    allResiduals += residual
    bends[row] = Math.max(chance * (1 - chance), 1e-9) * (worth[row] as number)
  }
  const place = Int8Array.from(fit.weights, (_, rule) => free.indexOf(rule))
  const fired = new Uint8Array(won.length * free.length)
  const ends = new Uint32Array(won.length + 1)
  let end = 0
  for (let row = 0; row < won.length; row += 1) {
    let mask = masks[row] as number
    while (mask !== 0) {
      const at = place[31 - Math.clz32(mask & -mask)] as number
      mask &= mask - 1
      if (at < 0) continue
      fired[end] = at
      end += 1
    }
    ends[row + 1] = end
  }
  const rows: RowSums = { fired, ends, residuals, allResiduals, bends, size }
  const matrix = curvatureOf(rows, ridge)
  const whole = matrix.slice((size - 1) * size)
  const factor = factorOf(matrix, size)
  const isRead = new Set(candidates.map(({ column }) => column))
  const sums = columns.map((cells, column) =>
    isRead.has(column) ? sumsOf(cells, rows, whole, factor) : undefined,
  )
  return Float64Array.from(candidates, ({ column, cells }) => {
    const { slopes, curvatures, shared } = sums[column] as CellSums
    const [first = 0] = cells
    const last = cells.at(-1) ?? first
    // A run of cells is the difference of two sums; other cells are added up.
    const isRun = last - first + 1 === cells.length
    const from = first
    const to = last + 1
    let slope = 0
    let bend = ridge
    if (isRun) {
      slope = (slopes[to] as number) - (slopes[from] as number)
      bend += (curvatures[to] as number) - (curvatures[from] as number)
    } else
      for (const cell of cells) {
        slope += (slopes[cell + 1] as number) - (slopes[cell] as number)
        bend += (curvatures[cell + 1] as number) - (curvatures[cell] as number)
      }
    // What is left of the candidate's curvature once the others have moved along.
    for (let at = 0; at < size; at += 1) {
      let value = 0
      if (isRun) value = (shared[to * size + at] as number) - (shared[from * size + at] as number)
      else
        for (const cell of cells)
          value += (shared[(cell + 1) * size + at] as number) - (shared[cell * size + at] as number)
      bend -= value * value
    }
    return (-Math.sign(slope) * slope * slope) / (2 * Math.max(bend, ridge))
  })
}

/** Sums over the cells before each cell, so that place `n + 1` less place `n` is cell `n`'s own. */
interface CellSums {
  readonly slopes: Float64Array
  readonly curvatures: Float64Array
  /** By cell, then by rule, the intercept last: the curvature shared with the card's rules, in terms of their factor. */
  readonly shared: Float64Array
}

/** What the card does to each row. The rules that fire in row `n` stand in `fired` from `ends[n]` to `ends[n + 1]`. */
interface RowSums {
  readonly fired: Uint8Array
  readonly ends: Uint32Array
  readonly residuals: Float64Array
  readonly allResiduals: number
  readonly bends: Float64Array
  /** The rules that move along, and the intercept. */
  readonly size: number
}

/** `whole` is the curvature that all rows share with the card's rules. */
const sumsOf = (
  { ofRow, main, others, rows }: Cells,
  { fired, ends, residuals, allResiduals, bends, size }: RowSums,
  whole: Float64Array,
  factor: Float64Array,
): CellSums => {
  const cells = rows.length
  const slopes = new Float64Array(cells + 1)
  const curvatures = new Float64Array(cells + 1)
  const shared = new Float64Array((cells + 1) * size)
  for (let other = 0; other < others.length; other += 1) {
    const row = others[other] as number
    const place = (ofRow[row] as number) + 1
    const bend = bends[row] as number
    slopes[place] = (slopes[place] as number) + (residuals[row] as number)
    curvatures[place] = (curvatures[place] as number) + bend
    const base = place * size
    const end = ends[row + 1] as number
    for (let at = ends[row] as number; at < end; at += 1) {
      const one = base + (fired[at] as number)
      shared[one] = (shared[one] as number) + bend
    }
  }
  for (let place = 1; place <= cells; place += 1)
    shared[place * size + size - 1] = curvatures[place] as number
  // The main cell is what the others leave.
  slopes[main + 1] = allResiduals - slopes.reduce((sum, one) => sum + one, 0)
  curvatures[main + 1] = (whole[size - 1] as number) - curvatures.reduce((sum, one) => sum + one, 0)
  for (let at = 0; at < size; at += 1) {
    let left = whole[at] as number
    for (let place = 1; place <= cells; place += 1) left -= shared[place * size + at] as number
    shared[(main + 1) * size + at] = left
  }
  for (let place = 1; place <= cells; place += 1) {
    const base = place * size
    // Forward substitution; it is linear, so that once per cell does for every candidate.
    for (let at = 0; at < size; at += 1) {
      let value = shared[base + at] as number
      for (let before = 0; before < at; before += 1)
        value -= (factor[at * size + before] as number) * (shared[base + before] as number)
      shared[base + at] = value / (factor[at * size + at] as number)
    }
  }
  for (let place = 1; place <= cells; place += 1) {
    slopes[place] = (slopes[place] as number) + (slopes[place - 1] as number)
    curvatures[place] = (curvatures[place] as number) + (curvatures[place - 1] as number)
    for (let at = 0; at < size; at += 1)
      shared[place * size + at] =
        (shared[place * size + at] as number) + (shared[(place - 1) * size + at] as number)
  }
  return { slopes, curvatures, shared }
}

/** The card's own curvature, its lower half; the intercept last. */
const curvatureOf = ({ fired, ends, bends, size }: RowSums, ridge: number): Float64Array => {
  const matrix = new Float64Array(size * size)
  const last = (size - 1) * size
  for (let row = 0; row < bends.length; row += 1) {
    const bend = bends[row] as number
    const end = ends[row + 1] as number
    // Ascending within a row, so that only the lower half is filled.
    for (let at = ends[row] as number; at < end; at += 1) {
      const rule = fired[at] as number
      for (let other = ends[row] as number; other <= at; other += 1) {
        const place = rule * size + (fired[other] as number)
        matrix[place] = (matrix[place] as number) + bend
      }
      matrix[last + rule] = (matrix[last + rule] as number) + bend
    }
    matrix[last + size - 1] = (matrix[last + size - 1] as number) + bend
  }
  for (let at = 0; at < size - 1; at += 1) matrix[at * size + at] = (matrix[at * size + at] as number) + ridge
  return matrix
}

/** Its Cholesky factor, in its place. */
const factorOf = (matrix: Float64Array, size: number): Float64Array => {
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
