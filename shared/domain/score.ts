/** How ready a lead is: points for fit and for engagement, as lines that each name a rule and sum to the total. */

import { dayMs } from './cadence.ts'
import type { Calibration, Scoring } from './campaign.ts'
import { type CardRule, cardOf, type FactsRule } from './card.ts'
import type { FactCondition, Profile } from './conditions.ts'
import { type Counter, count, fading } from './counters.ts'
import type { Fact, ScoreLine } from './facts.ts'

export interface Score {
  /** Hundredths of a point; exactly the sum of the lines. */
  readonly totalHundredths: number
  readonly lines: readonly ScoreLine[]
  /** What keeps the lead from sales, whatever its points. */
  readonly gates: readonly ClosedGate[]
}

export interface ClosedGate {
  readonly rule: string
  readonly reason: string
  readonly because: string
}

/** All that scoring reads of a lead; the facts as counters, one for each rule that counts. */
export interface Evidence extends Profile {
  /** Since when a lead can have been quiet. */
  readonly capturedAtMs: number
  /** By the rule's place in the campaign; absent where nothing was counted. */
  readonly counters: readonly (Counter | undefined)[]
}

/** The evidence after one more fact: one step for each rule that counts its kind. */
export const withFact = (evidence: Evidence, fact: Fact, scoring: Scoring): Evidence => {
  const card = cardOf(scoring)
  let counters: (Counter | undefined)[] | undefined
  for (let index = 0; index < card.length; index += 1) {
    const { counts, halfLifeDays } = card[index] as CardRule
    if (!counts || !isCounted(fact, counts.when)) continue
    counters ??= [...evidence.counters]
    counters[index] = count(counters[index], fact.atMs, counts.when, halfLifeDays)
  }
  return counters ? { ...evidence, counters } : evidence
}

/** The score at `nowMs`. Rules that give nothing leave no line. */
export const scoreLead = (evidence: Evidence, scoring: Scoring, nowMs: number): Score => {
  const card = cardOf(scoring)
  const lines: ScoreLine[] = []
  const gates: ClosedGate[] = []
  let totalHundredths = 0
  for (let index = 0; index < card.length; index += 1) {
    const rule = card[index] as CardRule
    const counter = evidence.counters[index]
    const weight = weightOf(rule, evidence, counter, nowMs)
    if (weight === 0) continue
    const { id, dimension, reason } = rule
    if (dimension === 'gate') {
      gates.push({ rule: id, reason, because: becauseOf(rule, evidence, counter) })
      continue
    }
    const hundredths = hundredthsOf(rule, weight)
    if (hundredths === 0) continue
    totalHundredths += hundredths
    const because = becauseOf(rule, evidence, counter)
    const fadesAtMs = counter && fadesAtMsOf(rule, counter)
    lines.push(
      fadesAtMs === undefined
        ? { rule: id, dimension, hundredths, reason, because }
        : { rule: id, dimension, hundredths, reason, because, fadesAtMs },
    )
  }
  return { totalHundredths, lines, gates }
}

/** What `scoreLead` comes to, without the lines that say why: for whoever asks how it stands at many times. */
export const standingOf = (
  evidence: Evidence,
  scoring: Scoring,
  nowMs: number,
): { readonly totalHundredths: number; readonly isGated: boolean } => {
  const card = cardOf(scoring)
  let totalHundredths = 0
  let isGated = false
  for (let index = 0; index < card.length; index += 1) {
    const rule = card[index] as CardRule
    const weight = weightOf(rule, evidence, evidence.counters[index], nowMs)
    if (weight === 0) continue
    if (rule.dimension === 'gate') isGated = true
    else totalHundredths += hundredthsOf(rule, weight)
  }
  return { totalHundredths, isGated }
}

