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
const datesAround = (ms: number, timeZone: string): Temporal.PlainDate[] => {
  const today = at(ms, timeZone).toPlainDate()
  return Array.from({ length: 80 }, (_, index) => today.add({ days: index - 2 }))
}

const windowsAround = (
  ms: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): { readonly opensMs: number; readonly closesMs: number }[] =>
  datesAround(ms, timeZone)
    .filter((date) => !window || (window.weekdays.includes(date.dayOfWeek) && !isHoliday(date, calendar)))
    .map((date) => ({
      opensMs: atWallTime(date, window?.fromMinutes ?? 0, timeZone),
      closesMs: atWallTime(date, window?.toMinutes ?? 24 * 60, timeZone),
    }))
    .filter(({ opensMs, closesMs }) => opensMs < closesMs)

const firstOf = (times: readonly number[]): number => {
  const [first] = times
  if (first === undefined) throw new Error('Nothing within 80 days.')
  return first
}

export const plainNextInWindow = (
  ms: number,
  window: SendWindow,
  calendar: Calendar,
  timeZone: string,
): number =>
  firstOf(
    windowsAround(ms, window, calendar, timeZone)
      .filter(({ closesMs }) => closesMs > ms)
      .map(({ opensMs }) => Math.max(opensMs, ms)),
  )

export const plainSpreadInWindow = (
  ms: number,
  fraction: number,
  window: SendWindow | undefined,
  calendar: Calendar,
  timeZone: string,
): number =>
  firstOf(
    windowsAround(ms, window, calendar, timeZone)
      .map(({ opensMs, closesMs }) => opensMs + Math.floor((closesMs - opensMs) * fraction))
      .filter((moment) => ms - moment <= 3_600_000),
  )

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
  if (!until) return time.epochMilliseconds
  return firstOf(
    datesAround(time.epochMilliseconds, timeZone)
      .filter((date) => until.weekday === undefined || date.dayOfWeek === until.weekday)
      .filter((date) => !isHoliday(date, calendar))
      .map((date) => atWallTime(date, until.minutes, timeZone))
      .filter((ms) => ms >= time.epochMilliseconds),
  )
}
