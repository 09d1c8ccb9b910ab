/** Which known name somebody meant who wrote another. */
import { distance } from 'fastest-levenshtein'

/**
 * The one known name that `name` is a slip of: two letters at most, of a short name one, or the beginning of just
 * one.
 */
export const closestName = (name: string, known: readonly string[]): string | undefined => {
  const most = name.length < 4 ? 1 : 2
  const slips = known
    .map((other) => ({ other, letters: lettersBetween(other.toLowerCase(), name.toLowerCase()) }))
    .filter(({ other, letters }) => letters <= most && letters < other.length && other !== name)
    .toSorted((a, b) => a.letters - b.letters)
  if (slips[0]) return slips[0].other
  const longer = name.length < 3 ? [] : known.filter((other) => other !== name && other.startsWith(name))
  return longer.length === 1 ? longer[0] : undefined
}

/** Two letters that changed places are one slip. */
const lettersBetween = (a: string, b: string): number => {
  const letters = distance(a, b)
  return letters === 2 && [...a].sort().join('') === [...b].sort().join('') ? 1 : letters
}

/** `Did you mean office?`, or what else to do where no name is near. */
export const didYouMeanOr = (name: string, known: readonly string[], otherwise: string): string => {
  const meant = closestName(name, known)
  return meant === undefined ? otherwise : `Did you mean ${meant}?`
}

/** Places of names that stood before. */
export const repeats = (names: readonly string[]): number[] =>
  names.flatMap((name, at) => (names.indexOf(name) === at ? [] : [at]))
