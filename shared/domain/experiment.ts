/** What an A/B/n test of emails, or a campaign's hold-out, has shown so far, and how much is still to be tried. */
import {
  boundSquared,
  type Count,
  crossing,
  type DifferenceInterval,
  differenceInterval,
  pairedTrials,
  type RateInterval,
  rateInterval,
  soundCount,
} from './intervals.ts'

export interface ArmCount extends Count {
  /** A variant, or a group such as those held out. */
  readonly id: string
}

export interface CompareOptions {
  /**
   * The smallest difference that is worth having, as a share: 0.02 is two points. Without it a fifth of the control's
   * rate so far, and half a point at least: less than that seldom pays for the writing of a second email.
   */
  readonly worthHaving?: number
}

interface Arm extends ArmCount, RateInterval {}

interface Comparison extends DifferenceInterval {
  readonly id: string
  /** The control: the first arm. */
  readonly against: string
}

type Verdict =
  | { readonly kind: 'nothingToCompare' }
  /** How many more the smallest arm needs, all arms growing by the same factor. Rounded up to two digits. */
  | { readonly kind: 'notEnoughData'; readonly moreTrialsPerArm: number }
  /** No arm differs from the control by more than this many points. */
  | { readonly kind: 'noDifferenceWorthHaving'; readonly withinPoints: number }
  /** Than the control; of several that are, the one with the most certain to gain. */
  | { readonly kind: 'better'; readonly id: string }
  /** Than the control, while none is better. */
  | { readonly kind: 'worse'; readonly ids: readonly string[] }

export interface ExperimentResult {
  readonly arms: readonly Arm[]
  readonly comparisons: readonly Comparison[]
  readonly worthHaving: number
  readonly verdict: Verdict
}

/** Over all comparisons and all looks together a verdict of better or worse is wrong this often at most. */
const familyError = 0.05

/** Below either of these nothing is said: an interval rests on a law of large numbers, and a reader on some sense of size. */
const leastSuccesses = 10
const leastTrialsPerArm = 50

/** A fifth of the control's rate, but half a point at least. */
const worthShare = 0.2
const worthAtLeast = 0.005

/**
 * What a rate is taken for while there is next to nothing to go by: one success in this many trials is counted in. Only
 * the forecast and the first guess at what is worth having go by it, no interval.
 */
const trialsOfFirstSuccess = 20

/** The normal distribution has 80 % below this: a difference worth having is to be seen in four tests of five. */
const z80 = 0.841621

/**
 * Compares each arm with the first, the control. May be asked as often as one likes: see `differenceInterval` for the
 * source and for what is assumed. Arms are not compared with one another: of two that are better than the control it is
 * not said which is best.
 *
 * One lead must count once in all arms: for clicks on one email its deliveries are the trials; over several emails, leads are.
 */
export const compareArms = (given: readonly ArmCount[], options: CompareOptions = {}): ExperimentResult => {
  const arms = given.map((arm): Arm => ({ id: arm.id, ...soundCount(arm), ...rateInterval(arm) }))
  const [control, ...others] = arms
  const worthHaving = options.worthHaving ?? usuallyWorthHaving(control)
  if (!(worthHaving > 0)) throw new RangeError(`A difference worth having is above 0: ${worthHaving}.`)
  if (!control || others.length === 0)
    return { arms, comparisons: [], worthHaving, verdict: { kind: 'nothingToCompare' } }
  const error = familyError / others.length
  const comparisons = others.map(
    (other): Comparison => ({
      id: other.id,
      against: control.id,
      ...differenceInterval(control, other, error),
    }),
  )
  const found = settled(comparisons, worthHaving)
  if (found && isEnough(arms)) return { arms, comparisons, worthHaving, verdict: found }
  // Where the intervals have settled it, only the plain minimum is still to come.
  const more = Math.max(
    missingToMinimum(arms),
    found ? 0 : missingToSettle(control, others, worthHaving, error),
    // Less than a tenth more would hardly move anything.
    Math.min(...arms.map(({ trials }) => trials)) / 10,
  )
  return {
    arms,
    comparisons,
    worthHaving,
    verdict: { kind: 'notEnoughData', moreTrialsPerArm: roundedUp(more) },
  }
}

const usuallyWorthHaving = (control: Arm | undefined): number => {
  const rate =
    control && control.trials >= leastTrialsPerArm ? control.rate : rateToGoBy(control ? [control] : [])
  return Math.max(worthAtLeast, worthShare * rate)
}

/** Never none and never all, so that something is left to be seen. */
const rateToGoBy = (arms: readonly Arm[]): number =>
  (successesOf(arms) + 1) / (trialsOf(arms) + trialsOfFirstSuccess)

const isEnough = (arms: readonly Arm[]): boolean =>
  successesOf(arms) >= leastSuccesses && arms.every(({ trials }) => trials >= leastTrialsPerArm)

const trialsOf = (arms: readonly Arm[]): number => arms.reduce((sum, { trials }) => sum + trials, 0)

