/** What no lead can ever be, and what every lead is from the beginning, as far as a condition plainly shows it. */
import type { Condition, StepCondition } from '../../domain/conditions.ts'
import type { PlainCondition } from '../schema/condition-names.ts'

/** What holds for every lead of a sequence. */
export interface Bounds {
  /** Points that the rules give at most, and take at most: 0 or less. */
  readonly mostPoints: number
  readonly leastPoints: number
  /** The forms that lead to the sequence: each of its leads has sent one of them. */
  readonly forms: readonly string[]
}

/** One plain condition that must be met, or must not be. */
interface Demand {
  readonly plain: PlainCondition
  readonly isMet: boolean
}

/** More ways than that to meet a condition are not gone through: it counts as one that can be met. */
const mostWays = 256

/**
 * Why no lead can ever meet the condition, such as `no lead has 80 points: the rules give at most 31`; absent where one
 * may. `lasting` looks only at what a lead is, and not at what passes: points, clicks, forms.
 */
export const impossibility = (
  condition: StepCondition,
  bounds: Bounds,
  reach: 'now' | 'lasting' = 'now',
): string | undefined => {
  const ways = waysToMeet(condition, true)
  if (!ways || ways.length === 0) return undefined
  const reasons = ways.map((way) =>
    contradiction(reach === 'now' ? way : way.filter(({ plain }) => isLasting(plain)), bounds),
  )
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined
}

const isLasting = (plain: PlainCondition): boolean =>
  !('score' in plain || 'form' in plain || 'fact' in plain)

/** Each way is a list of demands that must all be so; absent where there are too many. */
const waysToMeet = (condition: StepCondition, isMet: boolean): Demand[][] | undefined => {
  if ('not' in condition) return waysToMeet(condition.not, !isMet)
  if ('all' in condition) return isMet ? together(condition.all, true) : either(condition.all, false)
  if ('any' in condition) return isMet ? either(condition.any, true) : together(condition.any, false)
  if ('score' in condition && !isMet) {
    const { atLeast, below } = condition.score
    return [
      ...(atLeast === undefined ? [] : [[demand({ score: { below: atLeast } })]]),
      ...(below === undefined ? [] : [[demand({ score: { atLeast: below } })]]),
    ]
  }
  if ('known' in condition && !isMet) return [[demand({ ...condition, known: !condition.known })]]
  return [[{ plain: condition, isMet }]]
}

const demand = (plain: PlainCondition): Demand => ({ plain, isMet: true })

const either = (conditions: readonly StepCondition[], isMet: boolean): Demand[][] | undefined => {
  const ways: Demand[][] = []
  for (const condition of conditions) {
    const own = waysToMeet(condition, isMet)
    if (!own) return undefined
    ways.push(...own)
  }
  return ways.length > mostWays ? undefined : ways
}

const together = (conditions: readonly StepCondition[], isMet: boolean): Demand[][] | undefined => {
  let ways: Demand[][] = [[]]
  for (const condition of conditions) {
    const own = waysToMeet(condition, isMet)
    if (!own || ways.length * own.length > mostWays) return undefined
    ways = ways.flatMap((way) => own.map((more) => [...way, ...more]))
  }
  return ways
}

/** Why the demands cannot all be so at once. */
const contradiction = (demands: readonly Demand[], bounds: Bounds): string | undefined =>
  pointsContradiction(demands, bounds) ??
  formsContradiction(demands, bounds) ??
  fieldsContradiction(demands) ??
  namesContradiction(demands) ??
  sameContradiction(demands)

const pointsContradiction = (demands: readonly Demand[], bounds: Bounds): string | undefined => {
  const scores = demands.flatMap(({ plain }) => ('score' in plain ? [plain.score] : []))
  const atLeast = Math.max(...scores.map((score) => score.atLeast ?? Number.NEGATIVE_INFINITY))
  const below = Math.min(...scores.map((score) => score.below ?? Number.POSITIVE_INFINITY))
  if (atLeast >= below) return `no lead has at least ${atLeast} and fewer than ${below} points`
  if (atLeast > bounds.mostPoints)
    return `no lead has ${atLeast} points: the rules give at most ${bounds.mostPoints}`
  if (below <= bounds.leastPoints)
    return bounds.leastPoints === 0
      ? `no lead has fewer than ${below} points: no rule takes any away`
      : `no lead has fewer than ${below} points: the rules take away at most ${-bounds.leastPoints}`
  return undefined
}

const formsContradiction = (demands: readonly Demand[], { forms }: Bounds): string | undefined => {
  const never = new Set(demands.flatMap(({ plain, isMet }) => ('form' in plain && !isMet ? plain.form : [])))
  if (never.size === 0) return undefined
  if (forms.length > 0 && forms.every((form) => never.has(form)))
    return `every lead in this sequence has submitted ${forms.join(' or ')}`
  for (const { plain, isMet } of demands)
    if (isMet && 'form' in plain && plain.form.every((form) => never.has(form)))
      return `no lead has both submitted ${plain.form.join(' or ')} and not`
  return undefined
}

type FieldCondition = Extract<Condition, { field: string }>

