import { expect, test } from 'vitest'
import {
  delayAfterText,
  delayText,
  waitText,
  windowText,
} from '../../../shared/campaign/schema/timing-words.ts'
import type { SendWindow, Wait } from '../../../shared/domain/campaign.ts'

test.each<[Wait, string, string, string]>([
  [{}, 'none', 'at once', 'at once after it began'],
  [{ hours: 1 }, '1 hour', '1 hour later', '1 hour after it began'],
  [{ days: 4 }, '4 days', '4 days later', '4 days after it began'],
  [{ businessDays: 3 }, '3 business days', '3 business days later', '3 business days after it began'],
  [{ days: 1, hours: 6 }, '6 hours and 1 day', '6 hours and 1 day later', '6 hours and 1 day after it began'],
  [
    { until: { weekday: 2, minutes: 600 } },
    'until Tue 10:00',
    'until Tue 10:00',
    'after it began, until Tue 10:00',
  ],
  [{ until: { minutes: 545 } }, 'until 09:05', 'until 09:05', 'after it began, until 09:05'],
  [
    { days: 2, until: { minutes: 540 } },
    '2 days, until 09:00',
    '2 days later, until 09:00',
    '2 days after it began, until 09:00',
  ],
])('a wait of %j is "%s", "%s", "%s"', (wait, written, delay, after) => {
  expect(waitText(wait)).toBe(written)
  expect(delayText(wait)).toBe(delay)
  expect(delayAfterText(wait, 'it began')).toBe(after)
})

test.each<[SendWindow, string]>([
  [{ weekdays: [1, 2, 3, 4, 5], fromMinutes: 540, toMinutes: 1020 }, 'Mon–Fri 09:00–17:00'],
  [{ weekdays: [4, 1, 2], fromMinutes: 480, toMinutes: 570 }, 'Mon, Tue, Thu 08:00–09:30'],
  [{ weekdays: [6, 7], fromMinutes: 0, toMinutes: 1440 }, 'Sat, Sun 00:00–24:00'],
  [{ weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinutes: 600, toMinutes: 660 }, 'every day 10:00–11:00'],
])('a window of %j is said as "%s"', (window, words) => {
  expect(windowText(window)).toBe(words)
})
