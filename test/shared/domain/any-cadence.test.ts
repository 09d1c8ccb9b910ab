/** Whatever the zone, the instant and the rules: the fast calendar arithmetic answers as plain Temporal does. */
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import {
  afterWait,
  isWithinSendWindow,
  nextInWindow,
  spreadInWindow,
} from '../../../shared/domain/cadence.ts'
import type { SendWindow, Wait } from '../../../shared/domain/campaign.ts'
import { instantOf, wallClockMs } from '../../../shared/domain/wall-clock.ts'
import { plainAfterWait, plainNextInWindow, plainSpreadInWindow } from '../../support/plain-cadence.ts'
import { runs } from '../../support/runs.ts'

const zones = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Beirut',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Antarctica/Troll',
  'UTC',
]
const [beginMs, endMs] = [Date.UTC(2020, 0, 1), Date.UTC(2036, 0, 1)]

/** When the zone's offset changes; half of all runs are near one, if it has any. */
const changesOf = (timeZone: string): number[] => {
  const changes: number[] = []
  let time = Temporal.Instant.fromEpochMilliseconds(beginMs).toZonedDateTimeISO(timeZone)
  for (;;) {
    const next = time.getTimeZoneTransition('next')
    if (!next || next.epochMilliseconds >= endMs) return changes
    changes.push(next.epochMilliseconds)
    time = next
  }
}

const anyInstant = fc.oneof(
  fc.integer({ min: beginMs, max: endMs - 1 }),
  fc.integer({ min: beginMs / 900_000, max: endMs / 900_000 - 1 }).map((quarters) => quarters * 900_000),
)
const anyPlaceAndTime = fc
  .constantFrom(...zones.map((timeZone) => ({ timeZone, changes: changesOf(timeZone) })))
  .chain(({ timeZone, changes }) =>
    fc.record({
      timeZone: fc.constant(timeZone),
      atMs:
        changes.length === 0
          ? anyInstant
          : fc.oneof(
              anyInstant,
              fc
                .tuple(fc.constantFrom(...changes), fc.integer({ min: -3_000, max: 3_000 }))
                .map(([changeMs, minutes]) => changeMs + minutes * 60_000),
              fc
                .tuple(fc.constantFrom(...changes), fc.integer({ min: -2, max: 2 }))
                .map(([changeMs, ms]) => changeMs + ms),
            ),
    }),
  )

/** Holidays near the instant, so that they matter; of its year or of every year. */
const anyCase = anyPlaceAndTime.chain(({ timeZone, atMs }) =>
  fc.record({
    timeZone: fc.constant(timeZone),
    atMs: fc.constant(atMs),
    calendar: fc.record({
      businessDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
      holidays: fc.array(
        fc
          .tuple(fc.integer({ min: -3, max: 15 }), fc.boolean())
          .map(([days, isYearly]) =>
            new Date(atMs + days * 86_400_000).toISOString().slice(isYearly ? 5 : 0, 10),
          ),
        { maxLength: 6 },
      ),
    }),
  }),
)

const quarterHour = fc.integer({ min: 0, max: 96 }).map((quarters) => quarters * 15)
const anyWindow: fc.Arbitrary<SendWindow> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    fc.oneof(
      fc.tuple(quarterHour, quarterHour),
      // The hours at which clocks change.
      fc.tuple(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 240 })),
    ),
  )
  .filter(([, [from, to]]) => from !== to)
  .map(([weekdays, [one, other]]) => ({
    weekdays,
    fromMinutes: Math.min(one, other),
    toMinutes: Math.max(one, other),
  }))

const anyWait: fc.Arbitrary<Wait> = fc.record(
  {
    hours: fc.integer({ min: 0, max: 1_000 }).map((quarters) => quarters / 4),
    days: fc.integer({ min: 0, max: 400 }),
    businessDays: fc.integer({ min: 0, max: 40 }),
    until: fc.oneof(
      fc.record({ minutes: fc.integer({ min: 0, max: 1_439 }) }),
      fc.record({ minutes: fc.integer({ min: 0, max: 240 }) }),
      fc.record({ weekday: fc.integer({ min: 1, max: 7 }), minutes: fc.integer({ min: 0, max: 1_439 }) }),
    ),
  },
  { requiredKeys: [] },
)

/** Printed, so that a failure can be run again. */
test("the wall clock is Temporal's, both ways", () => {
  fc.assert(
    fc.property(anyPlaceAndTime, ({ timeZone, atMs }) => {
      const time = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
      const wall = time.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds
      expect(wallClockMs(atMs, timeZone)).toBe(wall)
      const asIfShown = Temporal.Instant.fromEpochMilliseconds(atMs)
        .toZonedDateTimeISO('UTC')
        .toPlainDateTime()
      for (const shown of [time.toPlainDateTime(), asIfShown])
        expect(instantOf(shown.toZonedDateTime('UTC').epochMilliseconds, timeZone)).toBe(
          shown.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds,
        )
    }),
    runs(1_500),
  )
})

test('a wait ends when it does by plain Temporal, and never before it began', () => {
  fc.assert(
    fc.property(anyCase, anyWait, ({ timeZone, atMs, calendar }, wait) => {
      const endsMs = afterWait(atMs, wait, calendar, timeZone)
      expect(endsMs).toBe(plainAfterWait(atMs, wait, calendar, timeZone))
      expect(endsMs).toBeGreaterThanOrEqual(atMs)
    }),
    runs(1_500),
  )
})

test('a window opens when it does by plain Temporal, and the answer lies within it', () => {
  fc.assert(
    fc.property(anyCase, anyWindow, ({ timeZone, atMs, calendar }, window) => {
      const expected = plainNextInWindow(atMs, window, calendar, timeZone)
      expect(nextInWindow(atMs, window, calendar, timeZone)).toBe(expected)
      expect(isWithinSendWindow(atMs, window, calendar, timeZone)).toBe(expected === atMs)
      expect(isWithinSendWindow(expected, window, calendar, timeZone)).toBe(true)
    }),
    runs(1_500),
  )
})

test("a moment in a window is plain Temporal's, lies within it and stays for an hour", () => {
  const anyFraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(
      anyCase,
      fc.option(anyWindow, { nil: undefined }),
      anyFraction,
      fc.integer({ min: 0, max: 3_600_000 }),
      ({ timeZone, atMs, calendar }, window, fraction, laterMs) => {
        const momentMs = spreadInWindow(atMs, fraction, window, calendar, timeZone)
        expect(momentMs).toBe(plainSpreadInWindow(atMs, fraction, window, calendar, timeZone))
        if (window) expect(isWithinSendWindow(momentMs, window, calendar, timeZone)).toBe(true)
        const askedMs = momentMs + laterMs
        const again = spreadInWindow(askedMs, fraction, window, calendar, timeZone)
        expect(again).toBe(plainSpreadInWindow(askedMs, fraction, window, calendar, timeZone))
        expect(again).toBe(momentMs)
      },
    ),
    runs(1_500),
  )
})
