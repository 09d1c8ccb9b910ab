/** AWS's six-field cron: minutes, hours, day of month, month, day of week from Sunday as 1, year; with `?`, `L`, `W`, `#`. */
import { type CronDate, type CronExpression, CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** A minute-by-minute month: a day that is asked for comes within so many tries, or the year is done. */
const mostTries = 31 * 24 * 60

/** The first firing after an instant; nothing at all where the expression cannot be read. */
export const parseCron = (
  inner: string,
  timeZone: string,
): ((afterMs: number) => number | undefined) | undefined => {
  const [minutes, hours, monthDay = '', month, weekday = '', year = '', more] = inner.split(/\s+/)
  const years = readYears(year)
  const numbered = readWeekdays(weekday)
  if (!years || !numbered || more !== undefined || (monthDay === '?') === (weekday === '?')) return undefined
  const nearest = /^(\d{1,2}|L)W$/.exec(monthDay)?.[1]
  const standard = [minutes, hours, nearest ? '*' : monthDay, month, numbered].join(' ').replaceAll('?', '*')
  try {
    CronExpressionParser.parse(standard)
  } catch {
    // Refused by the caller in AWS's words.
    return undefined
  }
  const isWanted = (at: CronDate, cron: CronExpression): boolean =>
    exists(at, cron) && (nearest === undefined || at.getDate() === nearestWorkday(at, nearest))
  return (afterMs) =>
    firstIn(years, afterMs, timeZone, (fromMs, year) => {
      const cron = CronExpressionParser.parse(standard, { tz: timeZone, currentDate: new Date(fromMs) })
      for (let tries = 0; tries < mostTries; tries += 1) {
        const at = cron.next()
        if (at.getFullYear() > year) return undefined
        if (isWanted(at, cron)) return at.getTime()
      }
      return undefined
    })
}

/** Looks through the wanted years one by one; eight ahead, for the leap day that the turn of a century leaves out. */
const firstIn = (
  isWanted: (year: number) => boolean,
  afterMs: number,
  timeZone: string,
  look: (fromMs: number, year: number) => number | undefined,
): number | undefined => {
  const now = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timeZone)
  const lastYear = 2199
  let looked = 0
  for (let year = now.year; year <= lastYear && looked < 9; year += 1) {
    if (!isWanted(year)) continue
    looked += 1
    const opensMs = Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime(
      timeZone,
    ).epochMilliseconds
    const found = look(Math.max(afterMs, opensMs - 1), year)
    if (found !== undefined) return found
  }
  return undefined
}

/** AWS leaves out a local time that daylight saving skips; cron-parser would move it. */
const exists = (at: CronDate, { fields }: CronExpression): boolean =>
  fields.hour.values.some((hour) => hour === at.getHours()) &&
  fields.minute.values.some((minute) => minute === at.getMinutes())

/** The working day nearest to a day of the month, within that month. */
const nearestWorkday = (at: CronDate, wanted: string): number => {
  const month = Temporal.PlainDate.from({ year: at.getFullYear(), month: at.getMonth() + 1, day: 1 })
  const day = wanted === 'L' ? month.daysInMonth : Number(wanted)
  if (day > month.daysInMonth) return Number.NaN
  const { dayOfWeek } = month.with({ day })
  if (dayOfWeek === 6) return day === 1 ? day + 2 : day - 1
  if (dayOfWeek === 7) return day === month.daysInMonth ? day - 2 : day + 1
  return day
}

/** AWS's numbers and names as cron-parser's, which count from 0; ranges and steps written out, `L` and `#` kept. */
const readWeekdays = (field: string): string | undefined => {
  if (field === '?' || field === '*') return field
  const parts = field.split(',').map((part) => {
    const marked = /^(\w{1,3}?)(L|#[1-5])$/.exec(part)
    if (marked) {
      const number = numberOf(marked[1] ?? '')
      return number === undefined ? undefined : `${number - 1}${marked[2]}`
    }
    const [range = '', step] = part.split('/')
    const [first, last] = range === '*' ? ['1', '7'] : range.split('-')
    const from = numberOf(first ?? '')
    const to = last === undefined ? (step === undefined ? from : 7) : numberOf(last)
    if (from === undefined || to === undefined || from > to || (step !== undefined && !/^[1-7]$/.test(step)))
      return undefined
    const listed: number[] = []
    for (let day = from; day <= to; day += Number(step ?? 1)) listed.push(day - 1)
    return listed.join(',')
  })
  return parts.includes(undefined) ? undefined : [...new Set(parts.join(',').split(','))].join(',')
}

const numberOf = (weekday: string): number | undefined => {
  const named = weekdays.indexOf(weekday.toUpperCase())
  return named >= 0 ? named + 1 : /^[1-7]$/.test(weekday) ? Number(weekday) : undefined
}

/** `*`, years, ranges, and lists of them. */
const readYears = (field: string): ((year: number) => boolean) | undefined => {
  if (field === '*') return () => true
  const ranges = field.split(',').map((part) => /^(\d{4})(?:-(\d{4}))?$/.exec(part))
  if (ranges.includes(null)) return undefined
  return (year) =>
    ranges.some((range) => year >= Number(range?.[1]) && year <= Number(range?.[2] ?? range?.[1]))
}
