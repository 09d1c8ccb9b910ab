/** Why an email goes out when it does, in words: its wait, what held it back, its window, the Scheduler's minutes. */
import {
  clockText,
  delayAfterText,
  weekdayShort,
  windowText,
} from '../../shared/campaign/schema/timing-words.ts'
import { afterWait, dayMs, hourMs, nextInWindow } from '../../shared/domain/cadence.ts'
import { isHoliday, weekdayOf } from '../../shared/domain/calendar.ts'
import type { Campaign, EmailStep } from '../../shared/domain/campaign.ts'
import type { Touch } from '../../shared/domain/decide.ts'
import type { LeadState } from '../../shared/domain/fold.ts'
import { wallClockMs } from '../../shared/domain/wall-clock.ts'

/** `Tue, 1 Dec 2026, 09:00 (UTC+05:30)`: the lead's own clock. */
export const localTime = (atMs: number, timeZone: string): string => {
  const wall = new Date(wallClockMs(atMs, timeZone))
  const [date, time] = wall.toISOString().slice(0, 16).split('T')
  const offsetMinutes = Math.round((wall.getTime() - atMs) / 60_000)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const offset = `${sign}${clockText(Math.abs(offsetMinutes))}`
  return `${weekdayShort(((wall.getUTCDay() + 6) % 7) + 1)} ${date} ${time} (UTC${offset})`
}

/** As far as it can be said simply; `state` is the lead's just before the email. */
export const whyThen = (touch: Touch, state: LeadState, campaign: Campaign, atMs: number): string => {
  const enrolment = state.enrolments.find(({ id }) => id === touch.enrolment)
  const plan = enrolment?.steps.find(({ id }) => id === touch.step)?.plan
  if (!enrolment || !plan || 'arms' in plan) return 'it answers the submission, and asks to confirm'
  const { calendar } = campaign
  const { timeZone } = state
  const isFirst = enrolment.steps.every(({ doneAtMs }) => doneAtMs === undefined)
  const naturalMs = afterWait(enrolment.waitsFromMs, plan.wait, calendar, timeZone)
  const held = heldBack(naturalMs, state, campaign)
  const fromMs = Math.max(naturalMs, held?.untilMs ?? naturalMs)
  const parts = [
    delayAfterText(plan.wait, isFirst ? 'it began' : 'the step before'),
    ...(held ? [held.text] : []),
    ...windowReasons(plan, fromMs, campaign, timeZone),
  ]
  const openMs = plan.window ? nextInWindow(fromMs, plan.window, calendar, timeZone) : fromMs
  if (openMs !== touch.dueAtMs)
    parts.push('its time was replanned, because it was late or the sequence changed')
  const lateMinutes = Math.round((atMs - touch.dueAtMs) / 60_000)
  if (lateMinutes > 0)
    parts.push(
      `the Scheduler takes ${lateMinutes} ${lateMinutes === 1 ? 'minute' : 'minutes'} of its quarter of an hour`,
    )
  return parts.join('; ')
}

/** The gap between emails, the cap, a pause that the lead asked for: touch-time.ts has the rule. */
const heldBack = (
  naturalMs: number,
  { marketingAtMs, snoozedUntilMs, cycle }: LeadState,
  { minimumGapHours, frequencyCap }: Campaign,
): { untilMs: number; text: string } | undefined => {
  const lastMs = marketingAtMs.at(-1)
  const cappedMs = frequencyCap && marketingAtMs.at(-frequencyCap.emails)
  const holds = [
    ...(snoozedUntilMs === undefined
      ? []
      : [{ untilMs: snoozedUntilMs, text: 'the lead asked for a pause' }]),
    ...(lastMs === undefined
      ? []
      : [
          {
            untilMs: lastMs + minimumGapHours * hourMs,
            text: `held back for the gap of ${minimumGapHours} hours between emails`,
          },
        ]),
    ...(frequencyCap && cappedMs !== undefined
      ? [
          {
            untilMs: cappedMs + frequencyCap.days * dayMs,
            text: `held back by the cap of ${frequencyCap.emails} emails in ${frequencyCap.days} days`,
          },
        ]
      : []),
    ...(cycle?.status === 'cooled' || cycle?.status === 'returned'
      ? [{ untilMs: cycle.sinceMs, text: 'sales had the lead until then' }]
      : []),
  ].filter(({ untilMs }) => untilMs > naturalMs)
  return holds.reduce<(typeof holds)[number] | undefined>(
    (latest, hold) => (!latest || hold.untilMs > latest.untilMs ? hold : latest),
    undefined,
  )
}

const windowReasons = (
  { window }: EmailStep,
  fromMs: number,
  { calendar }: Campaign,
  timeZone: string,
): string[] => {
  if (!window) return []
  const openMs = nextInWindow(fromMs, window, calendar, timeZone)
  if (openMs === fromMs) return [`inside its window ${windowText(window)}`]
  const dates = Array.from(
    {
      length:
        Math.floor(wallClockMs(openMs, timeZone) / dayMs) - Math.floor(wallClockMs(fromMs, timeZone) / dayMs),
    },
    (_, ahead) => Math.floor(wallClockMs(fromMs, timeZone) / dayMs) + ahead,
  )
  const holiday = dates.find((date) => isHoliday(date, calendar) && window.weekdays.includes(weekdayOf(date)))
  return [
    `that was ${localTime(fromMs, timeZone)}, outside its window ${windowText(window)}`,
    ...(holiday === undefined
      ? []
      : [`${new Date(holiday * dayMs).toISOString().slice(0, 10)} is a holiday`]),
  ]
}
