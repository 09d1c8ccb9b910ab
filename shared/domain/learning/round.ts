/** From weights to whole points: along a ray of scales, rounded so that each rounding makes up for those before. */
import { type Fit, lossOf, probability } from './logistic.ts'
import type { Patterns } from './patterns.ts'

const mostPoints = 10
/** Scales tried, from weights that just reach `mostPoints` down to a third of it. */
const rays = 12

/**
 * The best whole points, -10 to 10 by rule, over all rays, by log loss of the line that fits them best. No point has
 * another sign than its weight.
 */
export const roundWeights = (fit: Fit, patterns: Patterns): Int8Array => {
  const widest = Math.max(...fit.weights.map(Math.abs), 1e-9)
  let best: { points: Int8Array; loss: number } | undefined
  for (let ray = 0; ray < rays; ray += 1) {
    const scale = (mostPoints / widest) * (1 - (2 / 3) * (ray / (rays - 1)))
    const points = polish(roundInTurn(fit, patterns, scale), fit, patterns)
    const { loss } = fitLine(points, patterns)
    if (best === undefined || loss < best.loss) best = { points, loss }
  }
  if (!best) throw new Error('There is always a ray.')
  return best.points
}

/**
 * One weight after another goes to the whole number below or above it, whichever leaves the log-odds of the
 * patterns nearer to the unrounded ones, weighted by how much a change of them costs.
 */
const roundInTurn = (fit: Fit, patterns: Patterns, scale: number): Int8Array => {
  const costs = fit.logOdds.map((odds, pattern) => {
    const chance = probability(odds)
    return (patterns.rows[pattern] as number) * chance * (1 - chance)
  })
  const drift = new Float64Array(costs.length)
  const points = new Int8Array(patterns.size)
  const order = [...fit.weights.keys()].sort(
    (a, b) => Math.abs(fit.weights[b] as number) - Math.abs(fit.weights[a] as number) || a - b,
  )
  for (const rule of order) {
    const wanted = Math.max(-mostPoints, Math.min(mostPoints, (fit.weights[rule] as number) * scale))
    const cost = (whole: number): number => {
      let sum = 0
      for (let pattern = 0; pattern < costs.length; pattern += 1) {
        if ((((patterns.masks[pattern] as number) >>> rule) & 1) === 0) continue
        const off = (drift[pattern] as number) + whole - wanted
        sum += (costs[pattern] as number) * off * off
      }
      return sum
    }
    const below = Math.floor(wanted)
    const chosen = cost(below) <= cost(below + 1) ? below : below + 1
    points[rule] = chosen
    for (let pattern = 0; pattern < costs.length; pattern += 1)
      if (((patterns.masks[pattern] as number) >>> rule) & 1)
        drift[pattern] = (drift[pattern] as number) + chosen - wanted
  }
  return points
}

/** A point more or less per rule, while that lowers the loss and keeps the sign of the weight. */
const polish = (start: Int8Array, fit: Fit, patterns: Patterns): Int8Array => {
  let points = start
  let { loss, intercept, slope } = fitLine(points, patterns)
  for (let round = 0; round < 4; round += 1) {
    let isBetter = false
    for (let rule = 0; rule < points.length; rule += 1)
      for (const change of [-1, 1]) {
        const next = points.slice()
        const whole = (points[rule] as number) + change
        if (Math.abs(whole) > mostPoints || whole * (fit.weights[rule] as number) < 0) continue
        next[rule] = whole
        const line = fitLine(next, patterns, { intercept, slope })
        if (line.loss < loss * (1 - 1e-7)) {
          points = next
          loss = line.loss
          intercept = line.intercept
          slope = line.slope
          isBetter = true
        }
      }
    if (!isBetter) break
  }
  return points
}

