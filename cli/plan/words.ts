/** Waits, windows, conditions and spans of time in the words that a marketer writes them in. */
import type { Calendar, SendWindow, Step, StepCondition, Wait } from '../../shared/domain/campaign.ts'
import type { StepPart } from '../../shared/domain/step-changes.ts'
import { conditionText } from '../score/card-file.ts'

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const weekdayText = (weekday: number): string => weekdays[weekday - 1] ?? String(weekday)

const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

export const waitText = ({ hours, days, businessDays, until }: Wait): string => {
  const spans = [
    ...(hours ? [counted(hours, 'hour')] : []),
    ...(days ? [counted(days, 'day')] : []),
    ...(businessDays ? [counted(businessDays, 'business day')] : []),
    ...(until
      ? [
          `until ${until.weekday === undefined ? '' : `${weekdayText(until.weekday)} `}${clockText(until.minutes)}`,
        ]
      : []),
  ]
  return spans.length === 0 ? 'none' : spans.join(', ')
}

export const windowText = (window: SendWindow | undefined): string =>
  window
    ? `${window.weekdays.map(weekdayText).join(' ')} ${clockText(window.fromMinutes)}-${clockText(window.toMinutes)}`
    : 'any time'

const stepConditionText = (condition: StepCondition): string => {
  if ('all' in condition) return `(${condition.all.map(stepConditionText).join(' and ')})`
  if ('any' in condition) return `(${condition.any.map(stepConditionText).join(' or ')})`
  if ('not' in condition) return `not ${stepConditionText(condition.not)}`
  if ('form' in condition) return `has sent ${condition.form.join(' or ')}`
  if ('score' in condition) {
    const { atLeast, below } = condition.score
    return [
      ...(atLeast === undefined ? [] : [`${atLeast} points or more`]),
      ...(below === undefined ? [] : [`under ${below} points`]),
    ].join(' and ')
  }
  if (!('fact' in condition)) return conditionText(condition)
  const { link, withinDays, quietDays } = condition
  if (quietDays !== undefined)
    return `for ${counted(quietDays, 'day')} has not once ${conditionText({ fact: condition.fact })}`
  return [
    link === undefined ? conditionText(condition) : conditionText(condition).replace('a link', link),
    ...(withinDays === undefined ? [] : [`within ${counted(withinDays, 'day')}`]),
  ].join(' ')
}

export const conditionsText = (conditions: readonly StepCondition[]): string =>
  conditions.length === 0 ? 'none' : conditions.map(stepConditionText).join('; ')

const partNames: Readonly<Record<StepPart, string>> = {
  wait: 'wait',
  email: 'email',
  variants: 'variants',
  window: 'window',
  when: 'condition',
  isForAll: 'for all',
  lateness: 'lateness',
  arms: 'arms',
  arm: 'arm',
}

export const partName = (part: StepPart): string => partNames[part]

export const partText = (step: Step | undefined, part: StepPart): string => {
  if (!step) return 'none'
  if (part === 'wait') return waitText(step.wait)
  if (part === 'arm') return step.arm ? `${step.arm.arm} of ${step.arm.branch}` : 'none'
  if ('arms' in step)
    return part === 'arms'
      ? step.arms
          .map(
            ({ id, when, goTo }) =>
              `${id}${when ? ` if ${stepConditionText(when)}` : ''}${goTo === undefined ? '' : ` to ${goTo}`}`,
          )
          .join('; ')
      : 'none'
  const { email, variants, window, when, isForAll, lateness } = step
  switch (part) {
    case 'variants':
      return variants
        ? variants.map((variant) => `${variant.id} ${variant.email} x${variant.weight}`).join(', ')
        : email
    case 'email':
      return email
    case 'window':
      return windowText(window)
    case 'when':
      return when ? stepConditionText(when) : 'none'
    case 'isForAll':
      return isForAll ? 'yes' : 'no'
    case 'lateness':
      return `at most ${counted(lateness.maximumHours, 'hour')}, then ${lateness.beyond}`
    default:
      return 'none'
  }
}

export const calendarText = ({ businessDays, holidays }: Calendar): string =>
  `business on ${businessDays.map(weekdayText).join(' ')}, ${counted(holidays.length, 'holiday')}`

/** To the hour below two days, else to the day. */
export const spanText = (hours: number): string =>
  hours < 48 ? counted(Math.round(hours), 'hour') : counted(Math.round(hours / 24), 'day')

/** `Thu 12 Mar 10:00`, on the campaign's clock. */
export const momentText = (atMs: number, timeZone: string): string => {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return `${part('weekday')} ${part('day')} ${part('month').slice(0, 3)} ${part('hour')}:${part('minute')}`
}
