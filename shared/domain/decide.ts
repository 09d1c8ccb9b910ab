/** What comes next for a lead: one email at a time, a wait, the hand-over to sales, or nothing more and why. */

import { dayMs, hourMs, isWithinSendWindow, nextInWindow } from './cadence.ts'
import type { Calendar, Campaign, SendWindow } from './campaign.ts'
import type { FactKind, TouchRef } from './facts.ts'
import { type Enrolment, type LeadState, nextStep } from './fold.ts'
import { type Cycle, readinessOf, warmUntilMs } from './readiness.ts'

/** One planned email. */
export interface Touch extends TouchRef {
  /** The email's id in the campaign. */
  readonly email: string
  readonly purpose: Enrolment['purpose']
  /** Epoch milliseconds; may be past. */
  readonly dueAtMs: number
}

export type StopReason =
  | 'notCaptured'
  | 'suppressed'
  | 'qualified'
  | 'accepted'
  | 'won'
  | 'lost'
  | 'exhausted'
  /** The confirmation could not be sent in time; a new submission starts anew. */
  | 'lapsed'

/** A decision may name a time at which the lead changes without anything happening; it is looked at again then. */
export type Decision = (
  | { readonly kind: 'send'; readonly touch: Touch }
  | { readonly kind: 'wait'; readonly reason: 'confirmation' }
  | { readonly kind: 'qualify'; readonly cycle: number }
  /** Sales has not accepted the lead, and its points have faded: it is nurtured again. */
  | { readonly kind: 'cool'; readonly cycle: number }
  | { readonly kind: 'stop'; readonly reason: StopReason }
) & { readonly lookAgainAtMs?: number }

export const decide = (state: LeadState, campaign: Campaign, nowMs: number): Decision => {
  if (state.suppression) return { kind: 'stop', reason: 'suppressed' }
  if (state.email === undefined) return { kind: 'stop', reason: 'notCaptured' }
  const { cycle } = state
  if (state.stage === 'accepted' || state.stage === 'won' || state.stage === 'lost')
    return { kind: 'stop', reason: state.stage }
  if (cycle?.status === 'open') return whileQualified(cycle, state, campaign, nowMs)
  // Who has not confirmed may be a stranger whose address someone else typed: sales never hears of them.
  const isPending = state.stage === 'pending'
  const { thresholds } = campaign.scoring
  const readiness = isPending
    ? ({ kind: 'notReady' } as const)
    : readinessOf(state.rise, cycle, thresholds, nowMs)
  if (readiness.kind === 'ready') return { kind: 'qualify', cycle: (cycle?.qualified.cycle ?? 0) + 1 }
  const again = readiness.kind === 'coolingDown' ? { lookAgainAtMs: readiness.untilMs } : {}
  const touch = nextTouch(state, campaign, nowMs)
  if (touch) return { kind: 'send', touch, ...again }
  if (!isPending) return { kind: 'stop', reason: 'exhausted', ...again }
  const { enrolments } = state
  return enrolments.length > 0 && enrolments.every(({ hasLapsed }) => hasLapsed)
    ? { kind: 'stop', reason: 'lapsed' }
    : { kind: 'wait', reason: 'confirmation' }
}

const whileQualified = (cycle: Cycle, state: LeadState, campaign: Campaign, nowMs: number): Decision => {
  const lookAgainAtMs = warmUntilMs(state.evidence, campaign.scoring, cycle, nowMs)
  if (lookAgainAtMs === undefined) return { kind: 'stop', reason: 'qualified' }
  return lookAgainAtMs <= nowMs
    ? { kind: 'cool', cycle: cycle.qualified.cycle }
    : { kind: 'stop', reason: 'qualified', lookAgainAtMs }
}

/** Whether a fact of this kind can change any decision: deliveries and opens do so only where a score rule counts them. */
export const isDecisive = (kind: FactKind, campaign: Campaign): boolean =>
  (kind !== 'DELIVERED' && kind !== 'OPENED') ||
  campaign.scoring.rules.some(({ when }) => 'fact' in when && when.fact === kind)

/** The touch due first over all enrolments; of two due together, the one of the earlier enrolment. */
const nextTouch = (state: LeadState, campaign: Campaign, nowMs: number): Touch | undefined => {
  let first: Touch | undefined
  for (const enrolment of state.enrolments) {
    const touch = touchOf(enrolment, state, campaign, nowMs)
    if (touch && (first === undefined || touch.dueAtMs < first.dueAtMs)) first = touch
  }
  return first
}

const touchOf = (
  enrolment: Enrolment,
  state: LeadState,
  campaign: Campaign,
  nowMs: number,
): Touch | undefined => {
  const step = nextStep(enrolment)
  if (!step) return undefined
  const previous = enrolment.steps[enrolment.steps.indexOf(step) - 1]
  // A confirmation answers a submission, and is due when that says; the others follow each other.
  const baseMs =
    enrolment.purpose === 'confirmation' ? enrolment.startMs : (previous?.doneAtMs ?? enrolment.startMs)
  const earliestMs = Math.max(baseMs + step.delayDays * dayMs, gapEndsMs(enrolment, state, campaign))
  const dueAtMs = step.window ? inWindow(earliestMs, step.window, state.timeZone, nowMs) : earliestMs
  return { enrolment: enrolment.id, step: step.id, email: step.email, purpose: enrolment.purpose, dueAtMs }
}

/** A campaign has no calendar of its own yet. */
const weekdaysOnly: Calendar = { businessDays: [1, 2, 3, 4, 5], holidays: [] }

/** The due time stays as it is while a touch is overdue inside its window; an outage does not excuse 3 a.m. */
const inWindow = (earliestMs: number, window: SendWindow, timeZone: string, nowMs: number): number => {
  const dueAtMs = nextInWindow(earliestMs, window, weekdaysOnly, timeZone)
  return dueAtMs >= nowMs || isWithinSendWindow(nowMs, window, weekdaysOnly, timeZone)
    ? dueAtMs
    : nextInWindow(nowMs, window, weekdaysOnly, timeZone)
}

const gapEndsMs = (enrolment: Enrolment, state: LeadState, campaign: Campaign): number =>
  enrolment.purpose === 'confirmation' || state.lastMarketingAtMs === undefined
    ? 0
    : state.lastMarketingAtMs + campaign.minimumGapHours * hourMs
