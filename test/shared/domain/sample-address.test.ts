import { expect, test } from 'vitest'
import { isSample } from '../../../shared/domain/sample-address.ts'

test.each([
  ['sales@example.com', true],
  ['sales@mail.example.com', true],
  ['example.com', true],
  ['Sales@Example.ORG', true],
  ['ops@fernhill.test', true],
  ['ops@fernhill.invalid', true],
  ['ops@fernhill.example', true],
  ['ops@localhost', true],
  ['go.example.net', true],
  ['sales@fernhill.academy', false],
  ['sales@my-example.com', false],
  ['sales@example.com.au', false],
  ['sales@example.de', false],
  ['example.com@fernhill.academy', false],
  ['sales@latest', false],
  ['sales@contest.com', false],
])('that %s is a sample is %s', (text, expected) => {
  expect(isSample(text)).toBe(expected)
})
