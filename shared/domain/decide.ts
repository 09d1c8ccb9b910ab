/** What comes next for a lead: one email at a time, a wait, the hand-over to sales, or nothing more and why. */

import { isInHoldOut, variantOf } from './assign.ts'
import { afterWait, dayMs, hourMs } from './cadence.ts'
import type { Branch, Campaign, EmailStep } from './campaign.ts'
import { type Enrolment, nextStep } from './enrolment.ts'
import type { Fact, FactKind, LeadCaptured, TouchRef } from './facts.ts'
import type { LeadState } from './fold.ts'
import { type Cycle, readinessOf, warmUntilMs } from './readiness.ts'
import { isConditionMet, type Situation } from './step-condition.ts'
import { touchTimeOf } from './touch-time.ts'

/** One planned email. */
export interface Touch extends TouchRef {
  /** The email's id in the campaign. */
  readonly email: string
  /** Which variant of a test that is. */
  readonly variant?: string
  readonly purpose: Enrolment['purpose']
  /** Epoch milliseconds; may be past. */
  readonly dueAtMs: number
  /** Of a confirmation: the submission that it is about. It goes to the address of that one. */
  readonly answers?: Pick<LeadCaptured, 'submission' | 'email' | 'atMs' | 'network'>
}

/** Where the touch goes. */
export const recipientOf = ({ answers }: Touch, { email }: Pick<LeadState, 'email'>): string | undefined =>
  answers?.email ?? email

export type StopReason =
  | 'notCaptured'
  | 'suppressed'
  | 'qualified'
  | 'accepted'
  | 'won'
  | 'lost'
  | 'exhausted'
  /** The confirmation could not be sent in time; a new submission starts over. */
  | 'lapsed'

/** A decision may name a time at which the lead changes without anything happening; it is looked at again then. */
export type Decision = (
  | { readonly kind: 'send'; readonly touch: Touch }
  /** Something holds that no fact records yet: these facts come first, and then the lead is decided on again. */
  | { readonly kind: 'record'; readonly facts: readonly Fact[] }
  | { readonly kind: 'wait'; readonly reason: 'confirmation' | 'branch' }
  | { readonly kind: 'qualify'; readonly cycle: number }
  /** Sales has not accepted the lead, and its points have faded: it is nurtured again. */
  | { readonly kind: 'cool'; readonly cycle: number }
  | { readonly kind: 'stop'; readonly reason: StopReason }
) & { readonly lookAgainAtMs?: number }

export const decide = (state: LeadState, campaign: Campaign, nowMs: number): Decision => {
  if (state.suppression) return whileSuppressed(state, campaign, nowMs)
  if (state.email === undefined) return { kind: 'stop', reason: 'notCaptured' }
  const { cycle, stage } = state
  if (stage === 'accepted' || stage === 'won' || stage === 'lost') return { kind: 'stop', reason: stage }
  if (cycle?.status === 'open') return whileQualified(cycle, state, campaign, nowMs)
  const unrecorded = beginningOrEnds(state, campaign, nowMs)
  if (unrecorded.length > 0) return { kind: 'record', facts: unrecorded }
  const upcoming = upcomingOf(state, campaign, nowMs)
  const resolved = upcoming.flatMap((one) => withoutSending(one, state, campaign, nowMs) ?? [])
  if (resolved.length > 0) return { kind: 'record', facts: resolved }
  // A lead that has not confirmed may be a stranger whose address someone else typed: sales never hears of it.
  const isPending = stage === 'pending'
  const { thresholds } = campaign.scoring
  const readiness = isPending
    ? ({ kind: 'notReady' } as const)
    : readinessOf(state.rise, cycle, thresholds, nowMs)
  if (readiness.kind === 'ready') return { kind: 'qualify', cycle: (cycle?.qualified.cycle ?? 0) + 1 }
  const branchAtMs = nextBranchAtMs(upcoming)
  const again = earliest(readiness.kind === 'coolingDown' ? readiness.untilMs : undefined, branchAtMs)
  const touch = nextTouch(upcoming, state, campaign)
  if (touch) return { kind: 'send', touch, ...again }
  if (branchAtMs !== undefined) return { kind: 'wait', reason: 'branch', ...again }
  if (!isPending) return { kind: 'stop', reason: 'exhausted', ...again }
  const { enrolments } = state
  return enrolments.length > 0 && enrolments.every(({ hasLapsed }) => hasLapsed)
    ? { kind: 'stop', reason: 'lapsed' }
    : { kind: 'wait', reason: 'confirmation' }
}

