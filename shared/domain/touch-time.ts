/** When a lead's next email is due: its wait, the pauses that hold it back, its window, and what lateness makes of it. */
import { fractionOf } from './assign.ts'
import { afterWait, dayMs, hourMs, isWithinSendWindow, nextInWindow, spreadInWindow } from './cadence.ts'
import type { Campaign, EmailStep } from './campaign.ts'
import type { Enrolment } from './enrolment.ts'
import type { LeadState } from './fold.ts'

export interface TouchTime {
  /** Epoch milliseconds; may be past. */
  readonly dueAtMs: number
  /** Later than its lateness allows, of a kind that is then passed over. */
  readonly isTooLate: boolean
}

/** Retries, throttling and a queue's delay take less; what is later than this is late. */
const onTimeMs = 2 * hourMs

/** A moment that was reached stays the answer for so long: a schedule fires to the minute, and queues take time. */
const graceMs = hourMs

export const touchTimeOf = (
  enrolment: Enrolment,
  step: EmailStep,
  state: LeadState,
  campaign: Campaign,
  nowMs: number,
): TouchTime => {
  const { timeZone } = state
  const { window, wait, lateness } = step
  const { calendar } = campaign
  const naturalMs = afterWait(enrolment.waitsFromMs, wait, calendar, timeZone)
  const heldUntilMs = heldUntil(state, campaign)
  const fraction = fractionOf(state.leadId, enrolment.id, step.id, 'moment')
  const spread = (fromMs: number) => spreadInWindow(fromMs, fraction, window, calendar, timeZone)
  const open = (fromMs: number) => (window ? nextInWindow(fromMs, window, calendar, timeZone) : fromMs)
  const releasedAtMs = changedUnderWayMs(enrolment, campaign)
  // Made due by the change itself, together with many others: each has a moment of its own.
  const isMadeDue = releasedAtMs !== undefined && naturalMs <= releasedAtMs
  const plannedMs = isMadeDue
    ? spread(Math.max(releasedAtMs, heldUntilMs))
    : open(Math.max(naturalMs, heldUntilMs))
  const lateMs = nowMs - plannedMs
  if (lateMs <= onTimeMs)
    return { dueAtMs: whileOpen(plannedMs, step, state, campaign, nowMs), isTooLate: false }
  // Late emails of several sequences come one a day.
  const fromMs = Math.max(plannedMs, (state.marketingAtMs.at(-1) ?? Number.NEGATIVE_INFINITY) + dayMs)
  if (lateMs <= lateness.maximumHours * hourMs || fromMs > nowMs)
    return { dueAtMs: whileOpen(open(fromMs), step, state, campaign, nowMs), isTooLate: false }
  if (lateness.beyond === 'skip') return { dueAtMs: plannedMs, isTooLate: true }
  if (lateness.beyond === 'spread')
    return { dueAtMs: whileOpen(spread(nowMs), step, state, campaign, nowMs), isTooLate: false }
  const { until } = wait
  const nextMs = until ? open(afterWait(nowMs - graceMs, { until }, calendar, timeZone)) : open(nowMs)
  return { dueAtMs: whileOpen(nextMs, step, state, campaign, nowMs), isTooLate: false }
}

/** The due time stays as it is while a touch is overdue inside its window; an outage does not excuse 3 a.m. */
const whileOpen = (
  dueAtMs: number,
  { window }: EmailStep,
  { timeZone }: LeadState,
  { calendar }: Campaign,
  nowMs: number,
): number =>
  !window || dueAtMs >= nowMs || isWithinSendWindow(nowMs, window, calendar, timeZone)
    ? dueAtMs
    : nextInWindow(nowMs, window, calendar, timeZone)

/** Until when nothing may go to the lead: the gap, the cap, the pause it asked for, and the time it was with sales. */
const heldUntil = (
  { marketingAtMs, snoozedUntilMs = Number.NEGATIVE_INFINITY, cycle }: LeadState,
  { minimumGapHours, frequencyCap }: Campaign,
): number => {
  const lastMs = marketingAtMs.at(-1)
  const cappedMs = frequencyCap && marketingAtMs.at(-frequencyCap.emails)
  return Math.max(
    snoozedUntilMs,
    lastMs === undefined ? Number.NEGATIVE_INFINITY : lastMs + minimumGapHours * hourMs,
    cappedMs === undefined ? Number.NEGATIVE_INFINITY : cappedMs + (frequencyCap?.days ?? 0) * dayMs,
    cycle?.status === 'cooled' || cycle?.status === 'returned' ? cycle.sinceMs : Number.NEGATIVE_INFINITY,
  )
}

/** When the sequence last changed, of a lead that was under way then and goes by the new version. */
const changedUnderWayMs = ({ sequence, startMs }: Enrolment, { history }: Campaign): number | undefined => {
  const releases = sequence ? (history?.[sequence.id] ?? []) : []
  const last = releases.at(-1)
  return releases.length > 1 && last?.sequence.version === sequence?.version && startMs < (last?.sinceMs ?? 0)
    ? last?.sinceMs
    : undefined
}
