/** When a lead passes to sales and when it comes back: by what a person did, and never because a penalty faded. */

import { dayMs } from './cadence.ts'
import type { Scoring, Thresholds } from './campaign.ts'
import type { Fact, FactKind, LeadQualified } from './facts.ts'
import { type Evidence, type Score, scoreLead, standingOf, totalOverTime } from './score.ts'

/** What only a person does, and does of their own accord. Opens are not among them: machines open emails too. */
const humanKinds: ReadonlySet<FactKind> = new Set(['CAPTURED', 'CONFIRMED', 'CLICKED'])

export const isHumanAct = (fact: Fact): boolean => humanKinds.has(fact.kind)

/** How a lead's latest passage to sales stands. */
export interface Cycle {
  readonly qualified: LeadQualified
  readonly status: 'open' | 'cooled' | 'accepted' | 'returned' | 'won' | 'lost'
  /** When the status came about. */
  readonly sinceMs: number
  readonly isHandedOff: boolean
}

/** The latest cycle. What sales said outweighs a cooling that crossed it; an outcome outweighs both. */
export const latestCycle = (facts: readonly Fact[]): Cycle | undefined => {
  let qualified: LeadQualified | undefined
  for (const fact of facts)
    if (fact.kind === 'QUALIFIED' && fact.cycle >= (qualified?.cycle ?? 0)) qualified = fact
  if (!qualified) return undefined
  const { cycle } = qualified
  const found = (kind: FactKind) =>
    facts.find((fact) => fact.kind === kind && 'cycle' in fact && fact.cycle === cycle)
  const statuses = [
    ['WON', 'won'],
    ['LOST', 'lost'],
    ['RETURNED', 'returned'],
    ['ACCEPTED', 'accepted'],
    ['COOLED', 'cooled'],
  ] as const
  for (const [kind, status] of statuses) {
    const fact = found(kind)
    if (fact) return { qualified, status, sinceMs: fact.atMs, isHandedOff: found('HANDEDOFF') !== undefined }
  }
  return { qualified, status: 'open', sinceMs: qualified.atMs, isHandedOff: found('HANDEDOFF') !== undefined }
}

/** Whether sales does not know of this cycle yet; whatever became of the lead since, it was ready once. */
export const mustBeHandedOff = (cycle: Cycle | undefined): cycle is Cycle =>
  cycle !== undefined && !cycle.isHandedOff

/** The evidence as it stood after one fact; kept for what a person did and for what changed the evidence. */
export interface Moment {
  readonly atMs: number
  readonly isHumanAct: boolean
  readonly evidence: Evidence
}

/** The act that brought a lead to `enter`, and the score as it then stood. */
export interface Rise {
  readonly atMs: number
  readonly score: Score
}

/**
 * The latest act since the end of the last cycle that reached `enter` with no gate closed and cost no points, if the lead
 * has stayed warm ever since: so that a lead that we come to look at late stands as if we had looked at once.
 * `moments` are in order of time.
 */
export const findRise = (
  moments: readonly Moment[],
  scoring: Scoring,
  cycle: Cycle | undefined,
  nowMs: number,
): Rise | undefined => {
  const enterHundredths = scoring.thresholds.enter * 100
  for (let at = moments.length - 1; at >= 0; at -= 1) {
    const { atMs, isHumanAct, evidence } = moments[at] as Moment
    if (cycle !== undefined && atMs <= cycle.sinceMs) return undefined
    if (!isHumanAct) continue
    const { totalHundredths, isGated } = standingOf(evidence, scoring, atMs)
    if (totalHundredths < enterHundredths || isGated) continue
    const before = moments[at - 1]
    if (before && standingOf(before.evidence, scoring, atMs).totalHundredths > totalHundredths) continue
    return hasStayedWarm(moments.slice(at), scoring, nowMs)
      ? { atMs, score: scoreLead(evidence, scoring, atMs) }
      : undefined
  }
  return undefined
}

const hasStayedWarm = (since: readonly Moment[], scoring: Scoring, nowMs: number): boolean =>
  since.every(({ atMs, evidence }, at) => staysWarm(evidence, scoring, atMs, since[at + 1]?.atMs ?? nowMs))

/** Looked at on every day between, because points may fade below `leave` and come back as a penalty fades. */
const staysWarm = (evidence: Evidence, scoring: Scoring, fromMs: number, untilMs: number): boolean => {
  for (let atMs = untilMs; atMs > fromMs; atMs -= dayMs) if (!isWarm(evidence, scoring, atMs)) return false
  return isWarm(evidence, scoring, fromMs)
}

const isWarm = (evidence: Evidence, scoring: Scoring, atMs: number): boolean => {
  const { totalHundredths, isGated } = standingOf(evidence, scoring, atMs)
  return totalHundredths >= scoring.thresholds.leave * 100 && !isGated
}

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'notReady' }
  /** Ready but for the cool-down after sales returned the lead; looked at again when that ends. */
  | { readonly kind: 'coolingDown'; readonly untilMs: number }

/** A lead that has risen is ready, once the cool-down is over where sales returned it. */
export const readinessOf = (
  rise: Rise | undefined,
  cycle: Cycle | undefined,
  { coolDownDays }: Thresholds,
  nowMs: number,
): Readiness => {
  if (!rise) return { kind: 'notReady' }
  const untilMs = cycle?.status === 'returned' ? cycle.sinceMs + coolDownDays * dayMs : 0
  return nowMs < untilMs ? { kind: 'coolingDown', untilMs } : { kind: 'ready' }
}

/** How far ahead a cooling is looked for: longer than any window that a rule may have. */
const horizonDays = 740

/**
 * Until when the lead of an open cycle stays at `leave` or above if nothing more happens: to the minute, and not less
 * than its dwell. Past where it has cooled already; the horizon, to look again from there, where points fade beyond it;
 * absent where they stay. Looks by days, then halves the day: points fade slowly. The days are counted from the dwell's
 * end, so that the answer is the same whenever it is asked.
 */
export const warmUntilMs = (
  evidence: Evidence,
  scoring: Scoring,
  cycle: Cycle,
  nowMs: number,
): number | undefined => {
  const { leave, minimumDwellDays } = scoring.thresholds
  const totalAt = totalOverTime(evidence, scoring)
  const isCool = (atMs: number) => totalAt(atMs) < leave * 100
  const dwellEndsMs = cycle.qualified.atMs + minimumDwellDays * dayMs
  let warmMs = dwellEndsMs + Math.max(0, Math.floor((nowMs - dwellEndsMs) / dayMs)) * dayMs
  if (isCool(warmMs)) return warmMs
  const horizonMs = warmMs + horizonDays * dayMs
  let coolMs = warmMs + dayMs
  while (!isCool(coolMs)) {
    warmMs = coolMs
    coolMs += dayMs
    if (coolMs > horizonMs) return isFadingAfter(evidence, scoring, horizonMs) ? horizonMs : undefined
  }
  while (coolMs - warmMs > 60_000) {
    const middleMs = Math.floor((warmMs + coolMs) / 2)
    if (isCool(middleMs)) coolMs = middleMs
    else warmMs = middleMs
  }
  return coolMs
}

const isFadingAfter = (evidence: Evidence, scoring: Scoring, atMs: number): boolean =>
  scoreLead(evidence, scoring, atMs).lines.some(
    ({ fadesAtMs }) => fadesAtMs !== undefined && fadesAtMs > atMs,
  )
