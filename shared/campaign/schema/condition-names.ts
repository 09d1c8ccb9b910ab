/** What a condition names, in score rules and in sequences: fields, answers, forms and links that must exist. */
import { fieldTypes } from '../../contracts/field-types.ts'
import type { Condition, StepCondition } from '../../domain/conditions.ts'
import { closestName, didYouMeanOr } from './did-you-mean.ts'
import type { Field } from './form-schema.ts'

/** What a condition can name. */
export interface KnownNames {
  /** By name, as each form has it. */
  readonly fields: ReadonlyMap<string, readonly Field[]>
  /** A form could not be read: a field that no other asks for may be one of its fields. */
  readonly hasUnreadForms: boolean
  /** Where links lead, without query strings: as clicks are recorded. */
  readonly links: readonly string[]
}

/** Why a condition cannot work, to follow on `The rule clicked` or the like. */
export interface ConditionProblem {
  /** The key at fault. */
  readonly key: string
  readonly problem: string
  readonly fix: string
}

/** What a form asks for and the profile does not keep: it has a place of its own. */
const keptElsewhere: Readonly<Record<string, string>> = {
  source: 'Write { source: [ ... ] }.',
  email: 'Write { emailDomain: [ ... ] }.',
  timeZone: 'Remove it; a time zone only decides when emails go out.',
}

export const conditionProblem = (when: Condition, known: KnownNames): ConditionProblem | undefined => {
  if ('fact' in when)
    return when.link === undefined || isLinked(when.link, known.links)
      ? undefined
      : {
          key: 'link',
          problem: `waits for a click on ${when.link}, which no email links to.`,
          fix: didYouMeanOr(when.link, pathsOf(known.links), 'Correct the link, or remove the condition.'),
        }
  return 'field' in when ? fieldProblem(when, known) : undefined
}

/** Whether a click on one of the links would count; where Liquid writes part of an address, it may lead anywhere. */
export const isLinked = (path: string, links: readonly string[]): boolean =>
  links.some((target) => target.endsWith(path) || /^https:.*\{\{.*\}\}$/s.test(target))

export const pathsOf = (links: readonly string[]): string[] => [
  ...new Set(links.flatMap((link) => URL.parse(link)?.pathname ?? [])),
]

const fieldProblem = (
  when: Extract<Condition, { field: string }>,
  { fields, hasUnreadForms }: KnownNames,
): ConditionProblem | undefined => {
  const elsewhere = Object.hasOwn(keptElsewhere, when.field) ? keptElsewhere[when.field] : undefined
  if (elsewhere !== undefined)
    return { key: 'field', problem: `reads ${when.field}, which is not an answer.`, fix: elsewhere }
  const asked = fields.get(when.field)
  if (hasUnreadForms) return undefined
  if (!asked) {
    const names = [...fields.keys()].filter((name) => !Object.hasOwn(keptElsewhere, name))
    const meant = closestName(when.field, names)
    return {
      key: 'field',
      problem: `reads ${when.field}, which no form asks for.`,
      fix:
        meant === undefined
          ? `Correct the name, or add the field to a form; forms ask for ${names.join(', ')}.`
          : `Did you mean ${meant}?`,
    }
  }
  if ('in' in when) {
    const selects = asked.filter(({ type, options }) => type === 'select' && options)
    const options = [...new Set(selects.flatMap((field) => field.options ?? []))]
    const stray =
      selects.length === asked.length ? when.in.find((value) => !options.includes(value)) : undefined
    if (stray !== undefined)
      return {
        key: 'in',
        problem: `waits for ${when.field} to be "${stray}", which no form offers.`,
        fix: didYouMeanOr(stray, options, `Choose from ${options.join(', ')}.`),
      }
  }
  if (('atLeast' in when || 'below' in when) && asked.every(({ type }) => !fieldTypes[type].mayBeNumber))
    return {
      key: 'field',
      problem: `compares ${when.field} with a number, but it is not a number.`,
      fix: 'Name its values with in, or make the field a number.',
    }
  return undefined
}

/** A condition that has no others in it. */
export type PlainCondition = Exclude<StepCondition, { all: unknown } | { any: unknown } | { not: unknown }>

/** The plain conditions that one is made of, each with its place in it. */
export const plainConditions = (
  condition: StepCondition,
  path: readonly PropertyKey[] = [],
): { readonly plain: PlainCondition; readonly path: readonly PropertyKey[] }[] => {
  if ('all' in condition)
    return condition.all.flatMap((one, at) => plainConditions(one, [...path, 'all', at]))
  if ('any' in condition)
    return condition.any.flatMap((one, at) => plainConditions(one, [...path, 'any', at]))
  if ('not' in condition) return plainConditions(condition.not, [...path, 'not'])
  return [{ plain: condition, path }]
}
