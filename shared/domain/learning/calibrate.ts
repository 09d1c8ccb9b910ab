/** From points to a chance of winning: the simplest curve that predicts newer leads best. */
import type { Calibration } from '../campaign.ts'
import { chanceOf } from '../score.ts'
import { logit } from './logistic.ts'
import { lossesOf } from './measure.ts'
import { fitLineTo } from './round.ts'

/** A curve of steps takes this many outcomes to draw. */
const leastForIsotonic = 1000

/**
 * Fits raw, intercept, Platt and, from 1,000 outcomes on, isotonic to the older two thirds of the rows, judges them by log
 * loss on the newer third, and fits the best to all. A curve takes the place of a simpler one only if it is better by more
 * than one standard error of their difference: on a few hundred rows the rest is luck. `totals` are points, by row,
 * the oldest first; `raw` is the card's own line.
 */
export const calibrate = (
  totals: Float64Array,
  won: Uint8Array,
  raw: { readonly intercept: number; readonly slope: number },
): Calibration => {
  const cut = Math.floor((won.length * 2) / 3)
  const methods = [fitRaw, fitIntercept, fitPlatt, ...(won.length >= leastForIsotonic ? [fitIsotonic] : [])]
  const newer = won.slice(cut)
  let best: { losses: Float64Array; fitter: Fitter } | undefined
  for (const fitter of methods) {
    const curve = fitter(totals.slice(0, cut), won.slice(0, cut), raw)
    const losses = lossesOf(chancesOf(totals.slice(cut), curve), newer)
    if (best === undefined || isSurelyLess(losses, best.losses)) best = { losses, fitter }
  }
  return (best?.fitter ?? fitRaw)(totals, won, raw)
}

const isSurelyLess = (losses: Float64Array, others: Float64Array): boolean => {
  const gains = others.map((other, row) => other - (losses[row] as number))
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1)
  return mean > Math.sqrt(variance / gains.length)
}

export const chancesOf = (totals: Float64Array, calibration: Calibration): Float64Array =>
  totals.map((total) => chanceOf(total * 100, calibration))

type Fitter = (
  totals: Float64Array,
  won: Uint8Array,
  raw: { readonly intercept: number; readonly slope: number },
) => Calibration

const fitRaw: Fitter = (_, __, { intercept, slope }) => ({
  method: 'raw',
  intercept: round(intercept),
  slope: round(slope),
})

/** The card's slope, and the intercept under which as many are predicted to win as did. */
const fitIntercept: Fitter = (totals, won, { intercept, slope }) => {
  const wins = won.reduce((sum, one) => sum + one, 0)
  const wanted = (wins + 0.5) / (won.length + 1)
  let low = intercept - 20
  let high = intercept + 20
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    const predicted = totals.reduce((sum, total) => sum + 1 / (1 + Math.exp(-(middle + slope * total))), 0)
    if (predicted / won.length < wanted) low = middle
    else high = middle
  }
  return { method: 'intercept', intercept: round(low), slope: round(slope) }
}

/** Intercept and slope, both fitted; a slope that would make more points worse is not believed. */
const fitPlatt: Fitter = (totals, won, raw) => {
  const { intercept, slope } = fitLineTo(
    totals,
    {
      rows: new Float64Array(won.length).fill(1),
      wins: Float64Array.from(won),
    },
    raw,
  )
  return slope > 1e-4
    ? { method: 'platt', intercept: round(intercept), slope: round(slope) }
    : fitIntercept(totals, won, raw)
}

/** Pool adjacent violators: the rising steps nearest to the outcomes, each pulled off 0 and 1 by half a lead. */
const fitIsotonic: Fitter = (totals, won) => {
  const order = [...totals.keys()].sort((a, b) => (totals[a] as number) - (totals[b] as number) || a - b)
  const blocks: { points: number; rows: number; wins: number }[] = []
  for (const row of order) {
    const points = totals[row] as number
    const last = blocks.at(-1)
    if (last && last.points === points) {
      last.rows += 1
      last.wins += won[row] as number
    } else blocks.push({ points, rows: 1, wins: won[row] as number })
  }
  const pooled: typeof blocks = []
  for (const block of blocks) {
    pooled.push({ ...block })
    for (;;) {
      const top = pooled.at(-1)
      const under = pooled.at(-2)
      if (!top || !under || shareOf(under) < shareOf(top)) break
      pooled.splice(-2, 2, { points: under.points, rows: under.rows + top.rows, wins: under.wins + top.wins })
    }
  }
  return {
    method: 'isotonic',
    steps: pooled.map((block) => ({
      points: block.points,
      chance: round((block.wins + 0.5) / (block.rows + 1)),
    })),
  }
}

const shareOf = (block: { rows: number; wins: number }): number => block.wins / block.rows

/** Four digits after the point: what a file can hold and a person can read. */
const round = (value: number): number => Math.round(value * 1e4) / 1e4

/** Points at which the chance first reaches `chance`, or nothing where no points do. Whole points. */
export const pointsForChance = (chance: number, calibration: Calibration): number | undefined => {
  if (calibration.method === 'isotonic')
    return calibration.steps.find((step) => step.chance >= chance)?.points
  return Math.ceil((logit(chance) - calibration.intercept) / calibration.slope - 1e-9)
}