/** Nothing, but the question whether a new submission was meant, where the lead's own yes can end the suppression. */
const whileSuppressed = (state: LeadState, campaign: Campaign, nowMs: number): Decision => {
  const { cycle } = state
  const isWithSales = cycle !== undefined && cycle.status !== 'cooled' && cycle.status !== 'returned'
  const enrolments = state.enrolments.filter(({ purpose }) => purpose === 'confirmation')
  const touch = isWithSales
    ? undefined
    : nextTouch(upcomingOf({ ...state, enrolments }, campaign, nowMs), state, campaign)
  return touch ? { kind: 'send', touch } : { kind: 'stop', reason: 'suppressed' }
}

const whileQualified = (cycle: Cycle, state: LeadState, campaign: Campaign, nowMs: number): Decision => {
  const lookAgainAtMs = warmUntilMs(state.evidence, campaign.scoring, cycle, nowMs)
  if (lookAgainAtMs === undefined) return { kind: 'stop', reason: 'qualified' }
  return lookAgainAtMs <= nowMs
    ? { kind: 'cool', cycle: cycle.qualified.cycle }
    : { kind: 'stop', reason: 'qualified', lookAgainAtMs }
}

/**
 * What a look writes itself, and has taken into account already; and what only the report counts, beside its CLICKED.
 * Of all of them a score rule may make more.
 */
const undecisive: ReadonlySet<FactKind> = new Set([
  'DELIVERED',
  'OPENED',
  'ENROLLED',
  'BRANCHED',
  'SKIPPED',
  'ENDED',
  'RESPONDED',
])

/** Whether a fact of this kind can change any decision: deliveries and opens do so only where a score rule counts them. */
export const isDecisive = (kind: FactKind, campaign: Campaign): boolean =>
  !undecisive.has(kind) || campaign.scoring.rules.some(({ when }) => 'fact' in when && when.fact === kind)

/** Kinds of fact for which nobody need look at a lead. */
export const undecisiveKinds = (campaign: Campaign): FactKind[] =>
  [...undecisive].filter((kind) => !isDecisive(kind, campaign))

/** What must be on record before anything else is asked: beginnings, and goals and exits reached. */
const beginningOrEnds = (state: LeadState, campaign: Campaign, nowMs: number): Fact[] => {
  const marketing = state.enrolments.filter(({ purpose, ended }) => purpose === 'marketing' && !ended)
  // One at a time: of two that began together only one is the lead's first, and it says whether the lead is held out.
  const begun = marketing.find(({ isRecorded }) => !isRecorded)
  if (begun) return [enrolled(begun, state, campaign)]
  return marketing.flatMap((enrolment) => endOf(enrolment, state, nowMs) ?? [])
}

const enrolled = (
  { id, sequence, startMs, isHeldOut }: Enrolment,
  { leadId, enrolments }: LeadState,
  { holdOutPercent }: Campaign,
): Fact => {
  const isFirst = !enrolments.some(({ purpose, isRecorded }) => purpose === 'marketing' && isRecorded)
  const staysOut = isHeldOut || (isFirst && isInHoldOut(leadId, holdOutPercent))
  return {
    kind: 'ENROLLED',
    enrolment: id,
    version: sequence?.version ?? '',
    atMs: startMs,
    ...(isFirst && { isFirst: true }),
    ...(staysOut && { isHeldOut: true }),
  }
}

const endOf = (enrolment: Enrolment, state: LeadState, nowMs: number): Fact | undefined => {
  const { id, sequence, startMs } = enrolment
  if (!sequence || !nextStep(enrolment)) return undefined
  const situation = situationOf(state, startMs)
  const reason =
    sequence.goal && isConditionMet(sequence.goal, situation, nowMs)
      ? 'goal'
      : sequence.exits.some((exit) => isConditionMet(exit, situation, nowMs))
        ? 'exit'
        : undefined
  return reason && { kind: 'ENDED', enrolment: id, reason, atMs: nowMs }
}

/** What stands next in an enrolment, and when it comes. */
type Upcoming = { readonly enrolment: Enrolment; readonly atMs: number } & (
  | { readonly kind: 'email'; readonly step: EmailStep; readonly isTooLate: boolean }
  | { readonly kind: 'branch'; readonly branch: Branch }
  | { readonly kind: 'confirmation'; readonly step: string }
)

const upcomingOf = (state: LeadState, campaign: Campaign, nowMs: number): Upcoming[] => {
  const upcoming: Upcoming[] = []
  for (const enrolment of state.enrolments) {
    const next = nextStep(enrolment)
    if (!next) continue
    const { id, plan } = next
    if (!plan) upcoming.push({ kind: 'confirmation', enrolment, step: id, atMs: enrolment.startMs })
    else if ('arms' in plan) {
      const atMs = afterWait(enrolment.waitsFromMs, plan.wait, campaign.calendar, state.timeZone)
      upcoming.push({ kind: 'branch', enrolment, branch: plan, atMs })
    } else {
      const { dueAtMs, isTooLate } = touchTimeOf(enrolment, plan, state, campaign, nowMs)
      upcoming.push({ kind: 'email', enrolment, step: plan, atMs: dueAtMs, isTooLate })
    }
  }
  return upcoming
}

