/** How sure counts make us: the interval of one rate, and that of a difference which may be looked at as often as one likes. */

export interface Count {
  /** What was tried: emails delivered, or leads. */
  readonly trials: number
  /** In how many of them it worked: clicked, or qualified. */
  readonly successes: number
}

export interface RateInterval {
  /** 0 where nothing was tried; the interval then says that it may be anything. */
  readonly rate: number
  readonly low: number
  readonly high: number
}

/** Shares, not points: 0.03 is three points. Positive where the other is better than the control. */
export interface DifferenceInterval {
  readonly difference: number
  readonly low: number
  readonly high: number
}

/** The standard normal distribution has 95 % within this of zero. */
const z95 = 1.959964

/**
 * Wilson's 95 % score interval of one rate (Wilson 1927; recommended by Brown, Cai and DasGupta 2001). It is good at one
 * look and says nothing about differences: two that overlap may still differ, and by repeated looks one leaves it.
 */
export const rateInterval = (count: Count): RateInterval => {
  const { trials, successes } = soundCount(count)
  if (trials === 0) return { rate: 0, low: 0, high: 1 }
  const rate = successes / trials
  const square = z95 ** 2
  const middle = (successes + square / 2) / (trials + square)
  const half = (z95 / (trials + square)) * Math.sqrt(trials * rate * (1 - rate) + square / 4)
  return {
    rate,
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === trials ? 1 : Math.min(1, middle + half),
  }
}

/**
 * Trials per standard deviation squared of the differences that we look for, in units of one trial's own deviation: about
 * 0.09, which is 2.7 points at a rate of 10 %. It only decides where the interval is narrowest for its kind: at 1,000
 * paired trials (2,000 in each of two arms), and is within a tenth of its best from 220 to 20,000.
 */
const mixingTrials = 125

/** What a pair of arms knows about their difference, as that many pairs of one trial each would: half of each if alike in size. */
export const pairedTrials = (one: number, other: number): number =>
  one + other === 0 ? 0 : (one * other) / (one + other)

/**
 * How many standard errors, squared, an interval must reach to either side so that it holds at all looks together but for
 * `error`: Robbins' normal mixture. 3.84 would do for one look at 5 %; this is 9.2 and more.
 */
export const boundSquared = (paired: number, error: number): number => {
  const ratio = paired / mixingTrials
  return ratio === 0 ? Number.POSITIVE_INFINITY : (1 + 1 / ratio) * (Math.log1p(ratio) - 2 * Math.log(error))
}

/**
 * An always-valid interval (a confidence sequence) of the other's rate less the control's: the chance that it is wrong at
 * any look whatever, however many there are, is at most `error`. So a reader may look every week and stop when it says enough.
 *
 * Source: the normal mixture of Robbins (1970), as used for A/B tests by Johari, Koomen, Pekelis and Walsh (2017), and
 * shown to hold for any data in the limit by Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024). The squared
 * distance in standard errors is replaced by twice the log of the profile likelihood ratio. In the limit they are equal; but
 * with a small arm, a large one and few successes the error of the textbook distance is itself far off: at 2 %, 20 and 180
 * a week, it said so wrongly in 16 of 100 years, and this in 1 or 2. The ratio needs no mending at 0 and 100 % either, and as the
 * profile is concave in the difference, what it accepts is one interval.
 *
 * Assumed: trials are independent; each arm's rate stays the same; how many trials an arm gets does not depend on its
 * successes. It is a limit law, not an exact one: `npm run simulate:experiments` holds it to its promise from the first
 * week on, at rates of 2 % and up, and with one arm nine times the other.
 */
export const differenceInterval = (control: Count, other: Count, error: number): DifferenceInterval => {
  const [a, b] = [soundCount(control), soundCount(other)]
  if (a.trials === 0 || b.trials === 0) return { difference: 0, low: -1, high: 1 }
  const difference = b.successes / b.trials - a.successes / a.trials
  const most = boundSquared(pairedTrials(a.trials, b.trials), error) / 2
  const best = logLikelihood(a, a.successes / a.trials) + logLikelihood(b, b.successes / b.trials)
  const isRefused = (candidate: number) => best - profileLogLikelihood(a, b, candidate) > most
  return {
    difference,
    low: isRefused(-1) ? crossing(-1, difference, 1e-9, (candidate) => !isRefused(candidate)) : -1,
    high: isRefused(1) ? crossing(difference, 1, 1e-9, isRefused) : 1,
  }
}

/**
 * A click may be counted whose delivery never was, because that event was lost: what worked was tried.
 * Throws RangeError for counts that are none.
 */
export const soundCount = ({ trials, successes }: Count): Count => {
  if (![trials, successes].every((count) => Number.isSafeInteger(count) && count >= 0))
    throw new RangeError(`Trials and successes are whole numbers from 0: ${trials}, ${successes}.`)
  return { trials: Math.max(trials, successes), successes }
}

/** The largest log likelihood of two rates that differ by this much. */
const profileLogLikelihood = (a: Count, b: Count, difference: number): number => {
  // The slope of the log likelihood, times what makes it a cubic without poles: positive below the best rate.
  const hasPassedBest = (rate: number) => {
    const raised = rate + difference
    const fromA = (a.successes - a.trials * rate) * raised * (1 - raised)
    const fromB = (b.successes - b.trials * raised) * rate * (1 - rate)
    return fromA + fromB <= 0
  }
  // It lies between what each arm by itself would have it.
  const wished = [a.successes / a.trials, b.successes / b.trials - difference]
  const rate = crossing(
    Math.max(0, -difference, Math.min(...wished)),
    Math.min(1, 1 - difference, Math.max(...wished)),
    1e-12,
    hasPassedBest,
  )
  return logLikelihood(a, rate) + logLikelihood(b, Math.min(1, Math.max(0, rate + difference)))
}

const logLikelihood = ({ trials, successes }: Count, rate: number): number =>
  timesLog(successes, rate) + timesLog(trials - successes, 1 - rate)

const timesLog = (count: number, share: number): number => (count === 0 ? 0 : count * Math.log(share))

/** The place between two numbers from which on the claim is true, by halving until it is known so closely. */
export const crossing = (
  from: number,
  to: number,
  within: number,
  isBeyond: (at: number) => boolean,
): number => {
  let [low, high] = [from, to]
  while (high - low > within) {
    const middle = (low + high) / 2
    if (isBeyond(middle)) high = middle
    else low = middle
  }
  return (low + high) / 2
}
