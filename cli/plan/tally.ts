/** Counts what becomes of leads, sequence by sequence; a few numbers each, however many leads there are. */
import type { SendWindow } from '../../shared/domain/campaign.ts'
import type { EnrolmentChange, LeadChange, Outcome } from '../../shared/domain/plan-change.ts'
import { windowOrAnyTime } from './words.ts'

export interface StepCounts {
  lost: number
  gained: number
  passed: number
  hadAlready: number
  otherEmail: number
}

export interface Moves {
  readonly earlier: number
  readonly later: number
  /** Of how far they move either way, in whole hours. */
  readonly medianHours: number
  readonly mostHours: number
}

export interface MadeDue {
  readonly leads: number
  readonly fromMs: number
  readonly untilMs: number
  readonly windows: readonly string[]
  readonly mostInAnHour: number
}

/** Under way before the change, each counted once. */
export const underWayOutcomes = [
  'asBefore',
  'moves',
  'otherEmail',
  'gains',
  'loses',
  'restarts',
  'toSales',
  'ends',
] as const satisfies readonly Outcome[]

const hourMs = 3_600_000

export class SequenceTally {
  readonly outcomes = new Map<Outcome, number>()
  readonly ends = new Map<string, number>()
  readonly steps = new Map<string, StepCounts>()
  /** Leads by the version that they finish. */
  readonly pinned = new Map<string, number>()
  sentTwice = 0
  readonly #shifts = new Map<number, number>()
  readonly #dueByHour = new Map<number, number>()
  readonly #windows = new Set<string>()
  #madeDue = { leads: 0, fromMs: Number.POSITIVE_INFINITY, untilMs: 0 }

