/** Which few rules say most about winning together: added one by one, then exchanged while an exchange helps. */
import type { Candidate } from './candidates.ts'
import type { Cells } from './cells.ts'
import { type Fit, fitLogistic } from './logistic.ts'
import { type Patterns, patternsOf } from './patterns.ts'
import { gainsOf, type Rows } from './screen.ts'

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

/** Candidates that are fitted in earnest at each step, of those that promise most; the screening is right all but always. */
const shortlist = 2
/** Weights beyond this, in log-odds, say no more than "nearly always". */
const widest = 8

/** `won` may hold shares of a win; `worth` is how much each row counts. */
export const selectRules = (
  columns: readonly Cells[],
  candidates: readonly Candidate[],
  { won, worth }: Rows,
  options: SelectionOptions,
): Selection => {
  const fitOf = (
    masks: Uint32Array,
    rules: readonly number[],
    start?: { intercept: number; weights: ArrayLike<number> },
    steps?: number,
  ): Selection => {
    const patterns = patternsOf(masks, rules.length, won, worth)
    const bounds = boundsOf(candidates, rules, options.isSigned)
    const fit = fitLogistic(patterns, {
      ridge: options.ridge,
      ...bounds,
      ...(start && { start }),
      ...(steps && { steps }),
    })
    return { rules, fit, patterns }
  }
  const masksFor = (rules: readonly number[]): Uint32Array => {
    const masks = new Uint32Array(won.length)
    rules.forEach((rule, bit) => {
      addBit(masks, bit, candidates[rule] as Candidate, columns)
    })
    return masks
  }

  const bestAddition = (masks: Uint32Array, from: Selection): Selection | undefined => {
    let best: Selection | undefined
    const weights = [...from.fit.weights, 0]
    const gains = gainsOf(columns, candidates, { won, worth }, { ...from, masks }, options.ridge)
    const isTaken = new Set(from.rules)
    const promising = [...gains.keys()]
      .filter((rule) => {
        if (isTaken.has(rule)) return false
        const gain = gains[rule] as number
        return !options.isSigned || gain * (candidates[rule] as Candidate).direction > 0
      })
      .sort((a, b) => Math.abs(gains[b] as number) - Math.abs(gains[a] as number) || a - b)
      .slice(0, shortlist)
    for (const rule of promising) {
      const grown = masks.slice()
      addBit(grown, from.rules.length, candidates[rule] as Candidate, columns)
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

const addBit = (masks: Uint32Array, bit: number, { column, cells }: Candidate, columns: readonly Cells[]) => {
  const { ofRow, rows } = columns[column] as Cells
  const flags = new Uint32Array(rows.length)
  for (const cell of cells) flags[cell] = 1 << bit
  for (let row = 0; row < masks.length; row += 1)
    masks[row] = (masks[row] as number) | (flags[ofRow[row] as number] as number)
}

export const boundsOf = (candidates: readonly Candidate[], rules: readonly number[], isSigned: boolean) => {
  const directions = rules.map((rule) => (candidates[rule] as Candidate).direction)
  return {
    lower: directions.map((direction) => (isSigned && direction > 0 ? 0 : -widest)),
    upper: directions.map((direction) => (isSigned && direction < 0 ? 0 : widest)),
  }
}
