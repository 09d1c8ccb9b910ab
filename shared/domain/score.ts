/** How ready a lead is: points for fit and for engagement, as lines that each name a rule and sum to the total. */

import { dayMs } from './cadence.ts'
import type { Condition, ScoreRule, Scoring } from './campaign.ts'
import type { Fact, ScoreLine } from './facts.ts'

export interface Score {
  /** Hundredths of a point; exactly the sum of the lines. */
  readonly totalHundredths: number
  readonly lines: readonly ScoreLine[]
}

/** What a lead is known by, apart from what happened. */
export interface Profile {
  readonly fields: Readonly<Record<string, string>>
  readonly source: string
}

/** The score at `nowMs` of a lead with these distinct facts. Rules that give nothing leave no line. */
export const scoreLead = (
  profile: Profile,
  facts: readonly Fact[],
  scoring: Scoring,
  nowMs: number,
): Score => {
  const lines = scoring.rules.flatMap((rule) => lineOf(rule, profile, facts, nowMs) ?? [])
  return { totalHundredths: lines.reduce((sum, line) => sum + line.hundredths, 0), lines }
}

const lineOf = (
  rule: ScoreRule,
  profile: Profile,
  facts: readonly Fact[],
  nowMs: number,
): ScoreLine | undefined => {
  const fired = fire(rule, profile, facts, nowMs)
  const hundredths = fired ? Math.round(rule.points * fired.weight * 100) : 0
  if (!fired || hundredths === 0) return undefined
  const limit = Math.abs(rule.cap ?? Number.POSITIVE_INFINITY) * 100
  return {
    rule: rule.id,
    dimension: rule.dimension,
    hundredths: Math.max(-limit, Math.min(limit, hundredths)),
    reason: rule.reason,
    because: fired.because,
  }
}

/** How strongly a rule fires: 1 for a condition on the profile, the faded count for one on facts. */
interface Fired {
  readonly weight: number
  readonly because: string
}

const fire = (
  rule: ScoreRule,
  profile: Profile,
  facts: readonly Fact[],
  nowMs: number,
): Fired | undefined => {
  const { when } = rule
  if ('fact' in when) return fireOnFacts(rule, when, facts, nowMs)
  if ('source' in when)
    return when.source.includes(profile.source)
      ? { weight: 1, because: `source is ${profile.source}` }
      : undefined
  const value = profile.fields[when.field]
  if (value === undefined || value === '') return undefined
  const isMet = 'in' in when ? when.in.includes(value) : Number(value) >= when.atLeast
  return isMet ? { weight: 1, because: `${when.field} is ${value}` } : undefined
}

const fireOnFacts = (
  rule: ScoreRule,
  when: Extract<Condition, { fact: unknown }>,
  facts: readonly Fact[],
  nowMs: number,
): Fired | undefined => {
  let weight = 0
  let count = 0
  for (const fact of facts) {
    if (fact.kind !== when.fact) continue
    if (when.link !== undefined && !(fact.kind === 'CLICKED' && fact.link.endsWith(when.link))) continue
    count += 1
    // A fact written by another machine may be a moment ahead of this clock; it has not begun to fade.
    const ageDays = Math.max(0, nowMs - fact.atMs) / dayMs
    weight += rule.halfLifeDays === undefined ? 1 : 0.5 ** (ageDays / rule.halfLifeDays)
  }
  const what = when.link === undefined ? when.fact.toLowerCase() : `${when.fact.toLowerCase()} ${when.link}`
  return count === 0 ? undefined : { weight, because: count === 1 ? what : `${what}, ${count} times` }
}
