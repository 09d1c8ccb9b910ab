import { expect, test } from 'vitest'
import { loadOf } from '../../../cli/forecast/load.ts'

const start = Date.parse('2026-03-02T00:00:00Z')
const quota = { emailsPer24Hours: 100, emailsPerSecond: 0.5 }

/** Three days of minutes with these emails in them. */
const minutes = (given: Readonly<Record<number, number>>): Uint32Array => {
  const counts = new Uint32Array(3 * 1440)
  for (const [minute, emails] of Object.entries(given)) counts[Number(minute)] = emails
  return counts
}

test('the busiest minute, hour and 24 hours are found, the day not from midnight to midnight', () => {
  const load = loadOf(minutes({ 600: 20, 630: 15, 1430: 30, 1450: 40, 3000: 5 }), start, quota)
  expect(load.busiestMinute).toEqual({ fromMs: Date.parse('2026-03-03T00:10:00Z'), emails: 40 })
  expect(load.busiestHour).toEqual({ fromMs: Date.parse('2026-03-03T00:00:00Z'), emails: 40 })
  expect(load.busiest24Hours.emails).toBe(105)
  expect(load.overDailyQuota).toEqual({ firstAtMs: Date.parse('2026-03-03T00:10:00Z'), minutes: 590 })
})

test('an email leaves the 24 hours after 24 hours', () => {
  const load = loadOf(minutes({ 0: 60, 1439: 40, 1440: 40 }), start, quota)
  expect(load.busiest24Hours.emails).toBe(100)
  expect(load.overDailyQuota).toBeUndefined()
})

test('an hour over the rate says by how much, and how long its emails wait', () => {
  // Thirty a minute are let through: 2,000 at once take 67 minutes.
  const load = loadOf(minutes({ 540: 2000 }), start, { ...quota, emailsPer24Hours: 5000 })
  expect(load.hoursOverRate).toEqual([
    { fromMs: Date.parse('2026-03-02T09:00:00Z'), emails: 2000, over: 200 },
  ])
  expect(load.waits).toEqual([{ fromMs: Date.parse('2026-03-02T09:00:00Z'), minutes: 66, mostWaiting: 1970 }])
})

test('no email, no load', () => {
  const load = loadOf(minutes({}), start, quota)
  expect([load.busiestHour.emails, load.busiest24Hours.emails, load.hoursOverRate, load.waits]).toEqual([
    0,
    0,
    [],
    [],
  ])
})
