/** What would qualify a lead: the gates to open, the points still missing, and what would give them. */

import type { PointRule, Scoring } from './campaign.ts'
import type { CountedFact } from './conditions.ts'
import { type ClosedGate, type Evidence, type Score, scoreLead } from './score.ts'

export interface WayToQualify {
  /** Gates that keep the lead back, whatever its points. */
  readonly gates: readonly ClosedGate[]
  /** Points missing to the threshold, in hundredths; 0 where there are enough. */
  readonly missingHundredths: number
  /** Each of these alone would be enough; the smallest gain first. */
  readonly enough: readonly Gain[]
  /** Where nothing alone is enough: the largest gains, taken together as far as needed. Empty where all are not enough. */
  readonly together: readonly Gain[]
}

export interface Gain {
  readonly rule: string
  readonly reason: string
  readonly hundredths: number
}

/** Ways shown at most; a salesperson reads three. */
const mostWays = 3

/** From the evidence at `nowMs`. Counts what a lead can still do, and what it has not answered yet. */
export const waysToQualify = (
  evidence: Evidence,
  score: Score,
  scoring: Scoring,
  nowMs: number,
): WayToQualify => {
  const missingHundredths = Math.max(0, scoring.thresholds.enter * 100 - score.totalHundredths)
  const gains = scoring.rules
    .flatMap((rule): Gain[] => {
      if (rule.dimension === 'gate' || rule.points <= 0 || !isWithinReach(rule, evidence)) return []
      const hundredths = gainOf(rule, score)
      return hundredths > 0 ? [{ rule: rule.id, reason: rule.reason, hundredths }] : []
    })
    .sort((a, b) => b.hundredths - a.hundredths || (a.rule < b.rule ? -1 : 1))
  const { gates } = scoreLead(evidence, scoring, nowMs)
  if (missingHundredths === 0) return { gates, missingHundredths, enough: [], together: [] }
  const enough = gains.filter(({ hundredths }) => hundredths >= missingHundredths)
  if (enough.length > 0)
    return { gates, missingHundredths, enough: enough.toReversed().slice(0, mostWays), together: [] }
  const together: Gain[] = []
  let gained = 0
  for (const gain of gains) {
    if (gained >= missingHundredths) break
    together.push(gain)
    gained += gain.hundredths
  }
  return { gates, missingHundredths, enough: [], together: gained >= missingHundredths ? together : [] }
}

/** Confirming is done once; the others are done to a lead and not by it. */
const withinReach: ReadonlySet<CountedFact> = new Set(['CAPTURED', 'CLICKED'])

/** A person can act again, and can answer what is not known yet; who they are and where they came from stays. */
const isWithinReach = ({ when }: PointRule, evidence: Evidence): boolean => {
  if ('fact' in when) return when.quietDays === undefined && withinReach.has(when.fact)
  return 'field' in when && !('known' in when) && (evidence.fields[when.field] ?? '') === ''
}

/** What the rule would give more if it fired once more now. */
const gainOf = (rule: PointRule, score: Score): number => {
  const now = score.lines.find((line) => line.rule === rule.id)?.hundredths ?? 0
  const isOnce = !('fact' in rule.when) || rule.when.times !== undefined || rule.when.withinDays !== undefined
  // A rule that wants several facts is not met by one more.
  if ('fact' in rule.when && (rule.when.times ?? 1) > 1 && now === 0) return 0
  const full = rule.points * 100
  const next = isOnce ? full : now + full
  return Math.round(Math.min(next, rule.cap === undefined ? next : rule.cap * 100) - now)
}
