import { expect, test } from 'vitest'
import {
  afterWait,
  dayMs,
  isWithinSendWindow,
  nextInWindow,
  spreadInWindow,
} from '../../../shared/domain/cadence.ts'
import type { Calendar, SendWindow } from '../../../shared/domain/campaign.ts'
import { between, clock, closed, office, open, weekdays } from '../../support/calendars.ts'

const [tuesday, saturday] = [2, 6]
const iso = (ms: number): string => new Date(ms).toISOString()

test.each<[string, string, string, SendWindow, Calendar, string]>([
  ['within the window it is now', '2026-03-02T10:00Z', 'UTC', office, open, '2026-03-02T10:00Z'],
  ['before it opens it is when it opens', '2026-03-02T05:00Z', 'UTC', office, open, '2026-03-02T09:00Z'],
  ['the opening minute belongs to it', '2026-03-02T09:00Z', 'UTC', office, open, '2026-03-02T09:00Z'],
  [
    'the last millisecond belongs to it',
    '2026-03-02T16:59:59.999Z',
    'UTC',
    office,
    open,
    '2026-03-02T16:59:59.999Z',
  ],
  ['the closing minute does not', '2026-03-02T17:00Z', 'UTC', office, open, '2026-03-03T09:00Z'],
  ['a Friday evening becomes Monday', '2026-03-06T18:00Z', 'UTC', office, open, '2026-03-09T09:00Z'],
  [
    'a window until 24:00 is open in the last minute of the day',
    '2026-03-02T23:59Z',
    'UTC',
    between(clock(20), clock(24)),
    open,
    '2026-03-02T23:59Z',
  ],
  [
    'at midnight a window until 24:00 has closed',
    '2026-03-03T00:00Z',
    'UTC',
    between(clock(20), clock(24)),
    open,
    '2026-03-03T20:00Z',
  ],
  [
    'the only weekday of a window comes back after a week',
    '2026-03-03T17:00Z',
    'UTC',
    between(clock(9), clock(17), [tuesday]),
    open,
    '2026-03-10T09:00Z',
  ],
  [
    'nine in Berlin in winter is eight in London',
    '2026-03-02T06:00+01:00',
    'Europe/Berlin',
    office,
    open,
    '2026-03-02T08:00Z',
  ],
  ['nine in Berlin in summer', '2026-07-06T05:00Z', 'Europe/Berlin', office, open, '2026-07-06T07:00Z'],
  [
    'on the Monday after the clocks went forward nine is nine',
    '2026-03-28T12:00Z',
    'Europe/Berlin',
    office,
    open,
    '2026-03-30T09:00+02:00',
  ],
  [
    'on the Monday after the clocks went back nine is nine',
    '2026-10-24T12:00Z',
    'Europe/Berlin',
    office,
    open,
    '2026-10-26T09:00+01:00',
  ],
  [
    'on the Sunday of the change in the United States nine is nine',
    '2026-03-07T20:00-05:00',
    'America/New_York',
    between(clock(9), clock(17)),
    open,
    '2026-03-08T09:00-04:00',
  ],
  [
    'an edge in the skipped hour comes an hour later',
    '2026-03-29T01:59+01:00',
    'Europe/Berlin',
    between(clock(2, 15), clock(6)),
    open,
    '2026-03-29T03:15+02:00',
  ],
  [
    'a window until a skipped time stays open an hour longer by the clock',
    '2026-03-29T03:20+02:00',
    'Europe/Berlin',
    between(clock(1), clock(2, 30)),
    open,
    '2026-03-29T03:20+02:00',
  ],
  [
    'a window of the skipped hour alone is an hour later',
    '2026-03-29T00:00+01:00',
    'Europe/Berlin',
    between(clock(2, 10), clock(2, 40)),
    open,
    '2026-03-29T03:10+02:00',
  ],
  [
    'a window from the skipped hour to its end has no moment and waits for the next day',
    '2026-03-29T00:00+01:00',
    'Europe/Berlin',
    between(clock(2), clock(3)),
    open,
    '2026-03-30T02:00+02:00',
  ],
  [
    'a window that would close before it opens waits for the next day',
    '2026-03-29T03:00+02:00',
    'Europe/Berlin',
    between(clock(2, 30), clock(3, 15)),
    open,
    '2026-03-30T02:30+02:00',
  ],
  [
    'a window from a repeated time opens the first time',
    '2026-10-25T01:00+02:00',
    'Europe/Berlin',
    between(clock(2, 30), clock(6)),
    open,
    '2026-10-25T02:30+02:00',
  ],
  [
    'a window that opened in the first of two hours is open in the second',
    '2026-10-25T02:10+01:00',
    'Europe/Berlin',
    between(clock(2, 30), clock(6)),
    open,
    '2026-10-25T02:10+01:00',
  ],
  [
    'a window until a repeated time closes the first time',
    '2026-10-25T02:10+01:00',
    'Europe/Berlin',
    between(clock(1), clock(2, 30)),
    open,
    '2026-10-26T01:00+01:00',
  ],
  [
    'the repeated hour of the United States is of one window',
    '2026-11-01T01:30-05:00',
    'America/New_York',
    between(clock(1), clock(2)),
    open,
    '2026-11-01T01:30-05:00',
  ],
  [
    'a window whose end is skipped with the rest of its date ends with the date',
    '2026-03-29T00:05-01:00',
    'America/Nuuk',
    between(clock(20), clock(23, 15), [saturday]),
    open,
    '2026-04-04T20:00-01:00',
  ],
  [
    'a window in the skipped hour at the end of a date waits for the next day',
    '2026-03-28T22:00-02:00',
    'America/Nuuk',
    between(clock(23, 10), clock(23, 40)),
    open,
    '2026-03-29T23:10-01:00',
  ],
  [
    'in the south the clocks go forward in October',
    '2026-10-04T01:30+10:00',
    'Australia/Sydney',
    between(clock(2, 30), clock(9)),
    open,
    '2026-10-04T03:30+11:00',
  ],
  [
    'in the south the clocks go back in April',
    '2026-04-05T00:30+11:00',
    'Australia/Sydney',
    between(clock(9), clock(17)),
    open,
    '2026-04-05T09:00+10:00',
  ],
  [
    'half an hour is skipped on Lord Howe',
    '2026-10-04T01:00+10:30',
    'Australia/Lord_Howe',
    between(clock(2, 15), clock(5)),
    open,
    '2026-10-04T02:45+11:00',
  ],
  [
    'two hours are skipped at Troll',
    '2026-03-29T00:30Z',
    'Antarctica/Troll',
    between(clock(1, 30), clock(9)),
    open,
    '2026-03-29T03:30+02:00',
  ],
  ['a half-hour zone', '2026-03-02T01:00Z', 'Asia/Kolkata', office, open, '2026-03-02T09:00+05:30'],
  ['a quarter-hour zone', '2026-03-02T01:00Z', 'Asia/Kathmandu', office, open, '2026-03-02T03:15Z'],
  [
    'a half-hour zone behind UTC in its summer',
    '2026-07-06T10:00Z',
    'America/St_Johns',
    office,
    open,
    '2026-07-06T09:00-02:30',
  ],
  [
    'fourteen hours ahead it is Tuesday already',
    '2026-03-02T10:30Z',
    'Pacific/Kiritimati',
    office,
    open,
    '2026-03-02T19:00Z',
  ],
  [
    'eleven hours behind it is Sunday still',
    '2026-03-02T10:00Z',
    'Pacific/Pago_Pago',
    office,
    open,
    '2026-03-02T20:00Z',
  ],
  [
    'a holiday of one year is passed over',
    '2026-04-06T10:00+02:00',
    'Europe/Berlin',
    office,
    closed,
    '2026-04-07T09:00+02:00',
  ],
  [
    'on the same date of another year the window opens',
    '2027-04-06T10:00+02:00',
    'Europe/Berlin',
    office,
    closed,
    '2027-04-06T10:00+02:00',
  ],
  [
    'Good Friday, the weekend and Easter Monday are passed over together',
    '2026-04-02T18:00+02:00',
    'Europe/Berlin',
    office,
    closed,
    '2026-04-07T09:00+02:00',
  ],
  [
    'a holiday of every year is passed over in any',
    '2031-12-25T10:00+01:00',
    'Europe/Berlin',
    office,
    closed,
    '2031-12-29T09:00+01:00',
  ],
  [
    'a window of Saturdays passes over a holiday on one',
    '2026-12-22T10:00+01:00',
    'Europe/Berlin',
    between(clock(9), clock(12), [saturday]),
    closed,
    '2027-01-02T09:00+01:00',
  ],
  [
    'a holiday ends with the local day, though it goes on elsewhere',
    '2026-12-26T12:00Z',
    'Pacific/Kiritimati',
    between(clock(0), clock(24)),
    closed,
    '2026-12-26T12:00Z',
  ],
  [
    'a holiday begins with the local day, though it has begun elsewhere',
    '2026-12-25T10:59Z',
    'Pacific/Pago_Pago',
    between(clock(0), clock(24)),
    closed,
    '2026-12-25T10:59Z',
  ],
])('%s: from %s in %s', (_, from, timeZone, window, calendar, expected) => {
  const at = Date.parse(from)
  expect(iso(nextInWindow(at, window, calendar, timeZone))).toBe(iso(Date.parse(expected)))
  expect(isWithinSendWindow(at, window, calendar, timeZone)).toBe(at === Date.parse(expected))
})

