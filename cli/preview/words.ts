/** Says in words what a sequence says in settings: waits, windows, conditions, and what becomes of a lead. */
import type {
  AddressKind,
  Arm,
  CountedFact,
  EmailStep,
  FactCondition,
  SendWindow,
  Sequence,
  StepCondition,
  Wait,
} from '../../shared/domain/campaign.ts'
import { sequenceEnd } from '../../shared/domain/campaign.ts'

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

export const waitWords = ({ hours, days, businessDays, until }: Wait): string => {
  const spans = [
    ...(hours ? [count(hours, 'hour')] : []),
    ...(days ? [count(days, 'day')] : []),
    ...(businessDays ? [count(businessDays, 'business day')] : []),
  ]
  const moment = until && [
    ...(until.weekday === undefined ? [] : [weekdays[until.weekday - 1] ?? '']),
    clock(until.minutes),
  ]
  if (spans.length === 0) return moment ? `until ${moment.join(' ')}` : 'at once'
  return `${spans.join(' and ')} later${moment ? `, then until ${moment.join(' ')}` : ''}`
}

export const windowWords = ({ weekdays: open, fromMinutes, toMinutes }: SendWindow): string =>
  `${weekdayWords(open)}, ${clock(fromMinutes)}–${clock(toMinutes)}`

/** Three or more days in a row are a range. */
const weekdayWords = (given: readonly number[]): string => {
  const days = [...new Set(given)].sort((a, b) => a - b)
  if (days.length === 7) return 'any day'
  const short = (day: number | undefined) => (weekdays[(day ?? 1) - 1] ?? '').slice(0, 3)
  const [first] = days
  const last = days.at(-1)
  const isRange = days.length > 2 && days.every((day, at) => day === (first ?? 0) + at)
  return isRange ? `${short(first)}–${short(last)}` : days.map(short).join(', ')
}

/** About a lead, without its subject: "has 6 points or more". */
export const conditionWords = (condition: StepCondition, isNot = false): string => {
  if ('not' in condition) return conditionWords(condition.not, !isNot)
  // "and" beside "or" needs its brackets, or nobody knows which of them binds.
  if ('all' in condition) return listed(condition.all, isNot ? 'or' : 'and', isNot)
  if ('any' in condition) return listed(condition.any, isNot ? 'and' : 'or', isNot)
  const has = isNot ? 'does not have' : 'has'
  const hasDone = isNot ? 'has not' : 'has'
  if ('score' in condition) return `${has} ${rangeWords(condition.score, 'point')}`
  if ('form' in condition) return `${hasDone} submitted ${orList(condition.form)}`
  if ('source' in condition) return `${isNot ? 'did not come' : 'came'} by ${orList(condition.source)}`
  if ('emailDomain' in condition) return `${has} an address at ${orList(condition.emailDomain)}`
  if ('addressKind' in condition)
    return `${has} ${orList(condition.addressKind.map((kind) => addresses[kind]))}`
  if ('fact' in condition) return factWords(condition, isNot)
  if ('in' in condition) return `${has} ${orList(condition.in)} as ${condition.field}`
  if ('known' in condition) return `${condition.known === isNot ? 'has not' : 'has'} told ${condition.field}`
  return `${has} ${condition.field} of ${rangeWords(condition)}`
}

const addresses: Readonly<Record<AddressKind, string>> = {
  role: 'an address that a desk reads',
  disposable: 'a throw-away address',
}

const listed = (conditions: readonly StepCondition[], word: 'and' | 'or', isNot: boolean): string =>
  conditions
    .map((condition) => {
      const words = conditionWords(condition, isNot)
      return 'all' in condition || 'any' in condition ? `(${words})` : words
    })
    .join(` ${word} `)

const happened: Readonly<Record<CountedFact, string>> = {
  CAPTURED: 'submitted a form',
  CONFIRMED: 'confirmed the address',
  DELIVERED: 'been delivered an email',
  OPENED: 'opened an email',
  CLICKED: 'clicked a link',
  BOUNCED: 'had an email bounce',
  RETURNED: 'been returned by sales',
}

const factWords = ({ fact, link, times, withinDays, quietDays }: FactCondition, isNot: boolean): string => {
  const what = `${happened[fact]}${link === undefined ? '' : ` to ${link}`}`
  if (quietDays !== undefined)
    return isNot
      ? `has ${what} in the last ${count(quietDays, 'day')}`
      : `has not ${what} for ${count(quietDays, 'day')}`
  return [
    `${isNot ? 'has not' : 'has'} ${what}`,
    ...(times !== undefined && times > 1 ? [`${times} times or more`] : []),
    ...(withinDays === undefined ? [] : [`in the last ${count(withinDays, 'day')}`]),
  ].join(' ')
}

const rangeWords = (
  { atLeast, below }: { readonly atLeast?: number; readonly below?: number },
  unit?: string,
): string => {
  const said = (value: number) => (unit ? count(value, unit) : String(value))
  if (atLeast !== undefined && below !== undefined) return `${atLeast} or more, and below ${said(below)}`
  return atLeast === undefined ? `fewer than ${said(below ?? 0)}` : `${said(atLeast)} or more`
}

/** How a sequence begins and ends; a line each. `forms` are those that enrol in it. */
export const sequenceWords = (
  { goal, exits, reentryAfterDays, priority }: Sequence,
  forms: readonly string[],
): string[] => [
  forms.length === 0
    ? 'No form leads here yet.'
    : `Begins with the ${forms.length === 1 ? 'form' : 'forms'} ${forms.join(', ')}.`,
  ...(goal ? [`Its goal, which ends it: the lead ${conditionWords(goal)}.`] : []),
  ...exits.map((exit) => `Ends early where the lead ${conditionWords(exit)}.`),
  ...(reentryAfterDays === undefined
    ? []
    : [`May begin anew ${count(reentryAfterDays, 'day')} after it began.`]),
  ...(priority === 0 ? [] : [`Priority ${priority}: the highest goes first.`]),
]

/** Where a lead goes on after an arm. */
export const armEndWords = ({ goTo }: Arm): string | undefined => {
  if (goTo === undefined) return undefined
  return goTo === sequenceEnd ? 'then the sequence ends' : `then on to ${goTo}`
}

/** When a step goes out, as whole sentences. */
export const timingWords = ({ wait, window, when, lateness, isForAll }: EmailStep): string => {
  const { hours, days, businessDays, until } = wait
  const isAtOnce = !hours && !days && !businessDays && !until
  const beyond = {
    skip: 'it is left out',
    retime: 'it waits for the next such moment',
    spread: 'it gets a moment of its own in the next days',
  }[lateness.beyond]
  return [
    `Goes out ${isAtOnce ? 'at once' : waitWords(wait)}${window ? `, on ${windowWords(window)} of the lead’s own time` : ''}.`,
    ...(when ? [`Only where the lead ${conditionWords(when)}; otherwise it is passed over.`] : []),
    `If it would be more than ${count(lateness.maximumHours, 'hour')} late, ${beyond}.`,
    ...(isForAll ? ['Leads in the hold-out get it too.'] : []),
  ].join(' ')
}

const orList = (values: readonly string[]): string =>
  values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`

const count = (value: number, unit: string): string => `${value} ${unit}${value === 1 ? '' : 's'}`

const clock = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
