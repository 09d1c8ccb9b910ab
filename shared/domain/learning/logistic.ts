/** Logistic regression over rules that fire or do not, with each weight held inside its own bounds. */
import type { Patterns } from './patterns.ts'

export interface Fit {
  readonly intercept: number
  /** One weight per rule, in log-odds. */
  readonly weights: Float64Array
  /** Log-odds of each pattern under this fit. */
  readonly logOdds: Float64Array
  /** What the fit minimised: log loss in nats, summed over the rows, and the penalty. */
  readonly objective: number
}

export interface FitOptions {
  /** Ridge penalty: half of `ridge` times the sum of squared weights is added to the summed loss. */
  readonly ridge: number
  /** Bounds of each weight, in log-odds. */
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
  /** Where to begin; nearer is faster, the answer is the same. */
  readonly start?: { readonly intercept: number; readonly weights: ArrayLike<number> }
}

/** By then a fit stands, from any start. */
const mostSteps = 25
/** A Newton step that gains less than this part of the objective is the last. */
const enough = 1e-7

/**
 * The weights that make the outcomes likeliest, by Newton steps whose quadratic is solved coordinate by coordinate
 * within the bounds.
 */
export const fitLogistic = (patterns: Patterns, options: FitOptions): Fit => {
  const { size } = patterns
  const fired = firedBy(patterns)
  const clamp = (value: number, rule: number) =>
    Math.min(options.upper[rule] ?? 0, Math.max(options.lower[rule] ?? 0, value))
  const fitAt = (intercept: number, weights: Float64Array): Fit => {
    const logOdds = logOddsOf(intercept, weights, fired)
    let penalty = 0
    for (const weight of weights) penalty += weight * weight
    return {
      intercept,
      weights,
      logOdds,
      objective: lossOf(logOdds, patterns) + (options.ridge / 2) * penalty,
    }
  }
  const start = new Float64Array(size)
  for (let rule = 0; rule < size; rule += 1) start[rule] = clamp(options.start?.weights[rule] ?? 0, rule)
  let best = fitAt(options.start?.intercept ?? logit(smoothedRate(patterns)), start)
  const hessian = new Float64Array((size + 1) ** 2)
  const gradient = new Float64Array(size + 1)
  for (let step = 0; step < mostSteps; step += 1) {
    curvature(hessian, gradient, best, patterns, fired, options.ridge)
    const move = solveWithin(hessian, gradient, best.weights, options)
    // Far from the optimum a whole step may overshoot; half of it, and half again, cannot for long.
    let next = best
    for (let length = 1; length > 1e-3; length /= 2) {
      const weights = new Float64Array(size)
      for (let rule = 0; rule < size; rule += 1)
        weights[rule] = clamp((best.weights[rule] as number) + length * (move[rule] as number), rule)
      next = fitAt(best.intercept + length * (move[size] as number), weights)
      if (next.objective <= best.objective) break
    }
    const gain = best.objective - next.objective
    if (gain <= 0) break
    best = next
    if (gain < enough * best.objective) break
  }
  return best
}

export const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))

/** The log-odds of a probability strictly between 0 and 1. */
export const logit = (rate: number): number => Math.log(rate / (1 - rate))

/** Negative log-likelihood in nats, summed over the rows; exact for log-odds of any size. */
export const lossOf = (
  logOdds: ArrayLike<number>,
  { rows, wins }: Pick<Patterns, 'rows' | 'wins'>,
): number => {
  let loss = 0
  for (let at = 0; at < rows.length; at += 1) {
    const odds = logOdds[at] as number
    loss +=
      (rows[at] as number) * (Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds)))) -
      (wins[at] as number) * odds
  }
  return loss
}

/** Share of rows won, pulled off 0 and 1 by half a win and half a loss, so that its log-odds are finite. */
const smoothedRate = ({ rows, wins }: Patterns): number => (total(wins) + 0.5) / (total(rows) + 1)

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

