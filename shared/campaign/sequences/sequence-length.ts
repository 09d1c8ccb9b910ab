/** How long a sequence takes a lead that nothing holds back, along its shortest and its longest way. */
import { afterWait, dayMs, hourMs, nextInWindow } from '../../domain/cadence.ts'
import type { Calendar, SendWindow, Wait } from '../../domain/campaign.ts'
import type { EmailStepFile, SequenceFile } from '../schema/sequence-schema.ts'
import type { Settings } from '../source/campaign-files.ts'
import { windowOf } from './compile-sequence.ts'
import { afterArm, openArms } from './sequence-order.ts'

/** A step on a way: an email, or a branch, which only waits. */
export interface Leg {
  readonly wait: Wait
  readonly isEmail: boolean
  readonly window?: SendWindow
}

export interface SequenceLength {
  readonly leastDays: number
  readonly mostDays: number
  /** Emails that one lead gets. */
  readonly leastEmails: number
  readonly mostEmails: number
  readonly longest: readonly Leg[]
}

/** How often one lead may hear from us. */
export type Pace = Pick<Settings, 'minimumGapHours' | 'frequencyCap'>

/** A Monday. Leads come at any hour of a week; holidays depend on the year, and are left out. */
const mondayMs = Date.UTC(2024, 0, 1)
export const startsOfWeek: readonly number[] = Array.from(
  { length: 56 },
  (_, at) => mondayMs + at * 3 * hourMs,
)

export const plainCalendar = ({ businessDays }: Settings): Calendar => ({ businessDays, holidays: [] })

export const lengthOf = (data: SequenceFile, settings: Settings): SequenceLength => {
  const ways = waysOf(data, settings)
  const calendar = plainCalendar(settings)
  const days = (legs: readonly Leg[]) =>
    startsOfWeek.map((startMs) => (walk(legs, startMs, calendar).endMs - startMs) / dayMs)
  return {
    leastDays: Math.round(Math.min(...days(ways.shortest))),
    mostDays: Math.round(Math.max(...days(ways.longest))),
    leastEmails: ways.leastEmails,
    mostEmails: ways.mostEmails,
    longest: ways.longest,
  }
}

/** When the way is over, and when each of its emails goes out. The steps' own conditions count as met. */
export const walk = (
  legs: readonly Leg[],
  startMs: number,
  calendar: Calendar,
  pace?: Pace,
): { readonly endMs: number; readonly sentAtMs: readonly number[] } => {
  const sentAtMs: number[] = []
  let atMs = startMs
  for (const { wait, isEmail, window } of legs) {
    const waitedMs = afterWait(atMs, wait, calendar, 'UTC')
    if (!isEmail) {
      atMs = waitedMs
      continue
    }
    const freeMs = Math.max(waitedMs, pace ? freeAtMs(sentAtMs, pace) : waitedMs)
    atMs = window ? nextInWindow(freeMs, window, calendar, 'UTC') : freeMs
    sentAtMs.push(atMs)
  }
  return { endMs: atMs, sentAtMs }
}

const freeAtMs = (sentAtMs: readonly number[], { minimumGapHours, frequencyCap }: Pace): number => {
  const last = sentAtMs.at(-1)
  const capped = frequencyCap && sentAtMs.at(-frequencyCap.emails)
  return Math.max(
    last === undefined ? Number.NEGATIVE_INFINITY : last + minimumGapHours * hourMs,
    capped === undefined ? Number.NEGATIVE_INFINITY : capped + (frequencyCap?.days ?? 0) * dayMs,
  )
}

interface Ways {
  readonly shortest: readonly Leg[]
  readonly longest: readonly Leg[]
  readonly leastEmails: number
  readonly mostEmails: number
}

const noWay: Ways = { shortest: [], longest: [], leastEmails: 0, mostEmails: 0 }

/** From the end backwards: what is best from each place on is the best of what may follow it. */
const waysOf = (data: SequenceFile, settings: Settings): Ways => {
  const from: Ways[] = []
  for (let at = data.steps.length - 1; at >= 0; at -= 1) {
    const step = data.steps[at]
    if (!step) continue
    const goingOn = (place: number): Ways => from[place] ?? noWay
    if (!('branch' in step)) {
      from[at] = joined([step], goingOn(at + 1), settings)
      continue
    }
    const open = openArms(step)
    const arms = open.map(({ steps, goTo }) => joined(steps, goingOn(afterArm(data, at, goTo)), settings))
    const passing = open.every(({ when }) => when !== undefined) ? [goingOn(at + 1)] : []
    const waiting: Leg = { wait: step.wait, isEmail: false }
    const best = [...arms, ...passing].reduce((one, other) => ({
      shortest: hoursOf(other.shortest) < hoursOf(one.shortest) ? other.shortest : one.shortest,
      longest: hoursOf(other.longest) > hoursOf(one.longest) ? other.longest : one.longest,
      leastEmails: Math.min(one.leastEmails, other.leastEmails),
      mostEmails: Math.max(one.mostEmails, other.mostEmails),
    }))
    from[at] = { ...best, shortest: [waiting, ...best.shortest], longest: [waiting, ...best.longest] }
  }
  return from[0] ?? noWay
}

const joined = (steps: readonly EmailStepFile[], after: Ways, settings: Settings): Ways => {
  const legs = steps.map((step) => legOf(step, settings))
  return {
    shortest: [...legs, ...after.shortest],
    longest: [...legs, ...after.longest],
    leastEmails: steps.filter(({ when }) => !when).length + after.leastEmails,
    mostEmails: steps.length + after.mostEmails,
  }
}

export const legOf = (step: EmailStepFile, settings: Pick<Settings, 'windows'>): Leg => {
  const window = windowOf(step, settings)
  return { wait: step.wait, isEmail: true, ...(window && { window }) }
}

/** As long as it takes about: which of two ways is longer needs no more. */
const hoursOf = (legs: readonly Leg[]): number =>
  legs.reduce((sum, { wait: { hours = 0, days = 0, businessDays = 0, until } }) => {
    const untilHours = until === undefined ? 0 : until.weekday === undefined ? 12 : 84
    return sum + hours + days * 24 + businessDays * 33.6 + untilHours
  }, 0)
