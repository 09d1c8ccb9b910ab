import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factKey } from '../../../shared/domain/facts.ts'
import { cut, keyPart } from '../../../shared/domain/text.ts'
import { runs } from '../../support/runs.ts'

const family = '👨‍👩‍👧‍👦'
const bytes = (text: string): number => Buffer.byteLength(text)
/** Any UTF-16, well formed or not, with characters of many code points among it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(family, '🎉', 'é', 'e\u0301', '\ud83c', '\udf89', 'ひ', 'a', ' '),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

describe('a text cut to three characters', () => {
  test.each([
    ['shorter', 'ab', 'ab'],
    ['as long', 'abc', 'abc'],
    ['longer', 'abcd', 'abc'],
    ['whose third is an emoji', 'ab🎉d', 'ab🎉'],
    ['whose third has an accent of its own', 'abe\u0301d', 'abe\u0301'],
    ['of flags', '🇩🇪🇫🇷🇮🇹🇪🇸', '🇩🇪'],
    ['whose first alone has more bytes than three characters may', `${family}abc`, ''],
    ['with half a pair', 'a\ud83c', 'a\ufffd'],
    ['with half a pair, and longer', 'a\ud83cbcd', 'a\ufffdb'],
  ])('%s', (_, text, kept) => {
    expect(cut(text, 3)).toBe(kept)
  })

  test('is well formed and short, whatever it was', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 100 }), (text, most) => {
        const kept = cut(text, most)
        expect(kept.isWellFormed()).toBe(true)
        expect([...new Intl.Segmenter().segment(kept)].length).toBeLessThanOrEqual(most)
        expect(bytes(kept)).toBeLessThanOrEqual(4 * most)
        expect(text.toWellFormed().startsWith(kept)).toBe(true)
      }),
      runs(300),
    )
  })
})

describe('the key of a click', () => {
  const key = (link: string) =>
    factKey({
      kind: 'CLICKED',
      // The longest names that a campaign can give.
      enrolment: `${'q'.repeat(40)}-999`,
      step: 's'.repeat(40),
      link,
      atMs: 0,
    })

  test('names the link as it is, as far as there is room', () => {
    const link = `https://www.example.com/${'a'.repeat(800)}`
    expect(key(link).endsWith(`#${link}`)).toBe(true)
  })

  test('fits a sort key, and tells links apart that begin alike, however long they are', () => {
    const begin = `https://www.example.com/${'ひ'.repeat(2000)}`
    expect(bytes(`FACT#${key(begin)}`)).toBeLessThanOrEqual(1024)
    expect(key(begin)).not.toBe(key(`${begin}x`))
    expect(key(begin)).toBe(key(begin))
  })

  test('is short and well formed, whatever the link', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 20 }), (parts) => {
        const part = keyPart(parts.join('/'))
        expect(part.isWellFormed()).toBe(true)
        expect(bytes(part)).toBeLessThanOrEqual(900)
      }),
      runs(100),
    )
  })
})
