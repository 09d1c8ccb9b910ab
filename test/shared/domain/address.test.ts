import { expect, test } from 'vitest'
import { normaliseAddress } from '../../../shared/domain/address.ts'

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['  Ada@Example.COM ', 'ada@example.com'],
  ['ada+news@example.co.uk', 'ada+news@example.co.uk'],
  ["o'neil@example.com", "o'neil@example.com"],
  ['jürgen@example.de', 'jürgen@example.de'],
  ['ada', undefined],
  ['ada@localhost', undefined],
  ['ada@@example.com', undefined],
  ['ada@example.com\nBcc: eve@example.com', undefined],
  ['.ada@example.com', undefined],
  ['a..b@example.com', undefined],
  ['ada@-example.com', undefined],
  ['<ada@example.com>', undefined],
  [`${'a'.repeat(65)}@example.com`, undefined],
  ['', undefined],
])('%j is normalised to %j', (text, expected) => {
  expect(normaliseAddress(text)).toBe(expected)
})
