import { expect, test } from 'vitest'
import { nextInWindow } from '../../../shared/domain/cadence.ts'

const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

test.each([
  ['within the window it is now', '2026-03-02T10:00:00Z', 'UTC', '2026-03-02T10:00:00Z'],
  ['before it opens it is when it opens', '2026-03-02T05:00:00Z', 'UTC', '2026-03-02T09:00:00Z'],
  ['at the closing minute it is the next day', '2026-03-02T17:00:00Z', 'UTC', '2026-03-03T09:00:00Z'],
  ['a Friday evening becomes Monday', '2026-03-06T18:00:00Z', 'UTC', '2026-03-09T09:00:00Z'],
  ['nine in Berlin in winter', '2026-03-02T05:00:00Z', 'Europe/Berlin', '2026-03-02T08:00:00Z'],
  ['nine in Berlin in summer', '2026-07-06T05:00:00Z', 'Europe/Berlin', '2026-07-06T07:00:00Z'],
  [
    'the Monday after the clocks went forward',
    '2026-03-28T12:00:00Z',
    'Europe/Berlin',
    '2026-03-30T07:00:00Z',
  ],
  ['the Monday after the clocks went back', '2026-10-24T12:00:00Z', 'Europe/Berlin', '2026-10-26T08:00:00Z'],
  ['a half-hour zone', '2026-03-02T01:00:00Z', 'Asia/Kolkata', '2026-03-02T03:30:00Z'],
  [
    'fourteen hours ahead it is Tuesday already',
    '2026-03-02T10:30:00Z',
    'Pacific/Kiritimati',
    '2026-03-02T19:00:00Z',
  ],
  [
    'eleven hours behind it is Sunday still',
    '2026-03-02T10:00:00Z',
    'Pacific/Pago_Pago',
    '2026-03-02T20:00:00Z',
  ],
])('%s: %s in %s is %s', (_, from, timeZone, expected) => {
  expect(new Date(nextInWindow(Date.parse(from), office, timeZone)).toISOString()).toBe(
    new Date(expected).toISOString(),
  )
})

test('a window without weekdays is refused', () => {
  expect(() => nextInWindow(0, { ...office, weekdays: [] }, 'UTC')).toThrow('needs at least one weekday')
})
