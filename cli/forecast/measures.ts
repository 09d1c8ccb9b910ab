/** Adds up what happens to leads as they are played, in room that does not grow with their number. */
import type { DayCount } from '../../shared/contracts/counters.ts'
import { dayMs, hourMs } from '../../shared/domain/cadence.ts'
import { weekdayOf } from '../../shared/domain/calendar.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import type { LeadState, Stage } from '../../shared/domain/fold.ts'
import { wallClockMs } from '../../shared/domain/wall-clock.ts'
import { metricsOf } from '../../shared/flows/report/tally.ts'
import type { SalesEmail, SentTouch, Watch, Work } from './play-lead.ts'

export const minuteMs = 60_000

/** By day: `sent` and `clicked` count emails, the latter on the day of their first click; the others count leads. */
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

const minutesPerDay = 24 * 60

/** A counter of the tally. */
interface Counter {
  count: number
  /** By day of the forecast, a bit for each minute whose window adds to it. */
  readonly minutes: Map<number, Uint8Array>
}

/** Counters by day. */
type OfVariant = Map<number, readonly Counter[]>
/** By variant; absent where the step has none. */
type OfStep = Map<string | undefined, OfVariant>
/** By step. */
type OfEnrolment = Map<string, OfStep>

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
  readonly stages = new Map<Stage, number>()
  readonly facts = new Map<Fact['kind'], number>()
  readonly work = new Map<Work, number>()
  leads = 0
  leadsQualified = 0
  touches = 0
  salesEmails = 0
  heldOut = 0
  /** Minutes in which tally has something to count, and counters that it then adds to. */
  minutesTallied = 0
  countersAdded = 0
  /** Items that came into the table, by day, but for the counters. */
  readonly #itemsByDay: Uint32Array
  readonly #minutes: number
  readonly #tallied: Uint8Array
  /** By `<day>|<metric>`. */
  readonly #counters = new Map<string, Counter>()
  /**
   * Those that the most frequent facts add to, by what their names are made of: writing names takes longer than
   * counting.
   */
  readonly #ofTouches = {
    SENT: newMap<string, OfEnrolment>(),
    DELIVERED: newMap<string, OfEnrolment>(),
    OPENED: newMap<string, OfEnrolment>(),
    CLICKED: newMap<string, OfEnrolment>(),
  }
  #stage: Stage = 'pending'
  #isExhausted = false
  #hasQualified = false
  #isHeldOut = false

  constructor(startMs: number, days: number) {
    this.startMs = startMs
    this.days = days
    // One more: the last moment belongs to the day that begins there.
    this.#minutes = days * minutesPerDay + 1
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
    this.#itemsByDay = byDay()
    this.emailsByMinute = new Uint32Array(this.#minutes)
    this.confirmationsByHour = new Uint32Array(days * 24 + 1)
    this.#tallied = new Uint8Array(this.#minutes)
  }

  onFact(fact: Fact, nowMs: number): void {
    this.facts.set(fact.kind, (this.facts.get(fact.kind) ?? 0) + 1)
    this.#tally(fact, nowMs)
    this.#addItems(itemsWith(fact), nowMs)
    if (fact.kind === 'CAPTURED') this.#count('captured', nowMs)
    else if (fact.kind === 'RESPONDED') {
      if (fact.to === 'link') this.#count('clicked', nowMs)
    } else if (fact.kind === 'UNSUBSCRIBED') this.#count('unsubscribed', nowMs)
    else if (fact.kind === 'BOUNCED') {
      if (fact.bounce === 'permanent') this.#count('bounced', nowMs)
    } else if (fact.kind === 'ENROLLED') this.#isHeldOut ||= fact.isHeldOut === true
    else if (fact.kind === 'QUALIFIED') {
      this.#count('qualified', nowMs)
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
    // The claim, and of a confirmation its places under the caps.
    this.#addItems(email.purpose === 'confirmation' ? 4 : 1, atMs)
    this.#count('sent', atMs)
    if (email.purpose === 'confirmation')
      increment(this.confirmationsByHour, Math.floor((atMs - this.startMs) / hourMs))
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

  /** As the report reads them. */
  dayCounts(): DayCount[] {
    return [...this.#counters].map(([key, { count }]) => {
      const bar = key.indexOf('|')
      return { day: key.slice(0, bar), metric: key.slice(bar + 1), count }
    })
  }

  /** How many items the table has when each day begins: what the sweep of that day reads. */
  itemsAtDayStart(): number[] {
    const added = [...this.#itemsByDay]
    for (const { minutes } of this.#counters.values()) {
      const first = Math.min(...minutes.keys())
      added[first] = (added[first] ?? 0) + 1
    }
    let items = 0
    return added.slice(0, this.days).map((count) => {
      const before = items
      items += count
      return before
    })
  }

  #addItems(items: number, atMs: number): void {
    const day = Math.floor((atMs - this.startMs) / dayMs)
    if (day >= 0 && day < this.#itemsByDay.length)
      this.#itemsByDay[day] = (this.#itemsByDay[day] ?? 0) + items
  }

  #count(field: FunnelField, atMs: number): void {
    increment(this.funnel[field], Math.floor((atMs - this.startMs) / dayMs))
  }

  /** As shared/flows/report/tally.ts counts: by the minute in which a fact arrives, to each of its counters once. */
  #tally(fact: Fact, nowMs: number): void {
    const minute = Math.floor((nowMs - this.startMs) / minuteMs)
    if (minute < 0 || minute >= this.#minutes) return
    if (this.#tallied[minute] === 0) {
      this.#tallied[minute] = 1
      this.minutesTallied += 1
    }
    for (const counter of this.#countersOf(fact)) this.#addTo(counter, minute)
  }

  #countersOf(fact: Fact): readonly Counter[] {
    const counters = () => metricsOf(fact).map((key) => valueAt(this.#counters, key, newCounter))
    if (
      fact.kind !== 'SENT' &&
      fact.kind !== 'DELIVERED' &&
      fact.kind !== 'OPENED' &&
      fact.kind !== 'CLICKED'
    )
      return counters()
    const ofEnrolment = valueAt(this.#ofTouches[fact.kind], fact.enrolment, newMap<string, OfStep>)
    const ofStep = valueAt(ofEnrolment, fact.step, newMap<string | undefined, OfVariant>)
    const ofVariant = valueAt(ofStep, fact.variant, newMap<number, readonly Counter[]>)
    return valueAt(ofVariant, Math.floor(fact.atMs / dayMs), counters)
  }

  #addTo(counter: Counter, minute: number): void {
    counter.count += 1
    const day = Math.floor(minute / minutesPerDay)
    const bits = valueAt(counter.minutes, day, newBits)
    const bit = minute - day * minutesPerDay
    const byte = bits[bit >> 3] ?? 0
    const mask = 1 << (bit & 7)
    if ((byte & mask) !== 0) return
    bits[bit >> 3] = byte | mask
    this.countersAdded += 1
  }
}

/** The fact; with a submission its token and the lead's summary, with what stops all emails the marker that does. */
const itemsWith = (fact: Fact): number => {
  if (fact.kind === 'CAPTURED') return 3
  const isSuppressing =
    fact.kind === 'UNSUBSCRIBED' ||
    fact.kind === 'COMPLAINED' ||
    (fact.kind === 'BOUNCED' && fact.bounce === 'permanent')
  return isSuppressing ? 2 : 1
}

const newCounter = (): Counter => ({ count: 0, minutes: new Map() })

const newMap = <K, V>(): Map<K, V> => new Map()

const newBits = (): Uint8Array => new Uint8Array(minutesPerDay / 8)

const valueAt = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const add = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const increment = (counts: Uint32Array, at: number): void => {
  if (at >= 0 && at < counts.length) counts[at] = (counts[at] ?? 0) + 1
}
