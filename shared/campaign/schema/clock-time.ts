/** Times of day and weekdays, as a marketer writes them. */
import * as z from 'zod'

export const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** ISO, 1 is Monday; of "Mon", "monday", "Thurs". */
export const weekdayNumber = (text: string): number | undefined => {
  const at = weekdayNames.findIndex((name) => text.length >= 3 && name.startsWith(text.toLowerCase()))
  return at < 0 ? undefined : at + 1
}

export const weekday = z.string('must be a weekday such as Mon').transform((text, context): number => {
  const number = weekdayNumber(text)
  if (number === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a weekday such as Mon' })
    return z.NEVER
  }
  return number
})

/** Minutes after midnight, of "9:00" or "09:00". */
export const minutesOfDay = (text: string): number | undefined => {
  const match = /^(\d{1,2}):([0-5]\d)$/.exec(text)
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN
  return minutes < 24 * 60 ? minutes : undefined
}

/** "24:00" is the end of the day, where an end is meant. */
export const clockTime = z.string('must be a time such as "09:00"').transform((text, context): number => {
  const minutes = text === '24:00' ? 24 * 60 : minutesOfDay(text)
  if (minutes === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a time such as "09:00"' })
    return z.NEVER
  }
  return minutes
})

/** As a marketer writes it: `Mon`. */
export const weekdayShort = (weekday: number): string => weekdayName(weekday).slice(0, 3)

export const weekdayName = (weekday: number): string => {
  const name = weekdayNames[weekday - 1] ?? ''
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

/** `Mon to Fri`, `Tue, Thu`. */
export const weekdaysText = (weekdays: readonly number[]): string => {
  const days = [...new Set(weekdays)].sort()
  const [first = 1] = days
  const last = days.at(-1) ?? first
  return days.length > 2 && last - first === days.length - 1
    ? `${weekdayShort(first)} to ${weekdayShort(last)}`
    : days.map(weekdayShort).join(', ')
}

/** `9:00`, of minutes after midnight. */
export const clockText = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
