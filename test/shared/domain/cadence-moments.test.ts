import { expect, test } from 'vitest'
import { spreadInWindow } from '../../../shared/domain/cadence.ts'
import type { Calendar, SendWindow } from '../../../shared/domain/campaign.ts'
import { between, clock, closed, office, open } from '../../support/calendars.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

test.each<[string, string, string, number, SendWindow | undefined, Calendar, string]>([
  ['half of the window that is to come', '2026-03-02T05:00Z', 'UTC', 0.5, office, open, '2026-03-02T13:00Z'],
  ['half of the window that is open', '2026-03-02T10:00Z', 'UTC', 0.5, office, open, '2026-03-02T13:00Z'],
  ['the moment itself', '2026-03-02T13:00Z', 'UTC', 0.5, office, open, '2026-03-02T13:00Z'],
  [
    'an hour after the moment it is still that',
    '2026-03-02T14:00Z',
    'UTC',
    0.5,
    office,
    open,
    '2026-03-02T13:00Z',
  ],
  [
    'more than an hour after, it is tomorrow’s',
    '2026-03-02T14:00:00.001Z',
    'UTC',
    0.5,
    office,
    open,
    '2026-03-03T13:00Z',
  ],
  [
    'the hour goes on when the window has closed',
    '2026-03-02T17:30Z',
    'UTC',
    0.9375,
    office,
    open,
    '2026-03-02T16:30Z',
  ],
  ['none of it is when it opens', '2026-03-02T05:00Z', 'UTC', 0, office, open, '2026-03-02T09:00Z'],
  [
    'a Friday’s moment that is over is Monday’s',
    '2026-03-06T15:00Z',
    'UTC',
    0.5,
    office,
    open,
    '2026-03-09T13:00Z',
  ],
  [
    'a holiday has no moment',
    '2026-04-02T17:00+02:00',
    'Europe/Berlin',
    0.25,
    office,
    closed,
    '2026-04-07T11:00+02:00',
  ],
  [
    'without a window it is of the whole day',
    '2026-03-02T00:00+01:00',
    'Europe/Berlin',
    0.75,
    undefined,
    open,
    '2026-03-02T18:00+01:00',
  ],
  [
    'without a window a holiday is a day',
    '2026-12-25T00:00+01:00',
    'Europe/Berlin',
    0.75,
    undefined,
    closed,
    '2026-12-25T18:00+01:00',
  ],
  [
    'half of a day of 23 hours',
    '2026-03-29T00:00+01:00',
    'Europe/Berlin',
    0.5,
    undefined,
    open,
    '2026-03-29T12:30+02:00',
  ],
  [
    'half of a day of 25 hours',
    '2026-10-25T00:00+02:00',
    'Europe/Berlin',
    0.5,
    undefined,
    open,
    '2026-10-25T11:30+01:00',
  ],
  [
    'half of a day of 24 and a half hours',
    '2026-04-05T00:00+11:00',
    'Australia/Lord_Howe',
    0.5,
    undefined,
    open,
    '2026-04-05T11:45+10:30',
  ],
  [
    'half of a window that the repeated hour makes longer',
    '2026-11-01T00:30-04:00',
    'America/New_York',
    0.5,
    between(clock(1), clock(4)),
    open,
    '2026-11-01T02:00-05:00',
  ],
  [
    'half of a window that the skipped hour makes shorter',
    '2026-03-08T00:30-05:00',
    'America/New_York',
    0.5,
    between(clock(1), clock(5)),
    open,
    '2026-03-08T03:30-04:00',
  ],
  [
    'a moment late in the day stays over midnight',
    '2026-03-03T00:10+14:00',
    'Pacific/Kiritimati',
    0.96875,
    undefined,
    open,
    '2026-03-02T23:15+14:00',
  ],
  [
    'a fraction of a millisecond is left off',
    '2026-03-02T00:00Z',
    'UTC',
    0.1,
    between(0, 1),
    open,
    '2026-03-02T00:00:06Z',
  ],
])('%s: from %s in %s', (_, from, timeZone, fraction, window, calendar, expected) => {
  expect(iso(spreadInWindow(Date.parse(from), fraction, window, calendar, timeZone))).toBe(
    iso(Date.parse(expected)),
  )
})

test('the last fraction below 1 is still before the window closes', () => {
  const last = spreadInWindow(Date.parse('2026-03-02T00:00Z'), 1 - Number.EPSILON / 2, office, open, 'UTC')
  expect(iso(last)).toBe('2026-03-02T16:59:59.999Z')
})
