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
export const scoreLead = (evidence: Evidence, { rules }: Scoring, nowMs: number): Score => {
  const lines: ScoreLine[] = []
  const gates: ClosedGate[] = []
  let totalHundredths = 0
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index] as ScoreRule
    const fired = fire(rule, evidence, evidence.counters[index], nowMs)
    if (!fired) continue
    if (rule.dimension === 'gate') {
      gates.push({ rule: rule.id, reason: rule.reason, because: fired.because })
      continue
    }
    const hundredths = pointsOf(rule, fired.weight)
    if (hundredths === 0) continue
    totalHundredths += hundredths
    const { id, dimension, reason } = rule
    const { because, fadesAtMs } = fired
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

/** How strongly a rule fires: 1 for a condition that is met, the faded count for one that gives points per fact. */
interface Fired {
  readonly weight: number
  readonly because: string
  readonly fadesAtMs?: number
}

const fire = (
  rule: ScoreRule,
  evidence: Evidence,
  counter: Counter | undefined,
  nowMs: number,
): Fired | undefined => {
  const { when } = rule
  if ('fact' in when) return fireOnFacts(rule, when, counter, evidence.capturedAtMs, nowMs)
  if ('source' in when)
    return when.source.includes(evidence.source)
      ? { weight: 1, because: `source is ${evidence.source}` }
      : undefined
  if ('emailDomain' in when) {
    const domain = when.emailDomain.find((name) => isWithinDomain(evidence.emailDomain, name))
    return domain === undefined ? undefined : { weight: 1, because: `the address is at ${domain}` }
  }
  const value = evidence.fields[when.field] ?? ''
  if ('known' in when)
    return (value !== '') === when.known
      ? { weight: 1, because: `${when.field} is ${when.known ? 'known' : 'not known'}` }
      : undefined
  if (value === '' || !isMet(when, value)) return undefined
  return { weight: 1, because: `${when.field} is ${value}` }
}

const isMet = (
  when: Exclude<Extract<Condition, { field: string }>, { known: boolean }>,
  value: string,
): boolean => {
  if ('in' in when) return when.in.includes(value)
  const number = Number(value)
  return (
    (when.atLeast === undefined || number >= when.atLeast) &&
    (when.below === undefined || number < when.below)
  )
}

const isWithinDomain = (domain: string | undefined, name: string): boolean =>
  domain === name || (domain?.endsWith(`.${name}`) ?? false)

const isCounted = (fact: Fact, { fact: kind, link }: FactCondition): boolean =>
  fact.kind === kind && (link === undefined || (fact.kind === 'CLICKED' && fact.link.endsWith(link)))

const fireOnFacts = (
  rule: ScoreRule,
  when: FactCondition,
  counter: Counter | undefined,
  capturedAtMs: number,
  nowMs: number,
): Fired | undefined => {
  if (when.quietDays !== undefined) {
    const quietSinceMs = counter?.lastAtMs ?? capturedAtMs
    return nowMs - quietSinceMs >= when.quietDays * dayMs
      ? { weight: 1, because: `not ${wordsFor(when)} for ${when.quietDays} days` }
      : undefined
  }
  if (!counter) return undefined
  const halfLifeDays = halfLifeOf(rule)
  const isOnce = when.times !== undefined || when.withinDays !== undefined
  if (isOnce && counter.count < (when.times ?? 1)) return undefined
  const endsAtMs =
    when.withinDays === undefined
      ? undefined
      : (counter.latestAtMs[0] ?? counter.lastAtMs) + when.withinDays * dayMs
  if (endsAtMs !== undefined && nowMs >= endsAtMs) return undefined
  const full = isOnce ? 1 : counter.weightAtLast
  const weight = full * fading(nowMs - counter.lastAtMs, halfLifeDays)
  const because = `${wordsFor(when)}${counter.count === 1 ? '' : `, ${counter.count} times`}`
  const fadesAtMs = fadingEnds(rule, full, counter.lastAtMs, halfLifeDays, endsAtMs)
  return fadesAtMs === undefined ? { weight, because } : { weight, because, fadesAtMs }
}

/** When points that halve every `halfLifeDays` are half a point, or the window ends, whichever is first. */
const fadingEnds = (
  rule: ScoreRule,
  weight: number,
  lastAtMs: number,
  halfLifeDays: number | undefined,
  endsAtMs: number | undefined,
): number | undefined => {
  if (halfLifeDays === undefined || rule.dimension === 'gate') return endsAtMs
  const halvings = Math.max(0, Math.log2(Math.abs(rule.points) * weight * 2))
  const fadedAtMs = lastAtMs + Math.ceil(halvings * halfLifeDays * dayMs)
  return endsAtMs === undefined ? fadedAtMs : Math.min(fadedAtMs, endsAtMs)
}

const words: Readonly<Record<FactCondition['fact'], string>> = {
  CAPTURED: 'captured',
  CONFIRMED: 'confirmed',
  DELIVERED: 'delivered',
  OPENED: 'opened',
  CLICKED: 'clicked',
  BOUNCED: 'bounced',
  RETURNED: 'returned',
}

const wordsFor = ({ fact, link }: FactCondition): string =>
  link === undefined ? words[fact] : `${words[fact]} ${link}`
