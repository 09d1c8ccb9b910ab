import { expect, test } from 'vitest'
import { countedUpTo, countsOf, flushPosition } from '../../../../shared/flows/report/tally-window.ts'

const start = '2026-03-02T10:00:00Z'
const place = (digits: string) => digits.padStart(40, '0')

test('a state says up to where it has counted, whatever order its records came in', () => {
  const first = countedUpTo({ 'day|a': 2 }, {}, ['900', '1100'])
  expect(first).toEqual({ 'day|a': 2, [`place|${place('1100')}`]: 0 })
  const second = countedUpTo({ 'day|a': 3 }, first, ['1050'])
  expect(second).toEqual({ 'day|a': 3, [`place|${place('1100')}`]: 0 })
  expect(countsOf(second)).toEqual({ 'day|a': 3 })
})

test('two flushes of one window sort by place, also where one number has more digits, and before the next window', () => {
  const flush = (last: string, windowStart = start) => flushPosition(windowStart, countedUpTo({}, {}, [last]))
  const inOrder = [start, flush('99'), flush('100'), flush('98', '2026-03-02T10:01:00Z')]
  expect([...inOrder].sort()).toEqual(inOrder)
  expect(new Set(inOrder).size).toBe(4)
})

test('a state that an earlier release left has no place, and is known by its window', () => {
  expect(flushPosition(start, { 'day|a': 2 })).toBe(start)
  expect(countedUpTo({ 'day|a': 2 }, { 'day|a': 2 }, [])).toEqual({ 'day|a': 2 })
})
