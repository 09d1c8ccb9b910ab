/** A condition in words: a clause to follow on "if", the same in check, plan, preview and score reports. */
import {
  type CountedFact,
  type FactCondition,
  oneOf,
  readerOf,
  type StepCondition,
} from '../../domain/conditions.ts'
import { counted } from './counted.ts'

/** `occupation is Student or Other and the lead has clicked /book-a-call in the last 30 days`. */
export const conditionText = (condition: StepCondition): string => clause(condition, true)

/** The condition, or the opposite of it: "not" goes to the verb, and through brackets. */
const clause = (condition: StepCondition, isMet: boolean): string => {
  if ('not' in condition) return clause(condition.not, !isMet)
  if ('all' in condition) return joined(condition.all, isMet ? 'and' : 'or', isMet)
  if ('any' in condition) return joined(condition.any, isMet ? 'or' : 'and', isMet)
  if ('score' in condition) return `the lead has ${pointsText(condition.score, isMet)}`
  if ('form' in condition)
    return `the lead ${isMet ? 'has' : 'has not'} submitted the form ${oneOf(condition.form)}`
  if ('fact' in condition) return factClause(condition, isMet)
  return readerOf(condition).clause(condition, isMet ? 'is' : 'is not')
}

/** "and" beside "or" needs its brackets, or nobody knows which of them binds. */
const joined = (conditions: readonly StepCondition[], word: 'and' | 'or', isMet: boolean): string =>
  conditions
    .map((condition) => (isCompound(condition) ? `(${clause(condition, isMet)})` : clause(condition, isMet)))
    .join(` ${word} `)

const isCompound = (condition: StepCondition): boolean =>
  'not' in condition ? isCompound(condition.not) : 'all' in condition || 'any' in condition

interface Range {
  readonly atLeast?: number
  readonly below?: number
}

/** Every lead has points, so that the opposite of a range is what lies outside it. */
const pointsText = ({ atLeast, below }: Range, isMet: boolean): string => {
  const bounds = isMet
    ? [...bound('at least', atLeast), ...bound('fewer than', below)]
    : [...bound('fewer than', atLeast), ...bound('at least', below)]
  return `${bounds.join(isMet ? ' and ' : ' or ')} ${(below ?? atLeast) === 1 ? 'point' : 'points'}`
}

const bound = (words: string, value: number | undefined): string[] =>
  value === undefined ? [] : [`${words} ${value}`]

const deeds: Readonly<Record<CountedFact, string>> = {
  CAPTURED: 'submitted a form',
  CONFIRMED: 'confirmed the address',
  DELIVERED: 'received an email',
  OPENED: 'opened an email',
  CLICKED: 'clicked a link',
  BOUNCED: 'had an email bounce',
  RETURNED: 'been returned by sales',
}

const factClause = (
  { fact, link, times = 1, withinDays, quietDays }: FactCondition,
  isMet: boolean,
): string => {
  const hasHappened = quietDays === undefined ? isMet : !isMet
  const days = quietDays ?? withinDays
  return [
    `the lead ${hasHappened ? 'has' : 'has not'} ${link === undefined ? deeds[fact] : `clicked ${link}`}`,
    ...(times > 1 ? [`at least ${times} times`] : []),
    ...(days === undefined ? [] : [days === 1 ? 'in the last day' : `in the last ${counted(days, 'day')}`]),
  ].join(' ')
}
