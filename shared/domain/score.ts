/** How ready a lead is: points for fit and for engagement, as lines that each name a rule and sum to the total. */

import { dayMs } from './cadence.ts'
import type { Calibration, Condition, FactCondition, PointRule, ScoreRule, Scoring } from './campaign.ts'
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

/** What a lead is known by, apart from what happened. */
export interface Profile {
  readonly fields: Readonly<Record<string, string>>
  readonly source: string
  /** In lower case. */
  readonly emailDomain?: string
}

/** All that scoring reads of a lead; the facts as counters, one for each rule that counts. */
export interface Evidence extends Profile {
  /** Since when a lead can have been quiet. */
  readonly capturedAtMs: number
  /** By the rule's place in the campaign; absent where nothing was counted. */
  readonly counters: readonly (Counter | undefined)[]
}

/** The evidence after one more fact: one step for each rule that counts its kind. */
export const withFact = (evidence: Evidence, fact: Fact, { rules }: Scoring): Evidence => {
  let counters: (Counter | undefined)[] | undefined
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index] as ScoreRule
    if (!('fact' in rule.when) || !isCounted(fact, rule.when)) continue
    counters ??= [...evidence.counters]
    counters[index] = count(counters[index], fact.atMs, rule.when, halfLifeOf(rule))
  }
  return counters ? { ...evidence, counters } : evidence
}

/** The score at `nowMs`. Rules that give nothing leave no line. */
export const scoreLead = (evidence: Evidence, scoring: Scoring, nowMs: number): Score => {
  const { rules } = scoring
  const words = wordsOf(scoring)
  const lines: ScoreLine[] = []
  const gates: ClosedGate[] = []
  let totalHundredths = 0
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index] as ScoreRule
    const counter = evidence.counters[index]
    const weight = weightOf(rule, evidence, counter, nowMs)
    if (weight === 0) continue
    if (rule.dimension === 'gate') {
      gates.push({
        rule: rule.id,
        reason: rule.reason,
        because: becauseOf(rule.when, words[index], evidence, counter),
      })
      continue
    }
    const hundredths = pointsOf(rule, weight)
    if (hundredths === 0) continue
    totalHundredths += hundredths
    const { id, dimension, reason } = rule
    const because = becauseOf(rule.when, words[index], evidence, counter)
    const fadesAtMs = counter && fadesAtMsOf(rule, counter)
    lines.push(
      fadesAtMs === undefined
        ? { rule: id, dimension, hundredths, reason, because }
        : { rule: id, dimension, hundredths, reason, because, fadesAtMs },
    )
  }
  return { totalHundredths, lines, gates }
}

/** The chance of winning that a total stands for, as the campaign's outcomes taught it. */
export const chanceOf = (totalHundredths: number, calibration: Calibration): number => {
  const points = totalHundredths / 100
  if (calibration.method !== 'isotonic')
    return 1 / (1 + Math.exp(-(calibration.intercept + calibration.slope * points)))
  const step = calibration.steps.findLast((one) => points >= one.points) ?? calibration.steps[0]
  return step?.chance ?? 0
}

const pointsOf = (rule: PointRule, weight: number): number => {
  const hundredths = Math.round(rule.points * weight * 100)
  if (rule.cap === undefined) return hundredths
  const limit = Math.round(rule.cap * 100)
  return Math.max(-limit, Math.min(limit, hundredths))
}

const halfLifeOf = (rule: ScoreRule): number | undefined =>
  rule.dimension === 'gate' ? undefined : rule.halfLifeDays

/**
 * How strongly a rule fires: 0 where it does not, 1 for a condition that is met, the faded count for one that gives points
 * per fact. A number and nothing else, because a score is made of twenty of these and wants none of them kept.
 */
const weightOf = (
  rule: ScoreRule,
  evidence: Evidence,
  counter: Counter | undefined,
  nowMs: number,
): number => {
  const { when } = rule
  if ('fact' in when) return weightOfFacts(rule, when, counter, evidence.capturedAtMs, nowMs)
  return isMet(when, evidence) ? 1 : 0
}

const isMet = (when: Exclude<Condition, FactCondition>, evidence: Evidence): boolean => {
  if ('source' in when) return when.source.includes(evidence.source)
  if ('emailDomain' in when) return domainOf(when.emailDomain, evidence) !== undefined
  const value = evidence.fields[when.field] ?? ''
  if ('known' in when) return (value !== '') === when.known
  if (value === '') return false
  if ('in' in when) return when.in.includes(value)
  const number = Number(value)
  return (
    (when.atLeast === undefined || number >= when.atLeast) &&
    (when.below === undefined || number < when.below)
  )
}

