/** The parts of a step, and spans and moments of time, in the words of a plan. */
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import { counted } from '../../shared/campaign/schema/counted.ts'
import { waitText, weekdaysText, windowText } from '../../shared/campaign/schema/timing-words.ts'
import type { Calendar, SendWindow, Step } from '../../shared/domain/campaign.ts'
import type { StepCondition } from '../../shared/domain/conditions.ts'
import type { StepPart } from '../../shared/domain/step-changes.ts'

export const windowOrAnyTime = (window: SendWindow | undefined): string =>
  window ? windowText(window) : 'any time'

export const conditionsText = (conditions: readonly StepCondition[]): string =>
  conditions.length === 0 ? 'none' : conditions.map(conditionText).join('; ')

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
              `${id}${when ? ` if ${conditionText(when)}` : ''}${goTo === undefined ? '' : ` to ${goTo}`}`,
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
      return windowOrAnyTime(window)
    case 'when':
      return when ? conditionText(when) : 'none'
    case 'isForAll':
      return isForAll ? 'yes' : 'no'
    case 'lateness':
      return `at most ${counted(lateness.maximumHours, 'hour')}, then ${lateness.beyond}`
    default:
      return 'none'
  }
}

export const calendarText = ({ businessDays, holidays }: Calendar): string =>
  `business on ${weekdaysText(businessDays)}, ${counted(holidays.length, 'holiday')}`

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