/** 63 dates on end. */
const longHoliday = Array.from({ length: 63 }, (_, day) =>
  new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 10),
)

test('a window that never opens is refused', () => {
  const never = 'needs at least one weekday'
  for (const window of [
    { ...office, weekdays: [] },
    { ...office, fromMinutes: 600, toMinutes: 540 },
  ]) {
    expect(() => nextInWindow(0, window, open, 'UTC')).toThrow(never)
    expect(() => spreadInWindow(0, 0.5, window, open, 'UTC')).toThrow(never)
    expect(isWithinSendWindow(Date.parse('2026-03-02T09:30Z'), window, open, 'UTC')).toBe(false)
  }
})

test('a calendar that closes for more than 60 days is refused, whatever waits for it', () => {
  const shut = { businessDays: weekdays, holidays: longHoliday }
  const at = Date.parse('2026-03-01T10:00Z')
  expect(() => nextInWindow(at, office, shut, 'UTC')).toThrow('closed by holidays for 60 days')
  expect(() => spreadInWindow(at, 0.5, office, shut, 'UTC')).toThrow('closed by holidays for 60 days')
  expect(() => afterWait(at, { businessDays: 1 }, shut, 'UTC')).toThrow('needs a business day')
  expect(() => afterWait(at, { until: { minutes: 600 } }, shut, 'UTC')).toThrow('no holiday, in any 60 days')
})