const successesOf = (arms: readonly Arm[]): number => arms.reduce((sum, { successes }) => sum + successes, 0)

/** Better is said first: whoever knows which email is better need not wait to learn that it is by little. */
const settled = (comparisons: readonly Comparison[], worthHaving: number): Verdict | undefined => {
  const [best] = comparisons.filter(({ low }) => low > 0).sort((a, b) => b.low - a.low)
  if (best) return { kind: 'better', id: best.id }
  const farthest = Math.max(...comparisons.map(({ low, high }) => Math.max(high, -low)))
  if (farthest <= worthHaving) return { kind: 'noDifferenceWorthHaving', withinPoints: farthest * 100 }
  const ids = comparisons.filter(({ high }) => high < 0).map(({ id }) => id)
  return ids.length > 0 ? { kind: 'worse', ids } : undefined
}

/**
 * First as many as show a difference worth having in four tests of five. Where there are that many already, the
 * difference is smaller, or it was bad luck: then as many as make the interval half as wide, when one way or the other must be
 * said. It supposes that the rates stay as they are.
 */
const missingToSettle = (
  control: Arm,
  others: readonly Arm[],
  worthHaving: number,
  error: number,
): number => {
  const smallest = Math.min(control.trials, ...others.map(({ trials }) => trials))
  const rate = rateToGoBy([control, ...others])
  // Of each trial in the smallest arm, what the least informative pair learns; as if alike in size while one is empty.
  const information =
    smallest === 0
      ? 0.5
      : Math.min(...others.map(({ trials }) => pairedTrials(control.trials, trials))) / smallest
  const until = (reach: (bound: number) => number) =>
    crossing(0, mostTrials, 1, (paired) => {
      const errors = reach(Math.sqrt(boundSquared(paired, error)))
      return errors * Math.sqrt((rate * (1 - rate)) / paired) <= worthHaving
    }) / information
  const needed = [until((bound) => bound + z80), until((bound) => 2 * bound)]
  return Math.max(0, (needed.find((count) => count > smallest) ?? 0) - smallest)
}

const missingToMinimum = (arms: readonly Arm[]): number =>
  Math.max(
    leastTrialsPerArm - Math.min(...arms.map(({ trials }) => trials)),
    (leastSuccesses - successesOf(arms)) / (rateToGoBy(arms) * arms.length),
  )

/** More than anyone sends. */
const mostTrials = 1e12

/** To two digits: more would promise what no forecast holds. */
const roundedUp = (count: number): number => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1)
  return Math.ceil(count / unit) * unit
}

/** One sentence for who wrote the emails. `trials` is their name for what was tried, in the plural. */
export const verdictText = (
  { arms, comparisons, worthHaving, verdict }: ExperimentResult,
  trials = 'emails',
): string => {
  switch (verdict.kind) {
    case 'nothingToCompare':
      return 'Nothing to compare: that takes two variants or more.'
    case 'notEnoughData':
      return `Not enough data yet: about ${verdict.moreTrialsPerArm.toLocaleString('en')} more ${trials} ${whereOf(arms)} would show a difference of ${pointsText(worthHaving)}.`
    case 'noDifferenceWorthHaving': {
      const names = comparisons.map(({ id }) => id)
      return `No difference worth having: ${listed(names)} ${names.length > 1 ? 'differ' : 'differs'} from ${arms[0]?.id} by at most ${pointsText(verdict.withinPoints / 100)}.`
    }
    case 'better':
      return sentence(comparisons, [verdict.id], 'better')
    case 'worse':
      return sentence(comparisons, verdict.ids, 'worse')
  }
}

const sentence = (
  comparisons: readonly Comparison[],
  ids: readonly string[],
  what: 'better' | 'worse',
): string => {
  const claims = comparisons
    .filter(({ id }) => ids.includes(id))
    .map(({ id, against, low, high }) => {
      const range = what === 'better' ? rangeText(low, high) : rangeText(-high, -low)
      return `${id} is ${what} than ${against} by ${range}`
    })
  return `${claims.join('; ')}.`
}

/** Arms this similar in size are described as alike. */
const alike = 1.25

const whereOf = (arms: readonly Arm[]): string => {
  const [smallest, ...rest] = arms.toSorted((a, b) => a.trials - b.trials)
  const largest = rest.at(-1)
  return smallest && largest && smallest.trials > 0 && largest.trials > alike * smallest.trials
    ? `in ${smallest.id}, the others in proportion,`
    : 'per variant'
}

const listed = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('')

/** One place behind the point, two below one point; a difference of 0.004 points is none that anyone reads. */
const numberText = (share: number): string => {
  const points = share * 100
  return String(Number(points.toFixed(points < 0.995 ? 2 : 1)))
}

const pointsText = (share: number): string => {
  const number = numberText(share)
  return number === '1' ? '1 point' : `${number} points`
}

const rangeText = (low: number, high: number): string =>
  Number(numberText(low)) === 0 || numberText(low) === numberText(high)
    ? `up to ${pointsText(high)}`
    : `${numberText(low)} to ${pointsText(high)}`
