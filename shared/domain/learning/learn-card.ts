/** Learns a score card from past leads: a few rules with whole points, as a person could have written them. */
import type { Condition } from '../conditions.ts'
import { type Candidate, distinct, groupsOf, singlesOf } from './candidates.ts'
import { cellsOf } from './cells.ts'
import { fitLogistic } from './logistic.ts'
import { patternsOf } from './patterns.ts'
import { fitLineTo, roundWeights, totalsOf } from './round.ts'
import type { Sample } from './sample.ts'
import { boundsOf, masksOf, selectRules } from './select.ts'
import { teach } from './teacher.ts'
import { tiersOf } from './tiers.ts'

export interface LearnOptions {
  /** Rules at most; 1 to 20. */
  readonly mostRules: number
  /** Whether a rule's points must have the sign of its own lift. */
  readonly isSigned: boolean
  /** Whether a rule may say that a field is blank. */
  readonly mayReadBlanks: boolean
}

/** What marketing and sales can read: each rule for its own reason, and none because something is not known. */
export const readable: LearnOptions = { mostRules: 20, isSigned: true, mayReadBlanks: false }

export interface LearnedRule {
  readonly when: Condition
  /** Whole, -10 to 10, never 0. */
  readonly points: number
  /** In how many of the rows learned from it fires, and how many of those won. */
  readonly rows: number
  readonly wins: number
}

export interface LearnedCard {
  readonly rules: readonly LearnedRule[]
  /** Chance of winning = 1 / (1 + exp(-(intercept + slope x points))), before calibration. */
  readonly intercept: number
  readonly slope: number
}

/**
 * Rule against rule, the same rows give the same card, bit for bit. The method is that of sparse integer risk scores
 * (greedy choice, exchanges, rounding along rays of scales), with the teacher's chances in place of the outcomes.
 */
export const learnCard = (sample: Sample, options: LearnOptions): LearnedCard => {
  const { won } = sample
  const limits = {
    minimumRows: Math.max(5, Math.round(won.length / 600)),
    mayReadBlanks: options.mayReadBlanks,
  }
  const worth = worthOf(won.length, sample.isOldestFirst === true)
  const columns = cellsOf(sample)
  const singles = singlesOf(columns, limits)
  const all = singles.map((_, rule) => rule)
  const { chances, weights } = teach(
    columns,
    singles,
    { won, worth },
    {
      ridge: Math.max(2, Math.sqrt(won.length) / 8),
      ...boundsOf(singles, all, options.isSigned),
    },
  )
  const candidates = distinct([...singles, ...groupsOf(columns, singles, weights, limits)])
  const chosen = selectRules(
    columns,
    candidates,
    { won: chances, worth },
    {
      mostRules: options.mostRules,
      isSigned: options.isSigned,
      ridge,
      leastGain: 0.05,
      leastExchange: 0.25,
      swapRounds: 3,
    },
  )
  const tiers = tiersOf(
    chosen.rules.map((rule, at) => ({
      rule: candidates[rule] as Candidate,
      weight: chosen.fit.weights[at] as number,
    })),
    columns,
  )
  const rules = tiers.map(({ rule }) => rule)
  const masks = masksOf(rules, columns, won.length)
  const patterns = patternsOf(masks, rules.length, chances, worth)
  const every = rules.map((_, at) => at)
  const start = { intercept: chosen.fit.intercept, weights: tiers.map(({ weight }) => weight) }
  const fit = fitLogistic(patterns, { ridge, ...boundsOf(rules, every, options.isSigned), start })
  const points = roundWeights(fit, patterns)
  // The teacher's chances are drawn towards the middle; the line from points to the outcomes, of all rows alike, is not.
  const { intercept, slope } = fitLineTo(totalsOf(points, patterns), patternsOf(masks, rules.length, won))
  // Neighbours that were rounded to the same points are one.
  const pointed = tiersOf(
    rules.map((rule, at) => ({ rule, weight: points[at] as number })),
    columns,
  )
  return {
    intercept,
    slope,
    rules: pointed
      .map(({ rule: { when, rows, wins }, weight }): LearnedRule => ({ when, points: weight, rows, wins }))
      .sort((a, b) => b.points - a.points || b.rows - a.rows),
  }
}

/** Half of it times the sum of the squared weights is added to the loss of a card: hardly more than keeps it finite. */
const ridge = 1

/** Rows from which newer ones count for more: with fewer, old ones are needed as much. */
const manyRows = 1000

/**
 * How much each row counts, 1 on average. Leads change: where rows abound and their order is known, the oldest counts seven
 * tenths of the newest. To forget faster follows change better and knows less; half and a quarter were no better.
 */
const worthOf = (rows: number, isOldestFirst: boolean): Float64Array => {
  const halvings = isOldestFirst ? (0.5 * rows) / (rows + manyRows) : 0
  const worth = Float64Array.from({ length: rows }, (_, row) => 2 ** (halvings * (row / rows - 1)))
  const mean = worth.reduce((sum, one) => sum + one, 0) / rows
  return worth.map((one) => one / mean)
}
