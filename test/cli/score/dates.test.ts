import { expect, test } from 'vitest'
import { readDates } from '../../../cli/score/dates.ts'

const march = Date.UTC(2026, 2, 2)
const hourMs = 3_600_000

test.each<[string, number]>([
  ['2026-03-02', march],
  ['2026/3/2', march],
  ['2026-03-02 14:30', march + 14.5 * hourMs],
  ['2026-03-02T14:30:00Z', march + 14.5 * hourMs],
  ['2026-03-02T14:30:00.123+02:00', march + 12.5 * hourMs],
  ['02.03.2026', march],
  ['2.3.2026 8:15', march + 8.25 * hourMs],
  ['2 Mar 2026', march],
  ['March 2nd, 2026', march],
  ['2-Mar-2026', march],
  ['2026-03-02 12:05 am', march + hourMs / 12],
  ['2026-03-02 02:00 PM', march + 14 * hourMs],
])('%s is read in UTC', (text, timeMs) => {
  expect(readDates([text])).toEqual({ timesMs: [timeMs] })
})

test('one day beyond the twelfth settles what the others mean', () => {
  expect(readDates(['02/03/2026', '13/03/2026'])).toEqual({ timesMs: [march, march + 11 * 24 * hourMs] })
  expect(readDates(['03/02/2026', '03/13/2026'])).toEqual({ timesMs: [march, march + 11 * 24 * hourMs] })
})

test('where none does, the dates are not guessed at', () => {
  expect(readDates(['02/03/2026', '04/05/2026'])).toEqual({ isAmbiguous: true })
})

test.each(['', 'soon', '2026-02-31', '31/31/2026', '2026-03-02 25:00', '2026-03-02 banana', 'Foo 2, 2026'])(
  '"%s" is no date, and its row is told',
  (text) => {
    expect(readDates(['2026-03-02', text])).toEqual({ badRow: 1 })
  },
)