  add(change: EnrolmentChange): void {
    const { outcome, why, moved, pinnedTo, madeDue } = change
    bump(this.outcomes, outcome)
    if (outcome === 'suppressed' || outcome === 'withSales') return
    if (why) bump(this.ends, why)
    if (outcome === 'moves' && moved) bump(this.#shifts, Math.round(moved.byMs / hourMs))
    if (pinnedTo !== undefined && outcome !== 'finished') bump(this.pinned, pinnedTo)
    this.sentTwice += change.sentTwice.length
    for (const kind of ['lost', 'gained', 'passed', 'hadAlready', 'otherEmail'] as const) {
      // A lead that leaves the sequence gets nothing more of it: that is said once, and not for each step.
      if (kind === 'lost' && (outcome === 'ends' || outcome === 'toSales')) continue
      for (const step of change[kind]) this.#step(step)[kind] += 1
    }
    if (madeDue) this.#due(madeDue)
  }

  get underWay(): number {
    return underWayOutcomes.reduce((sum, outcome) => sum + (this.outcomes.get(outcome) ?? 0), 0)
  }

  get moves(): Moves | undefined {
    const shifts = [...this.#shifts].map(([hours, leads]) => ({ hours: Math.abs(hours), leads }))
    if (shifts.length === 0) return undefined
    shifts.sort((a, b) => a.hours - b.hours)
    const total = shifts.reduce((sum, { leads }) => sum + leads, 0)
    let passed = 0
    const median = shifts.find(({ leads }) => {
      passed += leads
      return passed * 2 >= total
    })
    const earlier = [...this.#shifts].reduce((sum, [hours, leads]) => sum + (hours < 0 ? leads : 0), 0)
    return {
      earlier,
      later: total - earlier,
      medianHours: median?.hours ?? 0,
      mostHours: shifts.at(-1)?.hours ?? 0,
    }
  }

  get madeDue(): MadeDue | undefined {
    if (this.#madeDue.leads === 0) return undefined
    return {
      ...this.#madeDue,
      windows: [...this.#windows].sort(),
      mostInAnHour: Math.max(...this.#dueByHour.values()),
    }
  }

  #step(id: string): StepCounts {
    const known = this.steps.get(id) ?? { lost: 0, gained: 0, passed: 0, hadAlready: 0, otherEmail: 0 }
    this.steps.set(id, known)
    return known
  }

  #due({ atMs, window }: { readonly atMs: number; readonly window?: SendWindow }): void {
    const { leads, fromMs, untilMs } = this.#madeDue
    this.#madeDue = {
      leads: leads + 1,
      fromMs: Math.min(fromMs, atMs),
      untilMs: Math.max(untilMs, atMs),
    }
    bump(this.#dueByHour, Math.floor(atMs / hourMs))
    this.#windows.add(windowOrAnyTime(window))
  }
}

/** Over all sequences. */
export class LeadTally {
  leads = 0
  underWay = 0
  suppressed = 0
  withSales = 0
  waitingToConfirm = 0
  /** Waited for a confirmation, and do no more: their form is gone, or asks for none. */
  confirmationsGone = 0
  /** Are asked to confirm, and were not before. */
  confirmationsNew = 0
  qualifyNow = 0
  qualifyNoMore = 0
  /** With sales and not accepted: so few points that they come back once their dwell is over. */
  fallBack = 0
  readonly sequences = new Map<string, SequenceTally>()
  /** Leads that are still to get an email, by email; leads in all where they had it to come before. */
  readonly emails = new Map<string, number>()
  /** Emails on one day (UTC), by day since 1970. */
  readonly daysBefore = new Map<number, number>()
  readonly daysAfter = new Map<number, number>()
  /** Emails that an old version of a sequence sends, by sequence, version and email. */
  readonly ofPinned = new Map<string, number>()

  add(
    { before, after, enrolments }: LeadChange,
    thresholds: { readonly before: number; readonly after: number },
  ): void {
    this.leads += 1
    const { stage, cycle } = before.state
    if (stage === 'suppressed') this.suppressed += 1
    else if (after.state.stage === 'qualified' || stage === 'accepted' || stage === 'won' || stage === 'lost')
      this.withSales += 1
    const waits = isWaiting(before)
    if (waits) this.waitingToConfirm += 1
    if (waits && !isWaiting(after)) this.confirmationsGone += 1
    if (!waits && isWaiting(after)) this.confirmationsNew += 1
    const qualified = before.decision.kind === 'qualify'
    const qualifies = after.decision.kind === 'qualify'
    if (qualifies && !qualified) this.qualifyNow += 1
    if (qualified && !qualifies) this.qualifyNoMore += 1
    if (
      cycle?.status === 'open' &&
      stage === 'qualified' &&
      before.state.score.totalHundredths >= thresholds.before * 100 &&
      after.state.score.totalHundredths < thresholds.after * 100
    )
      this.fallBack += 1
    const outcomes: readonly Outcome[] = underWayOutcomes
    if (enrolments.some(({ outcome }) => outcomes.includes(outcome))) this.underWay += 1
    for (const change of enrolments) this.#count(change, after)
    for (const email of new Set(after.touches.map((touch) => touch.email))) bump(this.emails, email)
    for (const { dueAtMs } of before.touches) bump(this.daysBefore, Math.floor(dueAtMs / dayMs))
    for (const { dueAtMs } of after.touches) bump(this.daysAfter, Math.floor(dueAtMs / dayMs))
  }

  #count(change: EnrolmentChange, after: LeadChange['after']): void {
    const tally = this.sequences.get(change.sequence) ?? new SequenceTally()
    this.sequences.set(change.sequence, tally)
    tally.add(change)
    if (change.pinnedTo === undefined) return
    for (const { enrolment, email } of after.touches)
      if (enrolment === change.enrolment)
        bump(this.ofPinned, JSON.stringify([change.sequence, change.pinnedTo, email]))
  }
}

const dayMs = 24 * hourMs

/** An email asks it to confirm, or has asked. */
const isWaiting = ({ state }: LeadChange['after']): boolean =>
  state.stage !== 'suppressed' &&
  state.enrolments.some(({ purpose, hasLapsed }) => purpose === 'confirmation' && !hasLapsed)

const bump = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