/** Intercept and slope that make the outcomes likeliest given each pattern's points: equal points are one group. */
const fitLine = (
  points: Int8Array,
  patterns: Patterns,
  start?: { intercept: number; slope: number },
): { intercept: number; slope: number; loss: number } => {
  const most = mostPoints * patterns.size
  const rows = new Float64Array(2 * most + 1)
  const wins = new Float64Array(2 * most + 1)
  const totals = totalsOf(points, patterns)
  for (let pattern = 0; pattern < totals.length; pattern += 1) {
    const group = (totals[pattern] as number) + most
    rows[group] = (rows[group] as number) + (patterns.rows[pattern] as number)
    wins[group] = (wins[group] as number) + (patterns.wins[pattern] as number)
  }
  // The groups that hold rows, moved to the front.
  const groups = new Float64Array(rows.length)
  let count = 0
  for (let group = 0; group < rows.length; group += 1) {
    if (rows[group] === 0) continue
    groups[count] = group - most
    rows[count] = rows[group] as number
    wins[count] = wins[group] as number
    count += 1
  }
  const held = { rows: rows.subarray(0, count), wins: wins.subarray(0, count) }
  return fitLineTo(groups.subarray(0, count), held, start)
}

/** Each pattern's points. */
export const totalsOf = (points: Int8Array, patterns: Patterns): Float64Array => {
  const totals = new Float64Array(patterns.masks.length)
  for (let pattern = 0; pattern < totals.length; pattern += 1) {
    let mask = patterns.masks[pattern] as number
    let sum = 0
    while (mask !== 0) {
      const rule = 31 - Math.clz32(mask & -mask)
      sum += points[rule] as number
      mask &= mask - 1
    }
    totals[pattern] = sum
  }
  return totals
}

/** Two-parameter logistic regression of outcomes on totals, by Newton's method. */
export const fitLineTo = (
  totals: Float64Array,
  { rows, wins }: Pick<Patterns, 'rows' | 'wins'>,
  start: { readonly intercept: number; readonly slope: number } = { intercept: 0, slope: 0 },
): { intercept: number; slope: number; loss: number } => {
  let { intercept, slope } = start
  const lossAt = (at: number, by: number): number =>
    lossOf(
      totals.map((total) => at + by * total),
      { rows, wins },
    )
  let loss = lossAt(intercept, slope)
  for (let step = 0; step < 20; step += 1) {
    let g0 = 0
    let g1 = 0
    let h00 = 1e-9
    let h01 = 0
    let h11 = 1e-9
    for (let at = 0; at < totals.length; at += 1) {
      const total = totals[at] as number
      const chance = probability(intercept + slope * total)
      const count = rows[at] as number
      const residual = count * chance - (wins[at] as number)
      const bend = count * Math.max(chance * (1 - chance), 1e-9)
      g0 += residual
      g1 += residual * total
      h00 += bend
      h01 += bend * total
      h11 += bend * total * total
    }
    const determinant = h00 * h11 - h01 * h01
    if (determinant < 1e-9) {
      // All totals are equal: only the intercept can be learned.
      intercept -= g0 / h00
      slope = 0
      loss = lossAt(intercept, slope)
      continue
    }
    // A step is held to two log-odds: totals that part winners from losers would run to infinity.
    const toIntercept = Math.max(-2, Math.min(2, (h11 * g0 - h01 * g1) / determinant))
    const toSlope = Math.max(-2, Math.min(2, (h00 * g1 - h01 * g0) / determinant))
    // A whole step may overshoot; half of it, and half again, cannot for long.
    let length = 1
    let next = lossAt(intercept - toIntercept, slope - toSlope)
    while (next > loss && length > 1e-3) {
      length /= 2
      next = lossAt(intercept - length * toIntercept, slope - length * toSlope)
    }
    if (next > loss) break
    intercept -= length * toIntercept
    slope -= length * toSlope
    loss = next
    if (Math.abs(toIntercept) + Math.abs(toSlope) < 1e-7) break
  }
  return { intercept, slope, loss }
}
