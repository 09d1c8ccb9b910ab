/** When a touch may go out: the first moment inside the step's window, on the lead's own clock. */
import { Temporal } from 'temporal-polyfill'
import type { SendWindow } from './campaign.ts'

export const dayMs = 86_400_000
export const hourMs = 3_600_000

/**
 * The first instant at or after `atMs` that lies in the window, in epoch milliseconds. Local midnight and the window's
 * edges follow the zone's daylight saving: 09:00 is 09:00 by the wall clock on the day of the change too.
 */
export const nextInWindow = (atMs: number, window: SendWindow, timeZone: string): number => {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  // Eight days: the same weekday a week later is the worst case, when today's window has just closed.
  for (let daysAhead = 0; daysAhead <= 7; daysAhead += 1) {
    const date = at.toPlainDate().add({ days: daysAhead })
    if (!window.weekdays.includes(date.dayOfWeek)) continue
    const opensMs = atMinutes(date, window.fromMinutes, timeZone)
    const closesMs = atMinutes(date, window.toMinutes, timeZone)
    if (atMs < closesMs) return Math.max(atMs, opensMs)
  }
  throw new RangeError(
    'A send window needs at least one weekday from 1 (Monday) to 7, and must open before it closes.',
  )
}

/** Whether the instant lies in the window. */
export const isWithinSendWindow = (atMs: number, window: SendWindow, timeZone: string): boolean =>
  nextInWindow(atMs, window, timeZone) === atMs

const atMinutes = (date: Temporal.PlainDate, minutes: number, timeZone: string): number =>
  minutes === 24 * 60
    ? date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds
    : date.toZonedDateTime({
        timeZone,
        plainTime: Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 }),
      }).epochMilliseconds
