/** Whether what a sequence asks of a lead is so: before a step, at a branch, for its goal and its exits. */
import { dayMs } from './cadence.ts'
import { type FactCondition, readerOf, type StepCondition } from './conditions.ts'
import type { Fact } from './facts.ts'
import type { Evidence } from './score.ts'

/** What a condition is asked of. */
export interface Situation {
  readonly evidence: Evidence
  readonly totalHundredths: number
  /** In order of time. */
  readonly facts: readonly Fact[]
  /** Facts count from here on: the beginning of the enrolment. */
  readonly sinceMs: number
}

export const isConditionMet = (condition: StepCondition, situation: Situation, nowMs: number): boolean => {
  if ('all' in condition) return condition.all.every((one) => isConditionMet(one, situation, nowMs))
  if ('any' in condition) return condition.any.some((one) => isConditionMet(one, situation, nowMs))
  if ('not' in condition) return !isConditionMet(condition.not, situation, nowMs)
  if ('score' in condition) {
    const { atLeast = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = condition.score
    const points = situation.totalHundredths / 100
    return points >= atLeast && points < below
  }
  if ('form' in condition)
    return situation.facts.some((fact) => fact.kind === 'CAPTURED' && condition.form.includes(fact.form))
  if ('fact' in condition) return haveHappened(condition, situation, nowMs)
  return readerOf(condition).isMet(condition, situation.evidence)
}

const haveHappened = (
  { fact: kind, link, times = 1, withinDays, quietDays }: FactCondition,
  { facts, sinceMs }: Situation,
  nowMs: number,
): boolean => {
  const days = quietDays ?? withinDays
  const fromMs = days === undefined ? sinceMs : Math.max(sinceMs, nowMs - days * dayMs)
  let found = 0
  for (const fact of facts)
    if (
      fact.kind === kind &&
      fact.atMs >= fromMs &&
      (link === undefined || (fact.kind === 'CLICKED' && fact.link.endsWith(link)))
    )
      found += 1
  if (quietDays === undefined) return found >= times
  return found === 0 && nowMs - sinceMs >= quietDays * dayMs
}
