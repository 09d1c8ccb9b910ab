/** Waits, windows and times of day in words: the same wherever a person reads them. */
import type { SendWindow, Wait } from '../../domain/campaign.ts'
import { weekdayNames } from './clock-time.ts'
import { counted } from './counted.ts'

/** Of minutes after midnight: `09:00`, as a marketer writes it. */
export const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** 1 is Monday. */
export const weekdayName = (weekday: number): string => {
  const name = weekdayNames[weekday - 1] ?? ''
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

/** `Mon`. */
export const weekdayShort = (weekday: number): string => weekdayName(weekday).slice(0, 3)

/** `Mon–Fri`, `Tue, Thu`, `every day`. */
export const weekdaysText = (weekdays: readonly number[]): string => {
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  const [first = 1] = days
  const last = days.at(-1) ?? first
  if (days.length === 7) return 'every day'
  return days.length > 2 && last - first === days.length - 1
    ? `${weekdayShort(first)}–${weekdayShort(last)}`
    : days.map(weekdayShort).join(', ')
}

/** `Mon–Fri 09:00–17:00`. */
export const windowText = ({ weekdays, fromMinutes, toMinutes }: SendWindow): string =>
  `${weekdaysText(weekdays)} ${clockText(fromMinutes)}–${clockText(toMinutes)}`

/** As a marketer writes it: `none`, `4 days`, `until Tue 10:00`, `2 days, until 09:00`. */
export const waitText = (wait: Wait): string => [...spanOf(wait), ...momentOf(wait)].join(', ') || 'none'

/** `at once`, `4 days later`, `until Tue 10:00`, `2 days later, until 09:00`. */
export const delayText = (wait: Wait): string =>
  [...spanOf(wait).map((span) => `${span} later`), ...momentOf(wait)].join(', ') || 'at once'

/** `at once after it began`, `2 days after it began, until 09:00`. */
export const delayAfterText = (wait: Wait, what: string): string => {
  const [span] = spanOf(wait)
  const moment = momentOf(wait)
  const atOnce = moment.length === 0 ? `at once after ${what}` : `after ${what}`
  return [span === undefined ? atOnce : `${span} after ${what}`, ...moment].join(', ')
}

const spanOf = ({ hours, days, businessDays }: Wait): string[] => {
  const spans = [
    ...(hours ? [counted(hours, 'hour')] : []),
    ...(days ? [counted(days, 'day')] : []),
    ...(businessDays ? [counted(businessDays, 'business day')] : []),
  ]
  return spans.length === 0 ? [] : [spans.join(' and ')]
}

const momentOf = ({ until }: Wait): string[] =>
  until
    ? [
        `until ${until.weekday === undefined ? '' : `${weekdayShort(until.weekday)} `}${clockText(until.minutes)}`,
      ]
    : []