test('a calendar that closes for six weeks opens again', () => {
  const summer = { businessDays: weekdays, holidays: longHoliday.slice(0, 42) }
  const at = Date.parse('2026-03-01T10:00Z')
  expect(iso(nextInWindow(at, office, summer, 'UTC'))).toBe('2026-04-13T09:00:00.000Z')
  expect(iso(afterWait(at, { businessDays: 2 }, summer, 'UTC'))).toBe('2026-04-14T10:00:00.000Z')
})

test('a calendar without business days is refused', () => {
  const idle = { businessDays: [], holidays: [] }
  expect(() => afterWait(0, { businessDays: 1 }, idle, 'UTC')).toThrow('needs a business day')
})

test('what was asked about many dates and many spellings of a zone changes no answer', () => {
  const from = Date.parse('2026-03-28T12:00+01:00')
  const berlin = (): string => iso(nextInWindow(from, office, closed, 'Europe/Berlin'))
  expect(berlin()).toBe('2026-03-30T07:00:00.000Z')
  // More than is remembered of each, so that some of it is forgotten.
  for (let day = 0; day < 3_000; day += 1) nextInWindow(from + day * dayMs, office, closed, 'Europe/Berlin')
  for (let spelling = 0; spelling < 600; spelling += 1)
    nextInWindow(from, office, closed, spelt('europe/berlin', spelling))
  expect(berlin()).toBe('2026-03-30T07:00:00.000Z')
  expect(iso(nextInWindow(from, office, closed, 'EUROPE/berlin'))).toBe('2026-03-30T07:00:00.000Z')
})

/** Each bit of the number makes a letter a capital. */
const spelt = (name: string, bits: number): string =>
  [...name].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join('')