/** The total at any time, if nothing more happens: what does not change with time is added up once. */
export const totalOverTime = (evidence: Evidence, scoring: Scoring): ((atMs: number) => number) => {
  const fading: { readonly rule: CardRule; readonly counter: Counter | undefined }[] = []
  let still = 0
  for (const [index, rule] of cardOf(scoring).entries()) {
    if (rule.dimension === 'gate') continue
    const counter = evidence.counters[index]
    if (rule.counts && (counter || rule.counts.quietDays !== undefined)) fading.push({ rule, counter })
    else {
      const weight = weightOf(rule, evidence, counter, evidence.capturedAtMs)
      if (weight !== 0) still += hundredthsOf(rule, weight)
    }
  }
  return (atMs) => {
    let total = still
    for (const { rule, counter } of fading) {
      const weight = weightOf(rule, evidence, counter, atMs)
      if (weight !== 0) total += hundredthsOf(rule, weight)
    }
    return total
  }
}

/** The chance of winning that a total stands for, as the campaign's outcomes taught it. */
export const chanceOf = (totalHundredths: number, calibration: Calibration): number => {
  const points = totalHundredths / 100
  if (calibration.method !== 'isotonic')
    return 1 / (1 + Math.exp(-(calibration.intercept + calibration.slope * points)))
  const step = calibration.steps.findLast((one) => points >= one.points) ?? calibration.steps[0]
  return step?.chance ?? 0
}

const hundredthsOf = ({ points, limitHundredths }: CardRule, weight: number): number =>
  Math.max(-limitHundredths, Math.min(limitHundredths, Math.round(points * weight * 100)))

/**
 * How strongly a rule fires: 0 where it does not, 1 for a condition that is met, the faded count for one that gives points
 * per fact.
 */
const weightOf = (
  { counts, reads, halfLifeDays }: CardRule,
  evidence: Evidence,
  counter: Counter | undefined,
  nowMs: number,
): number => {
  if (!counts) return reads?.isMet(evidence) ? 1 : 0
  if (counts.quietDays !== undefined) {
    const quietSinceMs = counter?.lastAtMs ?? evidence.capturedAtMs
    return nowMs - quietSinceMs >= counts.quietDays * dayMs ? 1 : 0
  }
  if (!counter || (counts.isMetOnce && counter.count < counts.times)) return 0
  const endsAtMs = endsAtMsOf(counts, counter)
  if (endsAtMs !== undefined && nowMs >= endsAtMs) return 0
  return fullWeightOf(counts, counter) * fading(nowMs - counter.lastAtMs, halfLifeDays)
}

const isCounted = (fact: Fact, { fact: kind, link }: FactCondition): boolean =>
  fact.kind === kind && (link === undefined || (fact.kind === 'CLICKED' && fact.link.endsWith(link)))

/** The weight at the time of the last fact. */
const fullWeightOf = ({ isMetOnce }: FactsRule, { weightAtLast }: Counter): number =>
  isMetOnce ? 1 : weightAtLast

/** When the window of the facts that count closes. */
const endsAtMsOf = ({ withinDays }: FactsRule, counter: Counter): number | undefined =>
  withinDays === undefined ? undefined : (counter.latestAtMs[0] ?? counter.lastAtMs) + withinDays * dayMs

/** When points that halve every `halfLifeDays` are half a point, or the window ends, whichever is first. */
const fadesAtMsOf = ({ counts, halfLifeDays, points }: CardRule, counter: Counter): number | undefined => {
  if (!counts || counts.quietDays !== undefined) return undefined
  const endsAtMs = endsAtMsOf(counts, counter)
  if (halfLifeDays === undefined) return endsAtMs
  const halvings = Math.max(0, Math.log2(Math.abs(points) * fullWeightOf(counts, counter) * 2))
  const fadedAtMs = counter.lastAtMs + Math.ceil(halvings * halfLifeDays * dayMs)
  return endsAtMs === undefined ? fadedAtMs : Math.min(fadedAtMs, endsAtMs)
}

/** What fired the rule. */
const becauseOf = (
  { counts, reads, words }: CardRule,
  evidence: Evidence,
  counter: Counter | undefined,
): string => {
  if (reads) return reads.because(evidence)
  return counts?.quietDays === undefined ? words + timesText(counter?.count ?? 0) : words
}

/** Numbers are slow to turn into text, and a lead rarely does anything a hundred times. */
const timesTexts = Array.from({ length: 100 }, (_, count) => (count === 1 ? '' : `, ${count} times`))

const timesText = (count: number): string => timesTexts[count] ?? `, ${count} times`
