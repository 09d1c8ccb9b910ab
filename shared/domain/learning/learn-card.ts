/** Learns a score card from past leads: a few rules with whole points, as a person could have written them. */
import type { Condition } from '../campaign.ts'
import { candidatesOf, groupsOf } from './candidates.ts'
import { patternsOf } from './patterns.ts'
import { fitLineTo, roundWeights, totalsOf } from './round.ts'
import type { Sample } from './sample.ts'
import { boundsOf, selectRules } from './select.ts'
import { teach } from './teacher.ts'

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
  const singles = candidatesOf(sample, limits)
  const all = singles.map((_, rule) => rule)
  const { chances, weights } = teach(
    singles.map(({ firing }) => firing),
    won,
    {
      ridge: Math.max(2, Math.sqrt(won.length) / 8),
      ...boundsOf(singles, all, options.isSigned),
    },
  )
  const candidates = [...singles, ...groupsOf(sample, singles, weights, limits)]
  const { rules, fit, patterns } = selectRules(candidates, chances, {
    mostRules: options.mostRules,
    isSigned: options.isSigned,
    ridge: 1,
    leastGain: 0.05,
    swapRounds: 3,
  })
  const points = roundWeights(fit, patterns)
  // The teacher's chances are drawn towards the middle; the line to the outcomes themselves is not.
  const totals = totalsOf(points, patterns)
  const outcomes = patternsOf(
    Uint32Array.from(patterns.ofRow, (at) => patterns.masks[at] as number),
    rules.length,
    won,
  )
  const { intercept, slope } = fitLineTo(totals, outcomes)
  return {
    intercept,
    slope,
    rules: rules
      .map((rule, at): LearnedRule => {
        const { when, firing } = candidates[rule] as (typeof candidates)[number]
        let wins = 0
        for (const row of firing) wins += won[row] as number
        return { when, points: points[at] as number, rows: firing.length, wins }
      })
      .filter((rule) => rule.points !== 0)
      .sort((a, b) => b.points - a.points || b.rows - a.rows),
  }
}
