/** How a marketer writes a step's wait: "4 days", "3 business days", "until Tue 10:00", "2 days, until 09:00". */
import * as z from 'zod'
import type { Wait } from '../../domain/campaign.ts'
import { minutesOfDay, weekdayNames, weekdayNumber } from './clock-time.ts'
import { closestName } from './did-you-mean.ts'

const forms =
  'must be a wait such as 12 hours, 4 days, 3 business days, until Tue 10:00, or 2 days, until 09:00; none sends at once'

const units = { hour: 'hours', day: 'days', 'business day': 'businessDays' } as const

/** A year: whoever is written to after more has forgotten why. */
const most = { hours: 24 * 366, days: 366, businessDays: 262 } as const

/** A number alone could be hours or days, and an empty one a wait that was forgotten. */
const given = z.union([z.string(), z.literal(0)], {
  error: ({ input }) => (typeof input === 'number' ? `needs a unit: ${input} days or ${input} hours` : forms),
})

export const wait = given.transform((written, context): Wait => {
  const text = String(written).trim().toLowerCase().replace(/\s+/g, ' ')
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
    context.addIssue({ code: 'custom', message: problemOf(text) })
    return z.NEVER
  }
  for (const [unit, limit] of Object.entries(most))
    if ((read[unit as keyof typeof most] ?? 0) > limit)
      context.addIssue({ code: 'custom', message: 'must be a year or less' })
  return read
})

/** What is wrong, where that is plain. */
const problemOf = (text: string): string => {
  if (/^\d+$/.test(text)) return `needs a unit: ${text} days or ${text} hours`
  if (/\b(minute|min|second)s?\b/.test(text))
    return 'must be in hours, days, business days or weeks: minutes are too short'
  if (/\b(month|year)s?\b/.test(text))
    return 'must be in hours, days, business days or weeks, such as 30 days'
  if (/^\d+[.,]\d+ /.test(text))
    return 'must be a whole number; for part of a day use hours, such as 36 hours'
  if (/\d+ (hour|day|week)s? (until|then|and) /.test(text))
    return `needs a comma before until: ${text.replace(/ (then |and )?until/, ', until')}`
  const [, day, time] = /until(?: ([a-z]+))?(?: ([\d:.]+))?/.exec(text) ?? []
  if (day !== undefined && weekdayNumber(day) === undefined) {
    const meant = closestName(day, weekdayNames)
    const name = weekdayText(day)
    return `must name a weekday, and ${name} is not one${meant === undefined ? '' : `; did you mean ${weekdayText(meant)}?`}`
  }
  if (text.includes('until') && (time === undefined || minutesOfDay(time) === undefined))
    return `needs a time of day after until, such as until ${day === undefined ? '' : `${weekdayText(day)} `}10:00`
  const [, count, unit] = /^(\d+) ?([a-z ]+)$/.exec(text) ?? []
  const meant =
    unit === undefined ? undefined : closestName(unit, ['hours', 'days', 'business days', 'weeks'])
  return meant === undefined
    ? forms
    : `must be a wait such as 12 hours or 4 days; did you mean ${count} ${meant}?`
}

const weekdayText = (day: string): string => day.slice(0, 1).toUpperCase() + day.slice(1)

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
