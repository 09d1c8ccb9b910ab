/** Calendars and windows of the kind a marketer writes, for the tests of a sequence's timing. */
import type { Calendar, SendWindow } from '../../shared/domain/campaign.ts'

const everyDay = [1, 2, 3, 4, 5, 6, 7]
export const weekdays = [1, 2, 3, 4, 5]

/** No holidays. */
export const open: Calendar = { businessDays: weekdays, holidays: [] }

/** Christmas and New Year come back; Easter and two days of a company's own are of one year. */
export const closed: Calendar = {
  businessDays: weekdays,
  holidays: ['12-25', '12-26', '01-01', '2026-04-03', '2026-04-06', '2026-03-03', '2026-03-04'],
}

export const sundayToThursday: Calendar = { businessDays: [7, 1, 2, 3, 4], holidays: ['02-29'] }

/** Minutes after midnight. */
export const clock = (hours: number, minutes = 0): number => hours * 60 + minutes

export const between = (fromMinutes: number, toMinutes: number, on = everyDay): SendWindow => ({
  weekdays: on,
  fromMinutes,
  toMinutes,
})

export const office = between(clock(9), clock(17), weekdays)