/** A branch whose wait is over, or an email that is due and not to be sent. */
const withoutSending = (
  upcoming: Upcoming,
  state: LeadState,
  campaign: Campaign,
  nowMs: number,
): Fact | undefined => {
  const { enrolment, atMs } = upcoming
  if (upcoming.kind === 'confirmation' || atMs > nowMs) return undefined
  if (upcoming.kind === 'branch') {
    const { branch } = upcoming
    const situation = situationOf(state, enrolment.startMs)
    const arm = branch.arms.find(({ when }) => !when || isConditionMet(when, situation, nowMs))
    const touch = { enrolment: enrolment.id, step: branch.id }
    return { kind: 'BRANCHED', ...touch, ...(arm && { arm: arm.id }), atMs: nowMs }
  }
  const { step, isTooLate } = upcoming
  const reason = isTooLate
    ? 'late'
    : hadAlready(step, state, campaign, nowMs)
      ? 'hadAlready'
      : step.when && !isConditionMet(step.when, situationOf(state, enrolment.startMs), nowMs)
        ? 'condition'
        : undefined
  return reason && { kind: 'SKIPPED', enrolment: enrolment.id, step: step.id, reason, atMs: nowMs }
}

const situationOf = ({ evidence, score, facts }: LeadState, sinceMs: number): Situation => ({
  evidence,
  totalHundredths: score.totalHundredths,
  facts,
  sinceMs,
})

const hadAlready = (
  step: EmailStep,
  { facts, leadId }: LeadState,
  { repeatAfterDays }: Campaign,
  nowMs: number,
): boolean => {
  const { email } = choose(leadId, step)
  return facts.some(
    (fact) => fact.kind === 'SENT' && fact.email === email && nowMs - fact.atMs < repeatAfterDays * dayMs,
  )
}

/** What a lead gets of a step: its email, or its variant of it. */
const choose = (leadId: string, { id, email, variants }: EmailStep): { email: string; variant?: string } => {
  const variant = variants && variantOf(leadId, id, variants)
  return variant ? { email: variant.email, variant: variant.id } : { email }
}

/**
 * The touch due first over all enrolments; of two within the gap between emails, that of the sequence with the higher
 * priority. A lead that has not confirmed waits for nothing else.
 */
const nextTouch = (
  upcoming: readonly Upcoming[],
  { leadId }: LeadState,
  { minimumGapHours }: Campaign,
): Touch | undefined => {
  let first: Exclude<Upcoming, { kind: 'branch' }> | undefined
  for (const one of upcoming) if (one.kind !== 'branch' && (!first || one.atMs < first.atMs)) first = one
  if (!first) return undefined
  // A confirmation answers a submission, and is due when that says.
  if (first.kind === 'confirmation') {
    const { enrolment, step, atMs } = first
    const touch = { enrolment: enrolment.id, step, email: 'confirm', dueAtMs: atMs }
    return {
      ...touch,
      purpose: 'confirmation',
      ...(enrolment.answers && { answers: answered(enrolment.answers) }),
    }
  }
  let best = first
  for (const one of upcoming)
    if (
      one.kind === 'email' &&
      priorityOf(one.enrolment) > priorityOf(best.enrolment) &&
      one.atMs < first.atMs + minimumGapHours * hourMs
    )
      best = one
  const { enrolment, step, atMs } = best
  return {
    enrolment: enrolment.id,
    step: step.id,
    ...choose(leadId, step),
    purpose: 'marketing',
    dueAtMs: atMs,
  }
}

const answered = ({ submission, email, atMs, network }: LeadCaptured): NonNullable<Touch['answers']> => ({
  submission,
  email,
  atMs,
  ...(network !== undefined && { network }),
})

const priorityOf = ({ sequence }: Enrolment): number => sequence?.priority ?? 0

/** When the lead comes to its next branch; absent where none is next. */
const nextBranchAtMs = (upcoming: readonly Upcoming[]): number | undefined => {
  let nextMs: number | undefined
  for (const { kind, atMs } of upcoming)
    if (kind === 'branch' && (nextMs === undefined || atMs < nextMs)) nextMs = atMs
  return nextMs
}

const earliest = (...times: readonly (number | undefined)[]): { lookAgainAtMs?: number } => {
  const known = times.filter((atMs) => atMs !== undefined)
  return known.length === 0 ? {} : { lookAgainAtMs: Math.min(...known) }
}
