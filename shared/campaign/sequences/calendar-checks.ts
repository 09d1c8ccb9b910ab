/** The days of a campaign: holidays are dates that exist, and leave every window and every wait a day to come. */

import { dayMs } from '../../domain/cadence.ts'
import { isBusinessDay, isHoliday, weekdayOf } from '../../domain/calendar.ts'
import type { Calendar, SendWindow } from '../../domain/campaign.ts'
import { weekdayName, weekdaysText } from '../schema/timing-words.ts'
import type { Settings } from '../source/campaign-files.ts'
import type { Path, PlacedSequence } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import type { ReadFile } from '../source/read-file.ts'
import { leastLatenessHours, tooSoon } from './sequence-times.ts'

/** The pipeline looks no further for the next day of a kind: domain/cadence.ts. */
const daysLookedAhead = 60

export const checkCalendar = ({ data, lineAt }: ReadFile<Settings>, problems: Problems): void => {
  const file = 'campaign.yaml'
  data.holidays.forEach((date, at) => {
    if (!exists(date))
      problems.add(file, lineAt('holidays', at), `There is no ${date} in the calendar.`, 'Correct the date.')
  })
  if (data.lateness.atMost < leastLatenessHours)
    problems.add(file, lineAt('lateness', 'atMost'), ...tooSoon('An email', data.lateness.atMost))
  const calendar = calendarOf(data)
  if (isClosed((date) => isBusinessDay(date, calendar), data.holidays))
    problems.add(
      file,
      lineAt('businessDays'),
      `The holidays leave no business day for ${daysLookedAhead} days or more.`,
      'Add a weekday to businessDays, or remove holidays.',
    )
  for (const [name, window] of Object.entries(data.windows))
    checkWindow(window, `The window ${name}`, file, lineAt('windows', name), data, problems)
}

/** Windows that stand in steps, and the weekdays that steps wait for. */
export const checkWindows = (sequence: PlacedSequence, settings: Settings, problems: Problems): void => {
  const { file, lineAt, emailSteps, branches } = sequence
  for (const { step, path } of emailSteps)
    if (step.window !== undefined && typeof step.window !== 'string')
      checkWindow(
        step.window,
        `The window of ${step.id}`,
        file,
        lineAt([...path, 'window']),
        settings,
        problems,
      )
  const waits = [
    ...emailSteps.map(({ step, path }) => ({ id: step.id, wait: step.wait, path })),
    ...branches.map(({ branch, path }) => ({ id: branch.branch, wait: branch.wait, path })),
  ]
  for (const { id, wait, path } of waits) {
    const weekday = wait.until?.weekday
    if (weekday !== undefined) checkWeekday(id, weekday, path, sequence, settings, problems)
  }
}

const checkWindow = (
  window: SendWindow,
  owner: string,
  file: string,
  line: number,
  settings: Settings,
  problems: Problems,
): void => {
  const calendar = calendarOf(settings)
  if (
    isClosed(
      (date) => window.weekdays.includes(weekdayOf(date)) && !isHoliday(date, calendar),
      settings.holidays,
    )
  )
    problems.add(
      file,
      line,
      `${owner} does not open for ${daysLookedAhead} days or more: holidays close all of its days (${weekdaysText(window.weekdays)}).`,
      'Add a weekday to it, or remove holidays.',
    )
}

const checkWeekday = (
  id: string,
  weekday: number,
  path: Path,
  { file, lineAt }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  const calendar = calendarOf(settings)
  if (isClosed((date) => weekdayOf(date) === weekday && !isHoliday(date, calendar), settings.holidays))
    problems.add(
      file,
      lineAt([...path, 'wait']),
      `The step ${id} waits for a ${weekdayName(weekday)}, but for ${daysLookedAhead} days or more every ${weekdayName(weekday)} is a holiday.`,
      'Wait for another weekday, or remove holidays.',
    )
}

const calendarOf = ({ businessDays, holidays }: Settings): Calendar => ({ businessDays, holidays })

const exists = (date: string): boolean => {
  // 29 February comes, though not every year.
  const whole = date.length === 5 ? `2024-${date}` : date
  const atMs = Date.parse(`${whole}T00:00:00Z`)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(whole)
}

/**
 * Whether `daysLookedAhead` days in a row are closed, in any year that the holidays name and the eight around, leap
 * years too.
 */
const isClosed = (isOpen: (date: number) => boolean, holidays: readonly string[]): boolean => {
  const years = holidays.filter((date) => date.length > 5).map((date) => Number(date.slice(0, 4)))
  const first = Math.min(2024, ...years) - 4
  const last = Math.max(2024, ...years) + 4
  let closed = 0
  for (let date = Date.UTC(first, 0, 1) / dayMs; date < Date.UTC(last + 1, 0, 1) / dayMs; date += 1) {
    closed = isOpen(date) ? 0 : closed + 1
    if (closed >= daysLookedAhead) return true
  }
  return false
}
