/** Which local dates count for a lead's sequence: the weekday of a date, and whether it is a holiday. */
import type { Calendar } from './campaign.ts'
import { dayMs } from './wall-clock.ts'

/** ISO, 1 is Monday, of a date given as whole days since 1970-01-01, which was a Thursday. */
export const weekdayOf = (date: number): number => ((((date + 3) % 7) + 7) % 7) + 1

/** Of a date given as whole days since 1970-01-01. */
export const isHoliday = (date: number, { holidays }: Calendar): boolean => {
  if (holidays.length === 0) return false
  const { once, yearly, asked } = readHolidays(holidays)
  const known = asked.get(date)
  if (known !== undefined) return known
  const day = new Date(date * dayMs)
  const is = once.has(date) || yearly.has(monthDay(day.getUTCMonth() + 1, day.getUTCDate()))
  if (asked.size >= datesKept) asked.clear()
  asked.set(date, is)
  return is
}

export const isBusinessDay = (date: number, calendar: Calendar): boolean =>
  calendar.businessDays.includes(weekdayOf(date)) && !isHoliday(date, calendar)

interface Holidays {
  /** Days since 1970-01-01. */
  readonly once: ReadonlySet<number>
  readonly yearly: ReadonlySet<number>
  /** Dates that were asked about, and the answer. */
  readonly asked: Map<number, boolean>
}

/** Over five years. */
const datesKept = 2_048

/** Read once per list: a forecast asks millions of times of the same. */
const read = new WeakMap<readonly string[], Holidays>()

const readHolidays = (holidays: readonly string[]): Holidays => {
  const known = read.get(holidays)
  if (known) return known
  const once = new Set<number>()
  const yearly = new Set<number>()
  for (const text of holidays) {
    const [first = 0, second = 0, third] = text.split('-').map(Number)
    if (third === undefined) yearly.add(monthDay(first, second))
    else once.add(Date.UTC(first, second - 1, third) / dayMs)
  }
  const found = { once, yearly, asked: new Map() }
  read.set(holidays, found)
  return found
}

const monthDay = (month: number, day: number): number => month * 100 + day
