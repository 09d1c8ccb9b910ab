/** When a schedule fires: `at(...)`, `rate(...)` and `cron(...)` in a time zone, as EventBridge Scheduler reads them. */
import { CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'
import { AwsError } from '../../service.ts'

/** The first firing after `afterMs`; nothing where a one-time schedule has fired or a year has passed. */
export type NextFiring = (afterMs: number) => number | undefined

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Throws `ValidationException` in AWS's words. `createdAtMs` is where rates begin to count. */
export const parseExpression = (expression: string, timeZone: string, createdAtMs: number): NextFiring => {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? []
  const invalid = new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`)
  if (!isTimeZone(timeZone))
    throw new AwsError('ValidationException', `Invalid ScheduleExpressionTimezone ${timeZone}.`)
  if (kind === 'at') return parseAt(inner, timeZone, invalid)
  if (kind === 'rate') return parseRate(inner, createdAtMs, invalid)
  if (kind === 'cron') return parseCron(inner, timeZone, invalid)
  throw invalid
}

const parseAt = (inner: string, timeZone: string, invalid: AwsError): NextFiring => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner)) throw invalid
  try {
    const atMs = Temporal.PlainDateTime.from(inner, { overflow: 'reject' }).toZonedDateTime(
      timeZone,
    ).epochMilliseconds
    return (afterMs) => (atMs > afterMs ? atMs : undefined)
  } catch {
    throw invalid
  }
}

const parseRate = (inner: string, createdAtMs: number, invalid: AwsError): NextFiring => {
  const [, digits, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? []
  const everyMs = Number(digits) * (unitMs[unit] ?? 0)
  const isPlural = inner.endsWith('s')
  if (!everyMs || isPlural !== Number(digits) > 1) throw invalid
  return (afterMs) => createdAtMs + (Math.floor((afterMs - createdAtMs) / everyMs) + 1) * everyMs
}

/** AWS: minutes hours day-of-month month day-of-week year, days of the week 1-7 from Sunday, `?` for "no matter". */
const parseCron = (inner: string, timeZone: string, invalid: AwsError): NextFiring => {
  const [minutes, hours, monthDay, month, weekday, year, more] = inner.split(/\s+/)
  if (!year || more !== undefined || (monthDay === '?') === (weekday === '?')) throw invalid
  const fromSunday = (weekday ?? '').replace(/(?<![#\w])([1-7])(?!\w)/g, (digit) => String(Number(digit) - 1))
  const standard = [minutes, hours, monthDay, month, fromSunday].join(' ').replaceAll('?', '*')
  const isInYear = yearTest(year, invalid)
  try {
    CronExpressionParser.parse(standard)
  } catch {
    throw invalid
  }
  return (afterMs) => {
    const times = CronExpressionParser.parse(standard, { tz: timeZone, currentDate: new Date(afterMs) })
    // A century of yearly firings: what has not come by then does not come.
    for (let tries = 0; tries < 100; tries += 1) {
      const next = times.next()
      if (isInYear(next.getFullYear())) return next.getTime()
    }
    return undefined
  }
}

const yearTest = (year: string, invalid: AwsError): ((year: number) => boolean) => {
  if (year === '*') return () => true
  const ranges = year.split(',').map((part) => /^(\d{4})(?:-(\d{4}))?$/.exec(part))
  if (ranges.some((range) => range === null)) throw invalid
  return (wanted) =>
    ranges.some((range) => wanted >= Number(range?.[1]) && wanted <= Number(range?.[2] ?? range?.[1]))
}

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
