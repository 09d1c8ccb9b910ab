/** Which variant, which moment of a window, which side of the hold-out: settled by a hash of the lead, so that it stays. */
import type { Variant } from './campaign.ts'

/**
 * A number in [0, 1) that only the words decide. Near enough to uniform and independent for shares of leads; not for
 * secrets. FNV-1a over UTF-16 units, finished as MurmurHash3 (Appleby, public domain) finishes.
 */
export const fractionOf = (...words: readonly string[]): number => {
  let hash = 0x811c9dc5
  for (const word of words) {
    for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
    hash = Math.imul(hash ^ 0x1f, 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * The variant that a lead gets of a test. Weighted rendezvous hashing (Schindelhauer, Schomaker 2005): a variant that is
 * added takes its share from each of the others, and nobody else changes sides.
 */
export const variantOf = (
  leadId: string,
  test: string,
  variants: readonly Variant[],
): Variant | undefined => {
  let chosen: Variant | undefined
  let highest = Number.NEGATIVE_INFINITY
  for (const variant of variants) {
    const fraction = fractionOf(leadId, test, variant.id)
    const height = variant.weight / -Math.log(fraction === 0 ? Number.MIN_VALUE : fraction)
    if (height > highest) {
      highest = height
      chosen = variant
    }
  }
  return chosen
}

/** Whether a lead that is enrolled now belongs to the hold-out. The fact of its first enrolment keeps the answer. */
export const isInHoldOut = (leadId: string, percent: number): boolean =>
  fractionOf(leadId, 'hold-out') * 100 < percent
