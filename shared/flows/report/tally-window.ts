/** Up to where in its shard a window's state has counted: by that one flush is known from the next of the same window. */
import type { TallyState } from './tally.ts'

/**
 * The state is a flat list of counts, and the place stands among them as the name of a count of nothing: a release that
 * does not know of it, as after a rollback, adds nothing.
 */
const placePrefix = 'place|'

/** As many digits as a stream's sequence number has at most, so that texts sort as numbers do. */
const digits = 40

/** The state's counts, without its place. */
export const countsOf = (state: TallyState): TallyState =>
  Object.fromEntries(Object.entries(state).filter(([key]) => !key.startsWith(placePrefix)))

/** The counts, with the place moved on to the last of these sequence numbers. */
export const countedUpTo = (
  counts: TallyState,
  before: TallyState,
  sequenceNumbers: readonly string[],
): TallyState => {
  const places = [...placesIn(before), ...sequenceNumbers.map((one) => one.padStart(digits, '0'))]
  const last = places.sort().at(-1)
  return last === undefined ? counts : { ...counts, [`${placePrefix}${last}`]: 0 }
}

/**
 * Of one flush, the same whenever it is repeated, and behind those of the same shard before it. Lambda ends a window early
 * whose state is too large, and goes on with the same window from nothing: its start alone would name both parts.
 */
export const flushPosition = (windowStart: string, state: TallyState): string =>
  [windowStart, ...placesIn(state)].join('#')

const placesIn = (state: TallyState): string[] =>
  Object.keys(state)
    .filter((key) => key.startsWith(placePrefix))
    .map((key) => key.slice(placePrefix.length))