/** The rules of pattern p stand in `rules` from `starts[p]` to `starts[p + 1]`. */
interface Fired {
  readonly starts: Uint32Array
  readonly rules: Uint8Array
}

const firedBy = ({ masks, size }: Patterns): Fired => {
  const starts = new Uint32Array(masks.length + 1)
  const rules = new Uint8Array(masks.length * size)
  let end = 0
  for (let pattern = 0; pattern < masks.length; pattern += 1) {
    const mask = masks[pattern] as number
    for (let rule = 0; rule < size; rule += 1)
      if ((mask >>> rule) & 1) {
        rules[end] = rule
        end += 1
      }
    starts[pattern + 1] = end
  }
  return { starts, rules }
}

const logOddsOf = (intercept: number, weights: Float64Array, { starts, rules }: Fired): Float64Array => {
  const logOdds = new Float64Array(starts.length - 1)
  for (let pattern = 0; pattern < logOdds.length; pattern += 1) {
    let sum = intercept
    const end = starts[pattern + 1] as number
    for (let at = starts[pattern] as number; at < end; at += 1) sum += weights[rules[at] as number] as number
    logOdds[pattern] = sum
  }
  return logOdds
}

/** Gradient and Hessian of the objective; the intercept stands last. */
const curvature = (
  hessian: Float64Array,
  gradient: Float64Array,
  { logOdds, weights }: Fit,
  { size, rows, wins }: Patterns,
  { starts, rules }: Fired,
  ridge: number,
): void => {
  hessian.fill(0)
  gradient.fill(0)
  const width = size + 1
  for (let pattern = 0; pattern < rows.length; pattern += 1) {
    const chance = probability(logOdds[pattern] as number)
    const count = rows[pattern] as number
    const residual = count * chance - (wins[pattern] as number)
    const bend = count * Math.max(chance * (1 - chance), 1e-9)
    const end = starts[pattern + 1] as number
    for (let at = starts[pattern] as number; at < end; at += 1) {
      const rule = rules[at] as number
      gradient[rule] = (gradient[rule] as number) + residual
      for (let other = at; other < end; other += 1) {
        const cell = rule * width + (rules[other] as number)
        hessian[cell] = (hessian[cell] as number) + bend
      }
      const cell = rule * width + size
      hessian[cell] = (hessian[cell] as number) + bend
    }
    gradient[size] = (gradient[size] as number) + residual
    hessian[width * width - 1] = (hessian[width * width - 1] as number) + bend
  }
  for (let rule = 0; rule < size; rule += 1) {
    gradient[rule] = (gradient[rule] as number) + ridge * (weights[rule] as number)
    hessian[rule * width + rule] = (hessian[rule * width + rule] as number) + ridge
    for (let other = rule + 1; other < width; other += 1)
      hessian[other * width + rule] = hessian[rule * width + other] as number
  }
}

/** Minimises the quadratic model over moves that keep each weight within its bounds, one coordinate after another. */
const solveWithin = (
  hessian: Float64Array,
  gradient: Float64Array,
  weights: Float64Array,
  { lower, upper }: FitOptions,
): Float64Array => {
  const size = weights.length
  const width = size + 1
  const move = new Float64Array(width)
  const slope = gradient.slice()
  for (let round = 0; round < 200; round += 1) {
    let largest = 0
    for (let one = 0; one < width; one += 1) {
      const bend = hessian[one * width + one] as number
      if (bend <= 0) continue
      let next = (move[one] as number) - (slope[one] as number) / bend
      if (one < size) {
        const weight = weights[one] as number
        next = Math.min((upper[one] ?? 0) - weight, Math.max((lower[one] ?? 0) - weight, next))
      }
      const change = next - (move[one] as number)
      if (change === 0) continue
      move[one] = next
      for (let other = 0; other < width; other += 1)
        slope[other] = (slope[other] as number) + change * (hessian[one * width + other] as number)
      largest = Math.max(largest, Math.abs(change))
    }
    if (largest < 1e-6) break
  }
  return move
}
