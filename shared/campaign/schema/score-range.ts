/** The points that score rules can give and take. */
import type * as z from 'zod'
import type { scoringFile } from './campaign-schema.ts'

type ScoreRule = z.output<typeof scoringFile>['rules'][number]

/** No lead has more than this; a rule that adds up without a cap has no most. */
export const mostPoints = (rules: readonly ScoreRule[], confirmations: number): number =>
  sumOf(rules, confirmations, 1)

/** No lead has fewer than this: 0 or less. */
export const leastPoints = (rules: readonly ScoreRule[], confirmations: number): number =>
  0 - sumOf(rules, confirmations, -1)

/** `confirmations` is how many forms ask for one: a lead confirms no more often than that. */
const sumOf = (rules: readonly ScoreRule[], confirmations: number, sign: 1 | -1): number =>
  rules.reduce((sum, rule) => {
    if (rule.dimension === 'gate' || rule.points * sign <= 0) return sum
    const { when, cap } = rule
    const points = rule.points * sign
    if (!('fact' in when) || when.times || when.withinDays || when.quietDays) return sum + points
    const facts = when.fact === 'CONFIRMED' ? confirmations : Number.POSITIVE_INFINITY
    // None of infinitely many would be no number.
    return facts === 0 ? sum : sum + Math.min(points * facts, cap ?? Number.POSITIVE_INFINITY)
  }, 0)
