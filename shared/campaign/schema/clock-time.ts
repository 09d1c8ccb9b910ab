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
