/** When a touch may go out: after its wait, inside the step's window, on the lead's own clock and calendar. */
import { isBusinessDay, isHoliday, weekdayOf } from './calendar.ts'
import type { Calendar, SendWindow, Wait } from './campaign.ts'
import { dayMs, instantOf, wallClockMs } from './wall-clock.ts'

export { dayMs }
export const hourMs = 3_600_000
const minuteMs = 60_000

/** No business closes for this long; a calendar that says so is a mistake, and looking on would never end. */
const daysLookedAhead = 60

/**
 * When a wait that began at `fromMs` is over, in epoch milliseconds; never before `fromMs`. Wall times follow daylight
 * saving: one that is skipped comes later by as much as is skipped, one that comes twice is its first. `until` takes
 * that instant or none of the date: where the first of two has passed and the second is ahead, it is the next date that
 * fits. Throws a RangeError where the calendar leaves no such date for 60 days.
 */
export const afterWait = (fromMs: number, wait: Wait, calendar: Calendar, timeZone: string): number => {
  let atMs = Math.round(fromMs + (wait.hours ?? 0) * hourMs)
  if (wait.days) atMs = instantOf(wallClockMs(atMs, timeZone) + wait.days * dayMs, timeZone)
  if (wait.businessDays) atMs = afterBusinessDays(atMs, wait.businessDays, calendar, timeZone)
  return wait.until ? onFrom(atMs, wait.until, calendar, timeZone) : atMs
}

/**
 * The first instant at or after `atMs` that lies in the window, in epoch milliseconds. The window opens on local dates
 * of its weekdays that are no holiday, and ends with its date. Its edges follow daylight saving: 09:00 is 09:00 by the
 * wall clock on the day of the change too, an edge that is skipped comes later by as much as is skipped, and one that
 * comes twice is its first. A window of which nothing is left that way does not open that day. Throws a RangeError
 * where it does not open for 60 days.
 */
export const nextInWindow = (
  atMs: number,
  window: SendWindow,
  calendar: Calendar,
  timeZone: string,
): number => {
  for (const { opensMs, closesMs } of openings(dateOf(atMs, timeZone), window, calendar, timeZone))
    if (atMs < closesMs) return Math.max(atMs, opensMs)
  throw neverOpens()
}

/** Whether the instant lies in the window: not before it opens, and before it closes. */
export const isWithinSendWindow = (
  atMs: number,
  window: SendWindow,
  calendar: Calendar,
  timeZone: string,
): boolean => {
  const opening = openingOn(dateOf(atMs, timeZone), window, calendar, timeZone)
  return opening !== undefined && opening.opensMs <= atMs && atMs < opening.closesMs
}

/**
 * The moment at `fraction` (0 inclusive to 1 exclusive) of the window's length, as long as the clocks make it that day.
 * It is the first such moment that is not more than an hour before `atMs`: a scheduler fires to the minute and queues
 * take time, so the answer stays for an hour once it has come, even if the window closes meanwhile. Without a window
 * each local day is one, holidays too. Throws a RangeError where the window does not open for 60 days.
 */
export const spreadInWindow = (
  atMs: number,
  fraction: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): number => {
  const sinceMs = atMs - hourMs
  for (const { opensMs, closesMs } of openings(dateOf(sinceMs, timeZone), window, calendar, timeZone)) {
    // Whole milliseconds, and rounded before they are added: the last fraction below 1 is still before it closes.
    const momentMs = opensMs + Math.floor(fraction * (closesMs - opensMs))
    if (momentMs >= sinceMs) return momentMs
  }
  throw neverOpens()
}

const neverOpens = (): RangeError =>
  new RangeError(
    `A send window needs at least one weekday from 1 (Monday) to 7, must open before it closes, and must not be closed by holidays for ${daysLookedAhead} days.`,
  )

/** Of one date, in epoch milliseconds: from inclusive, to exclusive, and never empty. */
interface Opening {
  readonly opensMs: number
  readonly closesMs: number
}

const openings = function* (
  fromDate: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): Generator<Opening> {
  for (let date = fromDate; date <= fromDate + daysLookedAhead; date += 1) {
    const opening = openingOn(date, window, calendar, timeZone)
    if (opening) yield opening
  }
}

const openingOn = (
  date: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): Opening | undefined => {
  if (window && (!window.weekdays.includes(weekdayOf(date)) || isHoliday(date, calendar))) return undefined
  const opensMs = atMinutes(date, window?.fromMinutes ?? 0, timeZone)
  const dateEndsMs = atMinutes(date, 24 * 60, timeZone)
  // Where the last hour of a date is skipped, an edge in it would come on the next date, which may be no weekday of it.
  const closesMs = window ? Math.min(atMinutes(date, window.toMinutes, timeZone), dateEndsMs) : dateEndsMs
  return opensMs < closesMs ? { opensMs, closesMs } : undefined
}

const afterBusinessDays = (atMs: number, count: number, calendar: Calendar, timeZone: string): number => {
  const wallMs = wallClockMs(atMs, timeZone)
  const today = Math.floor(wallMs / dayMs)
  let last = today
  let left = count
  for (let date = today + 1; left > 0; date += 1) {
    if (date - last > daysLookedAhead)
      throw new RangeError(
        `A calendar needs a business day, a weekday from 1 (Monday) to 7 that is no holiday, in any ${daysLookedAhead} days.`,
      )
    if (!isBusinessDay(date, calendar)) continue
    last = date
    left -= 1
  }
  return instantOf(wallMs + (last - today) * dayMs, timeZone)
}

const onFrom = (
  atMs: number,
  until: NonNullable<Wait['until']>,
  calendar: Calendar,
  timeZone: string,
): number => {
  // The last date on which the wall time had come, by the clock of now; on earlier ones it is past.
  const first = Math.floor((wallClockMs(atMs, timeZone) - until.minutes * minuteMs) / dayMs)
  for (let date = first; date <= first + daysLookedAhead; date += 1) {
    if (until.weekday !== undefined && until.weekday !== weekdayOf(date)) continue
    if (isHoliday(date, calendar)) continue
    const comesMs = atMinutes(date, until.minutes, timeZone)
    if (comesMs >= atMs) return comesMs
  }
  throw new RangeError(
    `Waiting until a weekday needs one from 1 (Monday) to 7 that is no holiday, in any ${daysLookedAhead} days.`,
  )
}

/** The local date, as whole days since 1970-01-01. */
const dateOf = (atMs: number, timeZone: string): number => Math.floor(wallClockMs(atMs, timeZone) / dayMs)

/** 24:00 is the midnight that follows. */
const atMinutes = (date: number, minutes: number, timeZone: string): number =>
  instantOf(date * dayMs + minutes * minuteMs, timeZone)