const fieldsContradiction = (demands: readonly Demand[]): string | undefined => {
  const byField = Map.groupBy(
    demands.flatMap(({ plain, isMet }) => ('field' in plain ? [{ plain, isMet }] : [])),
    ({ plain }) => plain.field,
  )
  for (const [field, own] of byField) {
    const met = own.filter(({ isMet }) => isMet).map(({ plain }) => plain)
    const unmet = own.filter(({ isMet }) => !isMet).map(({ plain }) => plain)
    const isUnknown = met.some((plain) => 'known' in plain && !plain.known)
    if (isUnknown && met.some((plain) => !('known' in plain) || plain.known))
      return `${field} cannot be both known and unknown`
    const lists = met.flatMap((plain) => ('in' in plain ? [plain.in] : []))
    const ranges = met.flatMap((plain) => ('atLeast' in plain || 'below' in plain ? [plain] : []))
    const [first, ...others] = lists
    if (first) {
      const left = first.filter(
        (value) =>
          others.every((list) => list.includes(value)) &&
          ranges.every((range) => fits(value, range)) &&
          !unmet.some((plain) => fits(value, plain)),
      )
      if (left.length === 0) return `${field} has one value, and none meets all of its conditions`
    }
    const atLeast = Math.max(...ranges.map((range) => range.atLeast ?? Number.NEGATIVE_INFINITY))
    const below = Math.min(...ranges.map((range) => range.below ?? Number.POSITIVE_INFINITY))
    if (atLeast >= below) return `${field} cannot be both at least ${atLeast} and below ${below}`
    const without = unmet.find((plain) => ranges.length > 0 && covers(plain, atLeast, below))
    if (without) return `${field} is both required and excluded`
  }
  return undefined
}

const fits = (value: string, plain: FieldCondition): boolean => {
  if ('in' in plain) return plain.in.includes(value)
  if ('known' in plain) return plain.known
  const number = Number(value)
  return (
    number >= (plain.atLeast ?? Number.NEGATIVE_INFINITY) &&
    number < (plain.below ?? Number.POSITIVE_INFINITY)
  )
}

const covers = (plain: FieldCondition, atLeast: number, below: number): boolean =>
  ('atLeast' in plain || 'below' in plain) &&
  (plain.atLeast ?? Number.NEGATIVE_INFINITY) <= atLeast &&
  (plain.below ?? Number.POSITIVE_INFINITY) >= below

/** A lead has one source and one domain. */
const namesContradiction = (demands: readonly Demand[]): string | undefined => {
  const isOneOf = {
    source: (names: readonly string[], name: string) => names.includes(name),
    emailDomain: (names: readonly string[], name: string) =>
      names.some((other) => name === other || name.endsWith(`.${other}`)),
  }
  for (const [kind, isOne] of [
    ['source', isOneOf.source],
    ['emailDomain', isOneOf.emailDomain],
  ] as const) {
    const lists = demands.flatMap(({ plain, isMet }) => {
      const names =
        kind === 'source'
          ? 'source' in plain
            ? plain.source
            : undefined
          : 'emailDomain' in plain
            ? plain.emailDomain
            : undefined
      return names ? [{ names, isMet }] : []
    })
    const met = lists.filter(({ isMet }) => isMet)
    if (met.length === 0) continue
    // The narrowest domain that fits all is among those named.
    const left = met
      .flatMap(({ names }) => names)
      .filter((name) => lists.every(({ names, isMet }) => isOne(names, name) === isMet))
    if (left.length === 0)
      return kind === 'source'
        ? 'a lead has one source, and none meets all of its conditions'
        : 'an address has one domain, and none meets all of its conditions'
  }
  return undefined
}

const sameContradiction = (demands: readonly Demand[]): string | undefined => {
  const met = new Set(demands.flatMap(({ plain, isMet }) => (isMet ? [JSON.stringify(plain)] : [])))
  return demands.some(({ plain, isMet }) => !isMet && met.has(JSON.stringify(plain)))
    ? 'it requires something and its opposite'
    : undefined
}

/** Whether a lead that came by the form meets the condition the moment it is enrolled; absent where that depends. */
export const isMetAtOnce = (
  condition: StepCondition,
  form: { readonly id: string; readonly doubleOptIn: boolean },
  bounds: Bounds,
): boolean | undefined => {
  if ('not' in condition) {
    const inner = isMetAtOnce(condition.not, form, bounds)
    return inner === undefined ? undefined : !inner
  }
  if ('all' in condition) {
    const inner = condition.all.map((one) => isMetAtOnce(one, form, bounds))
    return inner.includes(false) ? false : inner.includes(undefined) ? undefined : true
  }
  if ('any' in condition) {
    const inner = condition.any.map((one) => isMetAtOnce(one, form, bounds))
    return inner.includes(true) ? true : inner.includes(undefined) ? undefined : false
  }
  if ('form' in condition) return condition.form.includes(form.id) ? true : undefined
  if (impossibility(condition, bounds) !== undefined) return false
  if (impossibility({ not: condition }, bounds) !== undefined) return true
  if (!('fact' in condition)) return undefined
  const { fact, times = 1, quietDays } = condition
  // Facts count from the enrolment on, and the one that began it has its time.
  const isHow = form.doubleOptIn ? fact === 'CONFIRMED' : fact === 'CAPTURED'
  if (quietDays !== undefined || times > 1) return false
  if (isHow) return true
  return fact === 'CAPTURED' || fact === 'CONFIRMED' ? undefined : false
}
