/** Adds up what happens to leads as they are played, in room that does not grow with their number. */
import { dayMs, hourMs } from '../../shared/domain/cadence.ts'
import { weekdayOf } from '../../shared/domain/calendar.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import type { LeadState, Stage } from '../../shared/domain/fold.ts'
import { wallClockMs } from '../../shared/domain/wall-clock.ts'
import { metricOf } from '../../shared/flows/tally.ts'
import type { SalesEmail, SentTouch, Watch, Work } from './play-lead.ts'

export const minuteMs = 60_000

/** By day: `sent` and `clicked` count emails, the others leads. */
export const funnelFields = [
  'captured',
  'sent',
  'clicked',
  'qualified',
  'exhausted',
  'unsubscribed',
  'bounced',
] as const
export type FunnelField = (typeof funnelFields)[number]

/** Metrics that are told apart when counting what a minute's tally writes; sources are visitors' texts, without end. */
const metricsApart = 256

export interface VariantCount {
  sent: number
  clicked: number
  unsubscribed: number
}

export class Measures implements Watch {
  readonly startMs: number
  readonly days: number
  readonly funnel: Readonly<Record<FunnelField, Uint32Array>>
  /** Emails given to SES, sales' among them, minute by minute. */
  readonly emailsByMinute: Uint32Array
  /** Touches by hour of the week on the lead's own clock, from Monday 00:00. */
  readonly touchesByWeekHour = new Uint32Array(7 * 24)
  /** Confirmations by hour, for the caps that are not played. */
  readonly confirmationsByHour: Uint32Array
  /** Metrics as the report has them. */
  readonly metrics = new Map<string, number>()
  /** By `<sequence>|<step>|<variant>`, for steps that are tests. */
  readonly variants = new Map<string, VariantCount>()
  readonly stages = new Map<Stage, number>()
  readonly facts = new Map<Fact['kind'], number>()
  readonly work = new Map<Work, number>()
  readonly skipped = new Map<string, number>()
  leads = 0
  leadsQualified = 0
  touches = 0
  salesEmails = 0
  heldOut = 0
  /** Minutes in which tally has something to count, and counters that it then adds to. */
  minutesTallied = 0
  countersAdded = 0
  readonly #minutes: number
  readonly #tallied: Uint8Array
  readonly #counters: Uint8Array
  readonly #metricPlaces = new Map<string, number>()
  #stage: Stage = 'pending'
  #isExhausted = false
  #hasQualified = false
  #isHeldOut = false

