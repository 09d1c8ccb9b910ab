/** A step's wait and a condition in words, for a marketer to read back. */
import type { StepCondition, Wait } from '../../domain/campaign.ts'
import { clockText, weekdayShort } from './clock-time.ts'

/** `4 days, until Tue 10:00`; `at once`. */
export const waitInWords = ({ hours, days, businessDays, until }: Wait): string =>
  [
    counted(hours, 'hour'),
    counted(days, 'day'),
    counted(businessDays, 'business day'),
    until &&
      `until ${until.weekday === undefined ? '' : `${weekdayShort(until.weekday)} `}${clockText(until.minutes)}`,
  ]
    .filter(Boolean)
    .join(', ') || 'at once'

const counted = (count: number | undefined, unit: string): string | undefined =>
  count ? `${count} ${unit}${count === 1 ? '' : 's'}` : undefined

/** To follow on `if`: `clicked /book-a-call and occupation is Student`. */
export const conditionInWords = (condition: StepCondition): string => {
  if ('all' in condition) return condition.all.map(part).join(' and ')
  if ('any' in condition) return condition.any.map(part).join(' or ')
  if ('not' in condition) return `not (${conditionInWords(condition.not)})`
  if ('score' in condition) return `has ${rangeInWords(condition.score, ' points')}`
  if ('form' in condition) return `sent the form ${condition.form.join(' or ')}`
  if ('source' in condition) return `came by ${condition.source.join(' or ')}`
  if ('emailDomain' in condition) return `writes from ${condition.emailDomain.join(' or ')}`
  if ('addressKind' in condition) return `has a ${condition.addressKind.join(' or ')} address`
  if ('fact' in condition) {
    const { fact, link, times, withinDays, quietDays } = condition
    const what = `${fact.toLowerCase()}${link === undefined ? '' : ` ${link}`}`
    if (quietDays !== undefined) return `not ${what} for ${counted(quietDays, 'day')}`
    const often = times === undefined || times === 1 ? '' : ` ${times} times`
    return `${what}${often}${withinDays === undefined ? '' : ` within ${counted(withinDays, 'day')}`}`
  }
  if ('in' in condition) return `${condition.field} is ${condition.in.join(' or ')}`
  if ('known' in condition) return `${condition.field} is ${condition.known ? 'known' : 'not known'}`
  return `${condition.field} is ${rangeInWords(condition, '')}`
}

const part = (condition: StepCondition): string =>
  'all' in condition || 'any' in condition ? `(${conditionInWords(condition)})` : conditionInWords(condition)

const rangeInWords = (range: { atLeast?: number; below?: number }, unit: string): string => {
  const { atLeast, below } = range
  if (atLeast === undefined) return `below ${below}${unit}`
  return below === undefined ? `${atLeast}${unit} or more` : `${atLeast}${unit} or more and below ${below}`
}
