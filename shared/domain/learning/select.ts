/** Which few rules say most about winning together: added one by one, then exchanged while an exchange helps. */
import { type Candidate, standTogether } from './candidates.ts'
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
  /** A rule is exchanged where that lowers it by this much: for less the search would never end. */
  readonly leastExchange: number
  /** Rounds of exchanges over all rules. */
  readonly swapRounds: number
}

export interface Selection {
  /** Indices into the candidates. */
  readonly rules: readonly number[]
  readonly fit: Fit
  readonly patterns: Patterns
}

/** A rule that promises less than this part of the one it would replace is not tried: promises err, but not by half. */
const nearly = 0.7
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
  ): Selection => {
    const patterns = patternsOf(masks, rules.length, won, worth)
    const bounds = boundsOf(candidates, rules, options.isSigned)
    const fit = fitLogistic(patterns, {
      ridge: options.ridge,
      ...bounds,
      ...(start && { start }),
    })
    return { rules, fit, patterns }
  }
  const masksFor = (rules: readonly number[]): Uint32Array =>
    masksOf(
      rules.map((rule) => candidates[rule] as Candidate),
      columns,
      won.length,
    )

  /** The candidate that promises most beside the card, where one promises enough to be worth a fit; not `but`. */
  const mostPromising = (masks: Uint32Array, card: Selection, but?: number): number | undefined => {
    const gains = gainsOf(columns, candidates, { won, worth }, { ...card, masks }, options.ridge)
    const taken = card.rules.map((rule) => candidates[rule] as Candidate)
    const mayJoin = (one: Candidate) =>
      taken.every((other) => standTogether(one, other, columns[one.column] as Cells))
    let best: number | undefined
    let most = but === undefined ? 0 : nearly * Math.abs(gains[but] as number)
    gains.forEach((gain, rule) => {
      if (Math.abs(gain) <= most || rule === but) return
      const candidate = candidates[rule] as Candidate
      if (options.isSigned && gain * candidate.direction < 0) return
      if (!mayJoin(candidate)) return
      best = rule
      most = Math.abs(gain)
    })
    return best
  }

  /** The card with one more rule, where its objective is then below `most`; `but` is not considered. */
  const bestAddition = (card: Selection, most: number, but?: number): Selection | undefined => {
    const masks = masksFor(card.rules)
    const rule = mostPromising(masks, card, but)
    if (rule === undefined) return undefined
    addBit(masks, card.rules.length, candidates[rule] as Candidate, columns)
    const start = { intercept: card.fit.intercept, weights: [...card.fit.weights, 0] }
    const next = fitOf(masks, [...card.rules, rule], start)
    return next.fit.objective < most ? next : undefined
  }

  let chosen = fitOf(masksFor([]), [])
  for (;;) {
    const next =
      chosen.rules.length < options.mostRules
        ? bestAddition(chosen, chosen.fit.objective - options.leastGain)
        : undefined
    if (!next) break
    chosen = next
  }
  // Rule after rule is taken out and, where another serves better in its place, replaced; until none can be.
  const waiting = [...chosen.rules]
  for (let turn = 0; turn < options.swapRounds * options.mostRules; turn += 1) {
    const rule = waiting.shift()
    if (rule === undefined) break
    const at = chosen.rules.indexOf(rule)
    const rest = chosen.rules.toSpliced(at, 1)
    const start = { intercept: chosen.fit.intercept, weights: [...chosen.fit.weights].toSpliced(at, 1) }
    const next = bestAddition(
      fitOf(masksFor(rest), rest, start),
      chosen.fit.objective - options.leastExchange,
      rule,
    )
    if (!next) continue
    chosen = next
    // The others stand beside a new one now: those that were tried before it are tried again, after the rest.
    waiting.push(...rest.filter((one) => !waiting.includes(one)))
  }
  return chosen
}

/** Which rules fire, by row: rule r is bit r. */
export const masksOf = (
  rules: readonly Candidate[],
  columns: readonly Cells[],
  rows: number,
): Uint32Array => {
  const masks = new Uint32Array(rows)
  rules.forEach((rule, bit) => {
    addBit(masks, bit, rule, columns)
  })
  return masks
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
