import { expect, test } from 'vitest'
import { isTimeZone } from '../../../shared/domain/time-zone.ts'

test.each<[string, boolean]>([
  ['Europe/Berlin', true],
  ['europe/berlin', true],
  ['UTC', true],
  ['Mars', false],
  ['Europe/Berlin ', false],
  ['', false],
])('"%s" is a time zone: %s, however often it is asked', (name, expected) => {
  for (const _ of [1, 2]) expect(isTimeZone(name)).toBe(expected)
})

/** Each bit of the number makes a letter a capital. */
const spelt = (name: string, bits: number): string =>
  [...name].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join('')

test('is known in more spellings than are remembered, and nothing else becomes one', () => {
  for (let bits = 0; bits < 1100; bits += 1) expect(isTimeZone(spelt('europe/berlin', bits))).toBe(true)
  expect(isTimeZone('Europe/Berlin')).toBe(true)
  expect(isTimeZone('Europe/Berlinn')).toBe(false)
})
