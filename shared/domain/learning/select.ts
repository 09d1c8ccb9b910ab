/** Which few rules say most about winning together: added one by one, then exchanged while an exchange helps. */
import type { Candidate } from './candidates.ts'
import { type Fit, fitLogistic, probability } from './logistic.ts'
import { masksOf, type Patterns, patternsOf } from './patterns.ts'

export interface SelectionOptions {
  readonly mostRules: number
  /** Whether a rule's points must have the sign of its own lift, so that each rule reads sensibly. */
  readonly isSigned: boolean
  /** See `fitLogistic`. */
  readonly ridge: number
  /** A rule is added while it lowers the summed loss by at least this much, in nats. */
  readonly leastGain: number
  /** Rounds of exchanges over all rules. */
  readonly swapRounds: number
}

export interface Selection {
  /** Indices into the candidates. */
  readonly rules: readonly number[]
  readonly fit: Fit
  readonly patterns: Patterns
}

/** Candidates that are fitted in earnest at each step, of those that promise most. */
const shortlist = 5
/** Weights beyond this, in log-odds, say no more than "nearly always". */
const widest = 8

export const selectRules = (
  candidates: readonly Candidate[],
  won: ArrayLike<number>,
  options: SelectionOptions,
): Selection => {
  const fitOf = (
    masks: Uint32Array,
    rules: readonly number[],
    start?: { intercept: number; weights: ArrayLike<number> },
    steps?: number,
  ): Selection => {
    const patterns = patternsOf(masks, rules.length, won)
    const bounds = boundsOf(candidates, rules, options.isSigned)
    const fit = fitLogistic(patterns, {
      ridge: options.ridge,
      ...bounds,
      ...(start && { start }),
      ...(steps && { steps }),
    })
    return { rules, fit, patterns }
  }
  const masksFor = (rules: readonly number[]): Uint32Array =>
    masksOf(
      rules.map((rule) => (candidates[rule] as Candidate).firing),
      won.length,
    )

  const bestAddition = (masks: Uint32Array, from: Selection): Selection | undefined => {
    let best: Selection | undefined
    const weights = [...from.fit.weights, 0]
    for (const rule of promising(candidates, won, from, options)) {
      const bit = 1 << from.rules.length
      const grown = masks.slice()
      for (const row of (candidates[rule] as Candidate).firing) grown[row] = (grown[row] as number) | bit
      const next = fitOf(grown, [...from.rules, rule], { intercept: from.fit.intercept, weights }, 2)
      if (best === undefined || next.fit.objective < best.fit.objective) best = next
    }
    return best && fitOf(masksFor(best.rules), best.rules, best.fit)
  }

  let chosen = fitOf(masksFor([]), [])
  while (chosen.rules.length < options.mostRules) {
    const next = bestAddition(masksFor(chosen.rules), chosen)
    if (!next || chosen.fit.objective - next.fit.objective < options.leastGain) break
    chosen = next
  }
  for (let round = 0; round < options.swapRounds; round += 1) {
    let isBetter = false
    for (const rule of chosen.rules) {
      const at = chosen.rules.indexOf(rule)
      const rest = chosen.rules.toSpliced(at, 1)
      const masks = masksFor(rest)
      const without = fitOf(masks, rest, {
        intercept: chosen.fit.intercept,
        weights: [...chosen.fit.weights].toSpliced(at, 1),
      })
      const next = bestAddition(masks, without)
      if (next && next.fit.objective < chosen.fit.objective * (1 - 1e-6)) {
        chosen = next
        isBetter = true
      }
    }
    if (!isBetter) break
  }
  return chosen
}

export const boundsOf = (candidates: readonly Candidate[], rules: readonly number[], isSigned: boolean) => {
  const directions = rules.map((rule) => (candidates[rule] as Candidate).direction)
  return {
    lower: directions.map((direction) => (isSigned && direction > 0 ? 0 : -widest)),
    upper: directions.map((direction) => (isSigned && direction < 0 ? 0 : widest)),
  }
}

/** The candidates that lower the loss most when only their own weight moves, by one Newton step. */
const promising = (
  candidates: readonly Candidate[],
  won: ArrayLike<number>,
  { rules, fit, patterns }: Selection,
  { isSigned, ridge }: SelectionOptions,
): number[] => {
  const chances = fit.logOdds.map(probability)
  const residuals = new Float64Array(won.length)
  const bends = new Float64Array(won.length)
  for (let row = 0; row < won.length; row += 1) {
    const chance = chances[patterns.ofRow[row] as number] as number
    residuals[row] = chance - (won[row] as number)
    bends[row] = chance * (1 - chance)
  }
  const isTaken = new Set(rules)
  const gains: { rule: number; gain: number }[] = []
  candidates.forEach(({ firing, direction }, rule) => {
    if (isTaken.has(rule)) return
    let slope = 0
    let bend = ridge
    for (let at = 0; at < firing.length; at += 1) {
      const row = firing[at] as number
      slope += residuals[row] as number
      bend += bends[row] as number
    }
    if (isSigned && slope * direction >= 0) return
    gains.push({ rule, gain: (slope * slope) / bend })
  })
  return gains
    .sort((a, b) => b.gain - a.gain || a.rule - b.rule)
    .slice(0, shortlist)
    .map(({ rule }) => rule)
}