  constructor(startMs: number, days: number) {
    this.startMs = startMs
    this.days = days
    // One more: the last moment belongs to the day that begins there.
    this.#minutes = days * 24 * 60 + 1
    const byDay = () => new Uint32Array(days + 1)
    this.funnel = {
      captured: byDay(),
      sent: byDay(),
      clicked: byDay(),
      qualified: byDay(),
      exhausted: byDay(),
      unsubscribed: byDay(),
      bounced: byDay(),
    }
    this.emailsByMinute = new Uint32Array(this.#minutes)
    this.confirmationsByHour = new Uint32Array(days * 24 + 1)
    this.#tallied = new Uint8Array(this.#minutes)
    this.#counters = new Uint8Array((this.#minutes * metricsApart) / 8)
  }

  onFact(fact: Fact): void {
    this.facts.set(fact.kind, (this.facts.get(fact.kind) ?? 0) + 1)
    this.#tally(fact)
    if (fact.kind === 'CAPTURED') this.#count('captured', fact.atMs)
    else if (fact.kind === 'CLICKED') {
      this.#count('clicked', fact.atMs)
      this.#countVariant(fact, 'clicked')
    } else if (fact.kind === 'UNSUBSCRIBED') {
      this.#count('unsubscribed', fact.atMs)
      this.#countVariant(fact, 'unsubscribed')
    } else if (fact.kind === 'BOUNCED') {
      if (fact.bounce === 'permanent') this.#count('bounced', fact.atMs)
    } else if (fact.kind === 'ENROLLED') this.#isHeldOut ||= fact.isHeldOut === true
    else if (fact.kind === 'SKIPPED')
      add(this.skipped, `${sequenceOf(fact.enrolment)}|${fact.step}|${fact.reason}`)
    else if (fact.kind === 'QUALIFIED') {
      this.#count('qualified', fact.atMs)
      this.#hasQualified = true
    }
  }

  onEmail(email: SentTouch | SalesEmail): void {
    const { atMs } = email
    increment(this.emailsByMinute, Math.floor((atMs - this.startMs) / minuteMs))
    if (email.purpose === 'sales') {
      this.salesEmails += 1
      return
    }
    this.touches += 1
    this.#count('sent', atMs)
    if (email.purpose === 'confirmation')
      increment(this.confirmationsByHour, Math.floor((atMs - this.startMs) / hourMs))
    this.#countVariant(email.touch, 'sent')
    const wallMs = wallClockMs(atMs, email.state.timeZone)
    const date = Math.floor(wallMs / dayMs)
    increment(
      this.touchesByWeekHour,
      (weekdayOf(date) - 1) * 24 + Math.floor((wallMs - date * dayMs) / hourMs),
    )
  }

  onLook({ stage }: LeadState, _: unknown, atMs: number): void {
    this.#stage = stage
    if (stage !== 'exhausted' || this.#isExhausted) return
    this.#isExhausted = true
    this.#count('exhausted', atMs)
  }

  onWork(work: Work): void {
    add(this.work, work)
  }

  /** The lead has been played to the end; the next one begins. */
  endLead(): void {
    this.leads += 1
    add(this.stages, this.#stage)
    if (this.#hasQualified) this.leadsQualified += 1
    if (this.#isHeldOut) this.heldOut += 1
    this.#stage = 'pending'
    this.#isExhausted = false
    this.#hasQualified = false
    this.#isHeldOut = false
  }

  countOf(kind: Fact['kind']): number {
    return this.facts.get(kind) ?? 0
  }

  #count(field: FunnelField, atMs: number): void {
    increment(this.funnel[field], Math.floor((atMs - this.startMs) / dayMs))
  }

  #countVariant(
    about: { readonly enrolment: string; readonly step: string; readonly variant?: string },
    what: keyof VariantCount,
  ): void {
    if (about.variant === undefined) return
    const key = `${sequenceOf(about.enrolment)}|${about.step}|${about.variant}`
    const counts = this.variants.get(key) ?? { sent: 0, clicked: 0, unsubscribed: 0 }
    counts[what] += 1
    this.variants.set(key, counts)
  }

  /** As shared/flows/tally.ts counts: by window of a minute, one counter per metric. */
  #tally(fact: Fact): void {
    const minute = Math.floor((fact.atMs - this.startMs) / minuteMs)
    if (minute < 0 || minute >= this.#minutes) return
    if (this.#tallied[minute] === 0) {
      this.#tallied[minute] = 1
      this.minutesTallied += 1
    }
    const metric = metricOf(fact)
    if (metric === undefined) return
    add(this.metrics, metric)
    let place = this.#metricPlaces.get(metric)
    if (place === undefined) {
      place = this.#metricPlaces.size % metricsApart
      this.#metricPlaces.set(metric, place)
    }
    const bit = minute * metricsApart + place
    const byte = this.#counters[bit >> 3] ?? 0
    const mask = 1 << (bit & 7)
    if ((byte & mask) !== 0) return
    this.#counters[bit >> 3] = byte | mask
    this.countersAdded += 1
  }
}

const sequenceOf = (enrolment: string): string =>
  enrolment.startsWith('confirm-') ? 'confirm' : enrolment.replace(/-\d+$/, '')

const add = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const increment = (counts: Uint32Array, at: number): void => {
  if (at >= 0 && at < counts.length) counts[at] = (counts[at] ?? 0) + 1
}
