import { expect, test } from 'vitest'
import { afterWait } from '../../../shared/domain/cadence.ts'
import type { Calendar, Wait } from '../../../shared/domain/campaign.ts'
import { clock, closed, open } from '../../support/calendars.ts'

const [monday, tuesday, sunday] = [1, 2, 7]
const iso = (ms: number): string => new Date(ms).toISOString()

test.each<[string, string, string, Wait, Calendar, string]>([
  [
    'until Tuesday 10:00, later the same day',
    '2026-03-10T08:00Z',
    'UTC',
    { until: { weekday: tuesday, minutes: clock(10) } },
    open,
    '2026-03-10T10:00Z',
  ],
  [
    'until Tuesday 10:00, which it is',
    '2026-03-10T10:00Z',
    'UTC',
    { until: { weekday: tuesday, minutes: clock(10) } },
    open,
    '2026-03-10T10:00Z',
  ],
  [
    'until Tuesday 10:00, a millisecond after it',
    '2026-03-10T10:00:00.001Z',
    'UTC',
    { until: { weekday: tuesday, minutes: clock(10) } },
    open,
    '2026-03-17T10:00Z',
  ],
  [
    'until a Tuesday that is a holiday means the Tuesday after',
    '2026-03-02T08:00Z',
    'UTC',
    { until: { weekday: tuesday, minutes: clock(10) } },
    closed,
    '2026-03-10T10:00Z',
  ],
  [
    'until a time on any day passes over holidays',
    '2026-03-02T11:00Z',
    'UTC',
    { until: { minutes: clock(10) } },
    closed,
    '2026-03-05T10:00Z',
  ],
  [
    'until a time on any day may be a Saturday',
    '2026-03-06T11:00Z',
    'UTC',
    { until: { minutes: clock(10) } },
    open,
    '2026-03-07T10:00Z',
  ],
  [
    'until midnight on any day',
    '2026-03-02T00:00:01+05:45',
    'Asia/Kathmandu',
    { until: { minutes: 0 } },
    open,
    '2026-03-03T00:00+05:45',
  ],
  [
    'until a skipped time it is an hour later by the clock',
    '2026-03-28T12:00+01:00',
    'Europe/Berlin',
    { until: { weekday: sunday, minutes: clock(2, 30) } },
    open,
    '2026-03-29T03:30+02:00',
  ],
  [
    'a skipped time is still ahead just after the change',
    '2026-03-29T03:10+02:00',
    'Europe/Berlin',
    { until: { minutes: clock(2, 30) } },
    open,
    '2026-03-29T03:30+02:00',
  ],
  [
    'until a repeated time it is the first',
    '2026-10-25T00:00+02:00',
    'Europe/Berlin',
    { until: { minutes: clock(2, 30) } },
    open,
    '2026-10-25T02:30+02:00',
  ],
  [
    'once the first of two has passed it is the next day',
    '2026-10-25T02:40+02:00',
    'Europe/Berlin',
    { until: { minutes: clock(2, 30) } },
    open,
    '2026-10-26T02:30+01:00',
  ],
  [
    'the second of two does not count, though it is ahead',
    '2026-11-01T01:10-05:00',
    'America/New_York',
    { until: { weekday: sunday, minutes: clock(1, 30) } },
    open,
    '2026-11-08T01:30-05:00',
  ],
  [
    'until Monday on the lead’s own calendar',
    '2026-03-01T11:00Z',
    'Pacific/Pago_Pago',
    { until: { weekday: monday, minutes: clock(8) } },
    open,
    '2026-03-02T08:00-11:00',
  ],
  [
    'hours, then days, then business days, then until',
    '2026-03-27T22:00+01:00',
    'Europe/Berlin',
    { hours: 3, days: 1, businessDays: 2, until: { weekday: monday, minutes: clock(9) } },
    closed,
    '2026-04-13T09:00+02:00',
  ],
])('%s: from %s in %s', (_, from, timeZone, wait, calendar, expected) => {
  expect(iso(afterWait(Date.parse(from), wait, calendar, timeZone))).toBe(iso(Date.parse(expected)))
})
