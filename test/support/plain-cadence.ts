/** The calendar arithmetic of sequences once more, written plainly with Temporal and slow: what the fast one is held against. */
import { Temporal } from 'temporal-polyfill'
import type { Calendar, SendWindow, Wait } from '../../shared/domain/campaign.ts'

const at = (ms: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)

const isHoliday = (date: Temporal.PlainDate, { holidays }: Calendar): boolean =>
  holidays.includes(date.toString()) || holidays.includes(date.toString().slice('2026-'.length))

const atWallTime = (date: Temporal.PlainDate, minutes: number, timeZone: string): number => {
  const midnight = date.toPlainDateTime()
  return midnight.add({ minutes }).toZonedDateTime(timeZone, { disambiguation: 'compatible' })
    .epochMilliseconds
}

/** The dates around an instant, in order: from two before it, for 80 days. */
function* datesAround(ms: number, timeZone: string): Generator<Temporal.PlainDate> {
  const today = at(ms, timeZone).toPlainDate()
  for (let days = -2; days < 78; days += 1) yield today.add({ days })
}

function* windowsAround(
  ms: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): Generator<{ readonly opensMs: number; readonly closesMs: number }> {
  for (const date of datesAround(ms, timeZone)) {
    if (window && (!window.weekdays.includes(date.dayOfWeek) || isHoliday(date, calendar))) continue
    const opensMs = atWallTime(date, window?.fromMinutes ?? 0, timeZone)
    const dateEndsMs = atWallTime(date.add({ days: 1 }), 0, timeZone)
    const closesMs = Math.min(atWallTime(date, window?.toMinutes ?? 24 * 60, timeZone), dateEndsMs)
    if (opensMs < closesMs) yield { opensMs, closesMs }
  }
}

export const plainNextInWindow = (
  ms: number,
  window: SendWindow,
  calendar: Calendar,
  timeZone: string,
): number => {
  for (const { opensMs, closesMs } of windowsAround(ms, window, calendar, timeZone))
    if (ms < closesMs) return Math.max(opensMs, ms)
  throw new Error('Nothing within 78 days.')
}

export const plainSpreadInWindow = (
  ms: number,
  fraction: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): number => {
  for (const { opensMs, closesMs } of windowsAround(ms, window, calendar, timeZone)) {
    const moment = opensMs + Math.floor((closesMs - opensMs) * fraction)
    if (ms - moment <= 3_600_000) return moment
  }
  throw new Error('Nothing within 78 days.')
}

export const plainAfterWait = (
  ms: number,
  { hours, days, businessDays, until }: Wait,
  calendar: Calendar,
  timeZone: string,
): number => {
  let time = at(ms, timeZone)
    .add({ minutes: (hours ?? 0) * 60 })
    .add({ days: days ?? 0 })
  if (businessDays) {
    let date = time.toPlainDate()
    for (let counted = 0; counted < businessDays; ) {
      date = date.add({ days: 1 })
      if (calendar.businessDays.includes(date.dayOfWeek) && !isHoliday(date, calendar)) counted += 1
    }
    time = date.toZonedDateTime({ timeZone, plainTime: time.toPlainTime() })
  }
  const waitedMs = time.epochMilliseconds
  if (!until) return waitedMs
  for (const date of datesAround(waitedMs, timeZone)) {
    if (until.weekday !== undefined && date.dayOfWeek !== until.weekday) continue
    if (isHoliday(date, calendar)) continue
    const comesMs = atWallTime(date, until.minutes, timeZone)
    if (comesMs >= waitedMs) return comesMs
  }
  throw new Error('Nothing within 78 days.')
}
