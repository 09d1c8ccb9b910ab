/** AWS's six-field cron: minutes, hours, day of month, month, day of week from Sunday as 1, year; with `?`, `L`, `W`, `#`. */
import { type CronDate, type CronExpression, CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** A day that is looked for minute by minute: more than daylight saving, or a date line, ever skips or repeats. */
const mostTries = 24 * 60

/** What AWS lets stand in each field; weekdays and years are read on their own. */
const minutesOrHours = /^[\d*,/-]+$/
const monthDays = /^(?:\?|L|(?:\d{1,2}|L)W|[\d*,/-]+)$/
const months = /^[\dA-Z*,/-]+$/i

/** The first firing after an instant; nothing at all where the expression cannot be read. */
export const parseCron = (
  inner: string,
  timeZone: string,
): ((afterMs: number) => number | undefined) | undefined => {
  const [minutes = '', hours = '', monthDay = '', month = '', weekday = '', year = '', more] =
    inner.split(/\s+/)
  const years = readYears(year)
  const numbered = readWeekdays(weekday)
  const isShaped =
    minutesOrHours.test(minutes) &&
    minutesOrHours.test(hours) &&
    monthDays.test(monthDay) &&
    months.test(month)
  if (!isShaped || !years || !numbered || more !== undefined || (monthDay === '?') === (weekday === '?'))
    return undefined
  const nearest = /^(\d{1,2}|L)W$/.exec(monthDay)?.[1]
  const on = (day: string, wantedMonth = month): string =>
    [minutes, hours, day, wantedMonth, numbered].join(' ').replaceAll('?', '*')
  const wantedMonths = readMonths(on(nearest ? '*' : monthDay))
  if (!wantedMonths) return undefined
  return (afterMs) =>
    firstIn(years, afterMs, timeZone, (fromMs, year) => {
      if (!nearest) return firstOf(on(monthDay), timeZone, fromMs, year)
      for (const wantedMonth of wantedMonths) {
        const day = nearestWorkday(year, wantedMonth, nearest)
        const found = day && firstOf(on(String(day), String(wantedMonth)), timeZone, fromMs, year)
        if (found) return found
      }
      return undefined
    })
}

/** The months of an expression in cron-parser's words; nothing where it cannot be read. */
const readMonths = (standard: string): number[] | undefined => {
  try {
    return CronExpressionParser.parse(standard).fields.month.values.map(Number)
  } catch {
    // Refused by the caller in AWS's words.
    return undefined
  }
}

/** The first firing after `fromMs` in that year of the time zone. */
const firstOf = (standard: string, timeZone: string, fromMs: number, year: number): number | undefined => {
  const cron = CronExpressionParser.parse(standard, { tz: timeZone, currentDate: new Date(fromMs) })
  for (let tries = 0; tries < mostTries; tries += 1) {
    const at = cron.next()
    if (at.getFullYear() > year) return undefined
    if (exists(at, cron) && !isRepeated(at.getTime(), timeZone)) return at.getTime()
  }
  return undefined
}

/** Looks through the wanted years one by one; forty of them, since a fifth Friday in February may be as far away. */
const firstIn = (
  isWanted: (year: number) => boolean,
  afterMs: number,
  timeZone: string,
  look: (fromMs: number, year: number) => number | undefined,
): number | undefined => {
  const now = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timeZone)
  const lastYear = 2199
  let looked = 0
  for (let year = now.year; year <= lastYear && looked < 40; year += 1) {
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

/** A local time that comes twice when daylight saving ends fires the first time only. */
const isRepeated = (atMs: number, timeZone: string): boolean => {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return local.toZonedDateTime(timeZone, { disambiguation: 'earlier' }).epochMilliseconds < atMs
}

/** The working day nearest to a day of the month, within that month; nothing where the month is too short. */
const nearestWorkday = (year: number, inMonth: number, wanted: string): number | undefined => {
  const month = Temporal.PlainDate.from({ year, month: inMonth, day: 1 })
  const day = wanted === 'L' ? month.daysInMonth : Number(wanted)
  if (day < 1 || day > month.daysInMonth) return undefined
  const { dayOfWeek } = month.with({ day })
  if (dayOfWeek === 6) return day === 1 ? day + 2 : day - 1
  if (dayOfWeek === 7) return day === month.daysInMonth ? day - 2 : day + 1
  return day
}

/** AWS's numbers and names as cron-parser's, which count from 0; ranges and steps written out, `L` and `#` kept. */
const readWeekdays = (field: string): string | undefined => {
  if (field === '?' || field === '*') return field
  // The last day of the week.
  if (field === 'L') return '6'
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

/** `*`, years from 1970 to 2199, ranges, steps, and lists of them. */
const readYears = (field: string): ((year: number) => boolean) | undefined => {
  const wanted = new Set<number>()
  for (const part of field.split(',')) {
    const [, range = '', step = '1'] = /^(\*|\d{4}|\d{4}-\d{4})(?:\/([1-9]\d*))?$/.exec(part) ?? []
    const [first, last = part.includes('/') ? '2199' : first] =
      range === '*' ? ['1970', '2199'] : range.split('-')
    const [from, to] = [Number(first || Number.NaN), Number(last || Number.NaN)]
    if (!(from >= 1970 && to <= 2199 && from <= to)) return undefined
    for (let year = from; year <= to; year += Number(step)) wanted.add(year)
  }
  return (year) => wanted.has(year)
}