const domainOf = (names: readonly string[], { emailDomain }: Evidence): string | undefined =>
  names.find((name) => emailDomain === name || emailDomain?.endsWith(`.${name}`))

const isCounted = (fact: Fact, { fact: kind, link }: FactCondition): boolean =>
  fact.kind === kind && (link === undefined || (fact.kind === 'CLICKED' && fact.link.endsWith(link)))

const weightOfFacts = (
  rule: ScoreRule,
  when: FactCondition,
  counter: Counter | undefined,
  capturedAtMs: number,
  nowMs: number,
): number => {
  if (when.quietDays !== undefined) {
    const quietSinceMs = counter?.lastAtMs ?? capturedAtMs
    return nowMs - quietSinceMs >= when.quietDays * dayMs ? 1 : 0
  }
  if (!counter || (isMetOnce(when) && counter.count < (when.times ?? 1))) return 0
  const endsAtMs = endsAtMsOf(when, counter)
  if (endsAtMs !== undefined && nowMs >= endsAtMs) return 0
  return fullWeightOf(when, counter) * fading(nowMs - counter.lastAtMs, halfLifeOf(rule))
}

/** Whether the rule is met or not, instead of giving its points for each fact. */
const isMetOnce = ({ times, withinDays }: FactCondition): boolean =>
  times !== undefined || withinDays !== undefined

/** The weight at the time of the last fact. */
const fullWeightOf = (when: FactCondition, { weightAtLast }: Counter): number =>
  isMetOnce(when) ? 1 : weightAtLast

/** When the window of the facts that count closes. */
const endsAtMsOf = ({ withinDays }: FactCondition, counter: Counter): number | undefined =>
  withinDays === undefined ? undefined : (counter.latestAtMs[0] ?? counter.lastAtMs) + withinDays * dayMs

/** When points that halve every `halfLifeDays` are half a point, or the window ends, whichever is first. */
const fadesAtMsOf = (rule: PointRule, counter: Counter): number | undefined => {
  const { when, halfLifeDays, points } = rule
  if (!('fact' in when) || when.quietDays !== undefined) return undefined
  const endsAtMs = endsAtMsOf(when, counter)
  if (halfLifeDays === undefined) return endsAtMs
  const halvings = Math.max(0, Math.log2(Math.abs(points) * fullWeightOf(when, counter) * 2))
  const fadedAtMs = counter.lastAtMs + Math.ceil(halvings * halfLifeDays * dayMs)
  return endsAtMs === undefined ? fadedAtMs : Math.min(fadedAtMs, endsAtMs)
}

/** What fired the rule: its own words, then what is so of this lead. */
const becauseOf = (
  when: Condition,
  words: string | undefined = '',
  evidence: Evidence,
  counter: Counter | undefined,
): string => {
  if ('fact' in when) {
    const count = counter?.count ?? 0
    return when.quietDays === undefined ? words + (timesTexts[count] ?? `, ${count} times`) : words
  }
  if ('source' in when) return words + evidence.source
  if ('emailDomain' in when) return words + domainOf(when.emailDomain, evidence)
  return 'known' in when ? words : words + evidence.fields[when.field]
}

const verbs: Readonly<Record<FactCondition['fact'], string>> = {
  CAPTURED: 'captured',
  CONFIRMED: 'confirmed',
  DELIVERED: 'delivered',
  OPENED: 'opened',
  CLICKED: 'clicked',
  BOUNCED: 'bounced',
  RETURNED: 'returned',
}

/** What a rule says of each lead it fires for. */
const wordsFor = (when: Condition): string => {
  if ('source' in when) return 'source is '
  if ('emailDomain' in when) return 'the address is at '
  if ('known' in when) return `${when.field} is ${when.known ? 'known' : 'not known'}`
  if ('field' in when) return `${when.field} is `
  const { fact, link, quietDays } = when
  const act = link === undefined ? verbs[fact] : `${verbs[fact]} ${link}`
  return quietDays === undefined ? act : `not ${act} for ${quietDays} days`
}

/** Words are put together once per card, not once per lead: they were a third of what a score takes. */
const wordsByCard = new WeakMap<Scoring, readonly string[]>()

const wordsOf = (scoring: Scoring): readonly string[] => {
  let words = wordsByCard.get(scoring)
  if (!words) {
    words = scoring.rules.map(({ when }) => wordsFor(when))
    wordsByCard.set(scoring, words)
  }
  return words
}

const timesTexts = Array.from({ length: 100 }, (_, count) => (count === 1 ? '' : `, ${count} times`))
