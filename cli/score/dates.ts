/** Times as people and exports write them; what could be read in two ways is refused rather than guessed. */

/** Epoch milliseconds by row, in UTC where a text names no zone; or what is wrong, and in which row. */
export type ReadDates =
  | { readonly timesMs: readonly number[] }
  | { readonly badRow: number }
  /** Every one of `03/04/2026` may be in March or in April. */
  | { readonly isAmbiguous: true }

const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T,]+(.*))?$/
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(.*))?$/
const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T,]+(.*))?$/
const named =
  /^(?:(\d{1,2})[ -])?([A-Za-z]{3,9})\.?[ -](?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})(?:[ T,]+(.*))?$/
const clock =
  /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(am|pm)?(?: ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?$/i
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** All rows are read in one way: a single 31/01/2026 settles what 03/04/2026 means. */
export const readDates = (texts: readonly string[]): ReadDates => {
  const pairs = texts.flatMap((text) => {
    const [, first, second] = slashed.exec(text) ?? []
    return first === undefined ? [] : [[Number(first), Number(second)] as const]
  })
  const isDayFirst = pairs.some(([first]) => first > 12)
  const isMonthFirst = pairs.some(([, second]) => second > 12)
  if (pairs.length > 0 && !isDayFirst && !isMonthFirst) return { isAmbiguous: true }
  const timesMs = texts.map((text) => readDate(text, isDayFirst))
  const badRow = timesMs.findIndex((timeMs) => Number.isNaN(timeMs))
  return badRow < 0 ? { timesMs } : { badRow }
}

const readDate = (text: string, isDayFirst: boolean): number => {
  const [, year, month, day, atYearFirst] = yearFirst.exec(text) ?? []
  if (year !== undefined) return timeOf(year, Number(month), day, atYearFirst)
  const [, first, second, slashedYear, atSlashed] = slashed.exec(text) ?? []
  if (slashedYear !== undefined)
    return isDayFirst
      ? timeOf(slashedYear, Number(second), first, atSlashed)
      : timeOf(slashedYear, Number(first), second, atSlashed)
  const [, dottedDay, dottedMonth, dottedYear, atDotted] = dotted.exec(text) ?? []
  if (dottedYear !== undefined) return timeOf(dottedYear, Number(dottedMonth), dottedDay, atDotted)
  const [, dayBefore, name = '', dayAfter, namedYear, atNamed] = named.exec(text) ?? []
  if (namedYear === undefined) return Number.NaN
  return timeOf(namedYear, months.indexOf(name.slice(0, 3).toLowerCase()) + 1, dayBefore ?? dayAfter, atNamed)
}

const timeOf = (year: string, month: number, day: string | undefined, at: string | undefined): number => {
  const dateMs = Date.UTC(Number(year), month - 1, Number(day))
  const date = new Date(dateMs)
  // 31 February would be a day in March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return Number.NaN
  if (at === undefined || at === '') return dateMs
  const [whole, hours, minutes, seconds = '0', half, zone] = clock.exec(at) ?? []
  if (whole === undefined || Number(hours) > 24 || Number(minutes) > 59) return Number.NaN
  const noon = half === undefined ? 0 : half.toLowerCase() === 'pm' ? 12 : 0
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + noon
  const [, sign, zoneHours, zoneMinutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '') ?? []
  const offsetMinutes =
    sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1)
  return dateMs + ((hour * 60 + Number(minutes) - offsetMinutes) * 60 + Number(seconds)) * 1000
}
