/** How a marketer writes a step's wait: "4 days", "3 business days", "12 hours", "until Tue 10:00", "2 days, until 9:00". */
import * as z from 'zod'
import type { Wait } from '../domain/campaign.ts'
import { minutesOfDay, weekdayNumber } from './clock-time.ts'

const forms =
  'must be such as 12 hours, 4 days, 3 business days, until Tue 10:00, or 2 days, until 9:00 (none: at once)'

const units = { hour: 'hours', day: 'days', 'business day': 'businessDays' } as const

/** A year: whoever is written to after more has forgotten why. */
const most = { hours: 24 * 366, days: 366, businessDays: 262 } as const

export const wait = z.union([z.string(), z.literal(0)], forms).transform((given, context): Wait => {
  const text = String(given).trim().toLowerCase().replace(/\s+/g, ' ')
  if (text === 'none' || text === '0') return {}
  const [first = '', second, ...more] = text.split(/, (?:then )?/)
  const span = spanOf(first)
  const until = untilOf(second ?? first)
  const read =
    more.length > 0 || (second !== undefined && !(span && until))
      ? undefined
      : span || until
        ? { ...span, ...(until && { until }) }
        : undefined
  if (!read) {
    context.addIssue({ code: 'custom', message: forms })
    return z.NEVER
  }
  for (const [unit, limit] of Object.entries(most))
    if ((read[unit as keyof typeof most] ?? 0) > limit)
      context.addIssue({ code: 'custom', message: 'must be a year or less' })
  return read
})

const spanOf = (text: string): Pick<Wait, 'hours' | 'days' | 'businessDays'> | undefined => {
  const match = /^(\d{1,4}) (hour|day|business day|week)s?$/.exec(text)
  if (!match) return undefined
  const count = Number(match[1])
  const unit = match[2]
  if (unit === 'week') return { days: count * 7 }
  return unit === 'hour' || unit === 'day' || unit === 'business day' ? { [units[unit]]: count } : undefined
}

const untilOf = (text: string): Wait['until'] | undefined => {
  const match = /^until (?:([a-z]+) )?(\d{1,2}:\d{2})$/.exec(text)
  if (!match) return undefined
  const minutes = minutesOfDay(match[2] ?? '')
  if (minutes === undefined) return undefined
  if (match[1] === undefined) return { minutes }
  const weekday = weekdayNumber(match[1])
  return weekday === undefined ? undefined : { weekday, minutes }
}
