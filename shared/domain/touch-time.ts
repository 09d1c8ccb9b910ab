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

/** A moment that was reached stays the answer for this long: a schedule fires to the minute, and queues take time. */
const graceMs = hourMs

const never = Number.NEGATIVE_INFINITY

export const touchTimeOf = (
  enrolment: Enrolment,
  step: EmailStep,
  state: LeadState,
  campaign: Campaign,
  nowMs: number,
): TouchTime => {
  const { window, wait, lateness } = step
  const { timeZone, marketingAtMs } = state
  const { calendar } = campaign
  const open = (fromMs: number) => (window ? nextInWindow(fromMs, window, calendar, timeZone) : fromMs)
  const fraction = () => fractionOf(state.leadId, enrolment.id, step.id, 'moment')
  // Asked for an hour ahead, so that no moment before `fromMs` is meant.
  const spreadFrom = (fromMs: number) =>
    spreadInWindow(fromMs + graceMs, fraction(), window, calendar, timeZone)
  const sendAt = (dueAtMs: number): TouchTime => ({
    dueAtMs: whileOpen(dueAtMs, step, state, campaign, nowMs),
    isTooLate: false,
  })

  const naturalMs = afterWait(enrolment.waitsFromMs, wait, calendar, timeZone)
  const lastMs = marketingAtMs.at(-1) ?? never
  const betweenMs = betweenEmails(state, campaign)
  const releasedAtMs = changedUnderWayMs(enrolment, campaign)
  const ownMs =
    releasedAtMs !== undefined && naturalMs <= releasedAtMs
      ? // Made due by the change itself, together with many others: each has a moment of its own.
        spreadFrom(Math.max(releasedAtMs, pausedUntil(state), betweenMs))
      : open(Math.max(naturalMs, pausedUntil(state)))
  // An email that went out in time holds this one back for good reason; one that went out when this was late already does not.
  const plannedMs = lastMs <= ownMs + onTimeMs ? open(Math.max(ownMs, betweenMs)) : ownMs
  const lateMs = nowMs - plannedMs
  if (lateMs <= onTimeMs) return sendAt(plannedMs)

  if (lateMs > lateness.maximumHours * hourMs && lateness.beyond === 'skip')
    return { dueAtMs: plannedMs, isTooLate: true }
  const fromMs = Math.max(plannedMs, betweenMs, lastMs + dayMs)
  if (lateMs <= lateness.maximumHours * hourMs) return sendAt(open(fromMs))
  if (lateness.beyond === 'spread')
    return sendAt(spreadInWindow(Math.max(nowMs, fromMs + graceMs), fraction(), window, calendar, timeZone))
  const { until } = wait
  return sendAt(
    open(
      until
        ? afterWait(Math.max(nowMs - graceMs, fromMs), { until }, calendar, timeZone)
        : Math.max(nowMs, fromMs),
    ),
  )
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

/** Until when the lead is not to be written to at all: the pause it asked for, and the time it was with sales. */
const pausedUntil = ({ snoozedUntilMs = never, cycle }: LeadState): number =>
  Math.max(snoozedUntilMs, cycle?.status === 'cooled' || cycle?.status === 'returned' ? cycle.sinceMs : never)

/** Until when the emails that went out hold the next one back: the gap, the cap, and a day after one that came late. */
const betweenEmails = (state: LeadState, campaign: Campaign): number => {
  const { marketingAtMs } = state
  const { minimumGapHours, frequencyCap } = campaign
  const lastMs = marketingAtMs.at(-1)
  if (lastMs === undefined) return never
  const cappedMs = frequencyCap && marketingAtMs.at(-frequencyCap.emails)
  const gapHours = minimumGapHours < 24 && wasLate(state, campaign) ? 24 : minimumGapHours
  return Math.max(
    lastMs + gapHours * hourMs,
    cappedMs === undefined ? never : cappedMs + (frequencyCap?.days ?? 0) * dayMs,
  )
}

/** Whether the last email came later than the gap after another explains. */
const wasLate = ({ enrolments, marketingAtMs, timeZone }: LeadState, campaign: Campaign): boolean => {
  const lastMs = marketingAtMs.at(-1)
  for (const { purpose, steps, startMs } of enrolments) {
    if (purpose === 'confirmation') continue
    const plan = steps.find(({ doneAtMs }) => doneAtMs === lastMs)?.plan
    if (!plan || lastMs === undefined || 'arms' in plan) continue
    const waitedFromMs = steps.reduce(
      (latestMs, { doneAtMs = never }) => (doneAtMs < lastMs ? Math.max(latestMs, doneAtMs) : latestMs),
      startMs,
    )
    const naturalMs = afterWait(waitedFromMs, plan.wait, campaign.calendar, timeZone)
    const ownMs = plan.window ? nextInWindow(naturalMs, plan.window, campaign.calendar, timeZone) : naturalMs
    return lastMs > ownMs + campaign.minimumGapHours * hourMs + onTimeMs
  }
  return false
}

/** When the sequence last changed, of a lead that was under way then and goes by the new version. */
const changedUnderWayMs = ({ sequence, startMs }: Enrolment, { history }: Campaign): number | undefined => {
  const releases = sequence && history?.[sequence.id]
  if (!releases) return undefined
  // Functions that start together may each have recorded one release; it counts from the first of them.
  const at = releases.findLastIndex(
    ({ sequence: { version } }, place) => version !== releases[place - 1]?.sequence.version,
  )
  const last = releases[at]
  return at > 0 && last?.sequence.version === sequence?.version && startMs < (last?.sinceMs ?? 0)
    ? last?.sinceMs
    : undefined
}
