/** Text that people typed, made short enough for where it goes without breaking it. */
import { fractionOf } from './assign.ts'

/** Characters as a reader counts them: an emoji with its colour, a letter with its accents; by no locale's rules. */
const characters = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** As many bytes of UTF-8 as the largest code point has: characters may be of many, and a cut must also bound bytes. */
const bytesEach = 4

/**
 * The first characters of a text, `most` of them and at most four bytes of UTF-8 for each, and well formed: half of a
 * surrogate pair is no text, and DynamoDB refuses it together with all that is written beside it.
 */
export const cut = (text: string, most: number): string => {
  // As many UTF-16 units are no more characters, and three bytes each at most.
  if (text.length <= most) return text.toWellFormed()
  let kept = ''
  let count = 0
  for (const { segment } of characters.segment(text.slice(0, most * longestCharacter).toWellFormed())) {
    if (count === most || bytesOf(kept + segment) > most * bytesEach) break
    kept += segment
    count += 1
  }
  return kept
}

/** UTF-16 units that are looked at for one character; more than four bytes' worth of them would be left out anyway. */
const longestCharacter = bytesEach

/** A sort key may have 1,024 bytes; this leaves room for the names of a fact, its touch and a shard beside it. */
const mostKeyBytes = 900

/** A text as the last part of a key: as it is, or where it is too long its beginning and a fingerprint of the whole. */
export const keyPart = (text: string): string => {
  const whole = text.toWellFormed()
  if (whole.length * 3 <= mostKeyBytes || bytesOf(whole) <= mostKeyBytes) return whole
  return `${cut(whole, mostKeyBytes / bytesEach - fingerprintLength)}~${fingerprintOf(whole)}`
}

const fingerprintLength = 16

/** Tells a lead's few links apart; nobody gains by making two that look alike. */
const fingerprintOf = (text: string): string =>
  ['a', 'b']
    .map((word) =>
      Math.floor(fractionOf(word, text) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')

const utf8 = new TextEncoder()
const bytesOf = (text: string): number => utf8.encode(text).length
