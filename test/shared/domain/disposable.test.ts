import { expect, test } from 'vitest'
import { isDisposableBy } from '../../../shared/domain/disposable.ts'

const list = 'mailinator.example\ntemp.throwaway.example\n'

test.each([
  ['mailinator.example', true],
  ['eu.mailinator.example', true],
  ['a.b.c.mailinator.example', true],
  ['temp.throwaway.example', true],
  ['throwaway.example', false],
  ['other.throwaway.example', false],
  ['notmailinator.example', false],
  ['mailinator.example.com', false],
  ['example', false],
  ['com', false],
  ['', false],
  ['.', false],
])('that %j is disposable is %s', (domain, expected) => {
  expect(isDisposableBy(() => list)(domain)).toBe(expected)
})

test('the list is read at the first question, and once', () => {
  let readings = 0
  const isDisposable = isDisposableBy(() => {
    readings += 1
    return list
  })
  expect(readings).toBe(0)
  expect(isDisposable('mailinator.example')).toBe(true)
  expect(isDisposable('example.com')).toBe(false)
  expect(readings).toBe(1)
})

test('a list that cannot be read fails the question, and is read again at the next', () => {
  let isThere = false
  const isDisposable = isDisposableBy(() => {
    if (!isThere) throw new Error('There is no list.')
    return list
  })
  expect(() => isDisposable('mailinator.example')).toThrow('There is no list.')
  isThere = true
  expect(isDisposable('mailinator.example')).toBe(true)
})
