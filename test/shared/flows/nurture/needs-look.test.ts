/** Whatever happens to a lead, whatever gets lost on the way: the sweep passes over it only where a look would do nothing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Summary } from '../../../../shared/contracts/stored.ts'
import type { Campaign } from '../../../../shared/domain/campaign.ts'
import { isDecisive } from '../../../../shared/domain/decide.ts'
import { type Fact, factKey } from '../../../../shared/domain/facts.ts'
import { latestCycle } from '../../../../shared/domain/readiness.ts'
import { settle } from '../../../../shared/domain/settle.ts'
import {
  dueEffects,
  type Effect,
  type Look,
  reconcileEffects,
} from '../../../../shared/flows/nurture/effects.ts'
import { countDecisive, needsLook } from '../../../../shared/flows/nurture/needs-look.ts'
import { summarise } from '../../../../shared/flows/nurture/summary.ts'
import {
  captured,
  clicked,
  day,
  enrolled,
  hour,
  monday,
  campaign as plain,
  sent,
} from '../../../support/leads.ts'
import { runs } from '../../../support/runs.ts'

const leadId = 'b'.repeat(32)
const minute = 60_000

/** Deliveries count, so that kinds which mostly do not matter matter here. */
const campaign: Campaign = {
  ...plain,
  scoring: {
    ...plain.scoring,
    rules: [
      ...plain.scoring.rules,
      { id: 'read', dimension: 'engagement', when: { fact: 'OPENED' }, points: 1, reason: 'Read' },
    ],
  },
}

/** A lead in the table, and the functions that look at it; any of them may crash after so many effects. */
class World {
  nowMs = monday
  summary: Summary | undefined
  readonly #facts = new Map<string, Fact>()

  get facts(): readonly Fact[] {
    return [...this.#facts.values()]
  }

  /** Whether it is new. */
  record(fact: Fact): boolean {
    const isNew = !this.#facts.has(factKey(fact))
    if (isNew) this.#facts.set(factKey(fact), fact)
    return isNew
  }

  look(nowMs: number): Look {
    return { ...settle(leadId, this.facts, campaign, nowMs), arranged: this.summary ?? {} }
  }

  /** As the stream or the sweep has it looked at; a qualification's own nudge may be lost. */
  reconcile(fate: Fate): void {
    const { isTrusting, crashAfter, isNudgedAgain } = fate
    const look = this.look(this.nowMs)
    const effects = reconcileEffects(look, { trustsSummary: isTrusting })
    const isWhole = this.#carryOut(effects, look, crashAfter)
    const isChanged = effects.some((effect) => effect.kind === 'record' && !effect.isFolded)
    if (isWhole && isChanged && isNudgedAgain) this.reconcile(fate)
  }

  /** As its appointment has it looked at. */
  due({ crashAfter, isDeferred }: Fate): void {
    const look = this.look(this.nowMs)
    this.#carryOut(dueEffects(look), look, crashAfter, isDeferred)
  }

  #carryOut(effects: readonly Effect[], look: Look, crashAfter: number, isDeferred = false): boolean {
    for (const [at, effect] of effects.entries()) {
      if (at >= crashAfter) return false
      if (effect.kind === 'record') this.record(effect.fact)
      // Only confirmations are capped; when a late email is due may change from hour to hour.
      else if (effect.kind === 'send' && isDeferred && effect.touch.purpose === 'confirmation')
        this.#defer(effect.touch.dueAtMs)
      else if (effect.kind === 'send')
        this.record(sent(effect.touch.step, this.nowMs, effect.touch.enrolment))
      else if (effect.kind === 'summarise')
        this.summary = summarise(look, effect, campaign, this.summary ?? { version: 0 })
    }
    return true
  }

  /** As `send` does where too many confirmations were asked for. */
  #defer(dueAtMs: number): void {
    if (!this.summary) return
    const atMs = this.nowMs + 40 * minute
    const appointment = { atMs, on: 'schedule' as const, deferredFromMs: dueAtMs }
    this.summary = { ...this.summary, appointment }
  }
}

interface Fate {
  readonly isDeferred: boolean
  readonly isTrusting: boolean
  readonly crashAfter: number
  readonly isNudgedAgain: boolean
}

const anyFate: fc.Arbitrary<Fate> = fc.record({
  isDeferred: fc.boolean(),
  isTrusting: fc.boolean(),
  crashAfter: fc.oneof(fc.constant(99), fc.integer({ min: 0, max: 4 })),
  isNudgedAgain: fc.boolean(),
})

const happenings = [
  'submits',
  'submitsReady',
  'asksForNews',
  'confirms',
  'clicks',
  'opens',
  'unsubscribes',
  'bounces',
  'isHandedOff',
  'isAccepted',
  'isReturned',
  'isWon',
] as const

const anyEvent = fc.record({
  afterMinutes: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 40 * 24 * 60 })),
  /** `nothing`: the nudge is lost. `appointment`: the schedule or the queue has the lead looked at. */
  looks: fc.constantFrom('nothing', 'reconcile', 'appointment'),
  happens: fc.option(fc.constantFrom(...happenings), { nil: undefined }),
  fate: anyFate,
})

const factOf = (what: (typeof happenings)[number], world: World, ordinal: number): Fact | undefined => {
  const atMs = world.nowMs
  const submission = `s-${ordinal}`
  const touch = { enrolment: 'learn-1', step: 'one' }
  const cycle = latestCycle(world.facts)?.qualified.cycle
  switch (what) {
    case 'submits':
      return captured({ submission, atMs })
    case 'submitsReady':
      return captured({ submission, atMs, profile: { occupation: 'Analyst', minutes: '20' } })
    case 'asksForNews':
      return captured({ submission, atMs, form: 'news' })
    case 'confirms':
      return { kind: 'CONFIRMED', form: 'news', atMs }
    case 'clicks':
      return clicked('one', atMs, `https://www.example.com/${ordinal}`)
    case 'opens':
      return { kind: 'OPENED', ...touch, atMs }
    case 'unsubscribes':
      return { kind: 'UNSUBSCRIBED', ...touch, via: 'page', atMs }
    case 'bounces':
      return { kind: 'BOUNCED', ...touch, bounce: 'transient', atMs }
  }
  if (cycle === undefined) return undefined
  if (what === 'isHandedOff') return { kind: 'HANDEDOFF', cycle, handOffId: `${leadId}-${cycle}`, atMs }
  const bySales = { cycle, source: 'Google', atMs }
  if (what === 'isAccepted') return { kind: 'ACCEPTED', ...bySales }
  if (what === 'isReturned') return { kind: 'RETURNED', reason: 'notNow', ...bySales }
  return { kind: 'WON', ...bySales }
}

const play = (events: readonly (typeof anyEvent extends fc.Arbitrary<infer E> ? E : never)[]): World => {
  const world = new World()
  for (const [ordinal, { afterMinutes, looks, happens, fate }] of events.entries()) {
    world.nowMs += afterMinutes * minute
    const fact = happens && factOf(happens, world, ordinal)
    const isNew = fact !== undefined && world.record(fact) && isDecisive(fact.kind, campaign)
    if (looks === 'appointment') world.due(fate)
    // The stream brings a look for a new fact, the sweep one for none.
    else if (looks === 'reconcile' && (isNew || !fact)) world.reconcile(fate)
  }
  return world
}

const foundAt = ({ facts, summary }: World) => ({
  decisiveFacts: countDecisive(facts, campaign),
  standing: summary,
})

const isDue = ({ summary, nowMs }: World): boolean => (summary?.appointment?.atMs ?? nowMs + 1) <= nowMs

/** What a look would do beside keeping what it has found. */
const deedsAt = (world: World, nowMs: number): string[] =>
  reconcileEffects(world.look(nowMs), { trustsSummary: true })
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'summarise')

describe('a lead that the sweep passes over', () => {
  test('is one for which a look would do nothing before its appointment, whatever was lost on the way', () => {
    let passedOver = 0
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 0, max: 60 * 24 * 60 }),
        (events, laterMinutes) => {
          const world = play(events)
          const nowMs = world.nowMs + laterMinutes * minute
          if (world.facts.length === 0 || needsLook(foundAt(world), campaign.version, nowMs)) return
          passedOver += 1
          const appointmentMs = world.summary?.appointment?.atMs ?? Number.POSITIVE_INFINITY
          // Once its appointment has come the lead is on its way to a look; sales does not wait for that.
          if (appointmentMs > nowMs) expect(deedsAt(world, nowMs)).toEqual([])
          else expect(deedsAt(world, nowMs)).not.toContain('askForHandOff')
        },
      ),
      runs(1000),
    )
    expect(passedOver).toBeGreaterThan(100)
  })

  test('is not one that the sweep’s look takes at its word: whatever it keeps as arranged it has arranged', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 14 }), (events) => {
        const world = play(events)
        const effects = reconcileEffects(world.look(world.nowMs), { trustsSummary: false })
        const kept = effects.find((effect) => effect.kind === 'summarise')?.arranged.appointment
        const arranged = effects.filter(({ kind }) => kind === 'schedule' || kind === 'enqueue')
        expect(arranged).toEqual(kept ? [expect.objectContaining({ atMs: kept.atMs })] : [])
      }),
      runs(300),
    )
  })

  test('is one that a look has just dealt with, so that no sweep looks for ever', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 14 }), (events) => {
        const world = play(events)
        const whole = { isTrusting: false, crashAfter: 99, isNudgedAgain: true, isDeferred: false }
        world.reconcile(whole)
        // What was due already is on the send queue, and is sent; then the stream has the lead looked at for that.
        for (let round = 0; round < 10 && isDue(world); round += 1) {
          world.due(whole)
          world.reconcile(whole)
        }
        expect(needsLook(foundAt(world), campaign.version, world.nowMs)).toBe(false)
      }),
      runs(300),
    )
  })
})

const done: readonly Fact[] = [
  captured(),
  enrolled(),
  ...['one', 'two', 'three'].map((step, at) => sent(step, monday + at * 10 * day)),
]
const finishedMs = monday + 30 * day

/** A lead as its last look left it. */
const leftAt = (facts: readonly Fact[], nowMs: number): World => {
  const world = new World()
  world.nowMs = nowMs
  for (const fact of facts) world.record(fact)
  world.reconcile({ isTrusting: true, crashAfter: 99, isNudgedAgain: true, isDeferred: false })
  return world
}

const isLookedAt = (world: World, nowMs: number, version = campaign.version): boolean =>
  needsLook(foundAt(world), version, nowMs)

describe('a lead that has had its sequence', () => {
  test('is passed over', () => {
    expect(isLookedAt(leftAt(done, finishedMs), finishedMs + 300 * day)).toBe(false)
  })

  test('is looked at by the rules of a new version', () => {
    expect(isLookedAt(leftAt(done, finishedMs), finishedMs + day, 'v2')).toBe(true)
  })

  test.each<[string, Fact]>([
    ['submits again', captured({ submission: 's-2', atMs: finishedMs + day })],
    // The click was made before the last look, and SES told of it later.
    ['had clicked before the last look at it', clicked('three', finishedMs - hour)],
    [
      'unsubscribes',
      { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: finishedMs },
    ],
  ])('and %s is looked at, though the stream’s nudge was lost', (_, fact) => {
    const world = leftAt(done, finishedMs)
    world.record(fact)
    expect(isLookedAt(world, finishedMs + 2 * day)).toBe(true)
  })

  test('is not looked at for what decides nothing', () => {
    const world = leftAt(done, finishedMs)
    world.record({ kind: 'DELIVERED', enrolment: 'learn-1', step: 'three', atMs: finishedMs + hour })
    expect(isLookedAt(world, finishedMs + 2 * day)).toBe(false)
  })
})

describe('a lead that has qualified', () => {
  const ready = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
  const clicks = ['a', 'b'].map((page) => clicked('one', monday + hour, `https://www.example.com/${page}`))
  const qualified = () => leftAt([ready, enrolled(), sent('one', monday), ...clicks], monday + hour)

  test('is passed over for an hour, and looked at while sales has not been told after that', () => {
    const world = qualified()
    expect(world.facts.some(({ kind }) => kind === 'QUALIFIED')).toBe(true)
    expect(isLookedAt(world, monday + hour + 59 * minute)).toBe(false)
    expect(deedsAt(world, monday + 2 * hour)).toEqual(['askForHandOff'])
    expect(isLookedAt(world, monday + 2 * hour)).toBe(true)
  })

  test('is looked at where only its appointment has come since, which asks for no hand-off', () => {
    const world = new World()
    for (const fact of [ready, enrolled(), sent('one', monday)]) world.record(fact)
    world.nowMs = monday + hour
    const whole = { isTrusting: true, crashAfter: 99, isNudgedAgain: false, isDeferred: false }
    world.reconcile(whole)
    for (const fact of clicks) world.record(fact)
    // Records QUALIFIED, whose nudge is lost; then keeps a summary of it.
    world.due(whole)
    world.due(whole)
    expect(world.summary?.stage).toBe('qualified')
    expect(isLookedAt(world, monday + hour)).toBe(true)
  })
})

test('a lead whose summary is missing, or of before facts were counted, is looked at', () => {
  const world = leftAt(done, finishedMs)
  const { factsActedOn: _, ...older } = world.summary as Summary
  world.summary = older
  expect(isLookedAt(world, finishedMs)).toBe(true)
  world.summary = undefined
  expect(isLookedAt(world, finishedMs)).toBe(true)
})

test('what is overdue by an hour was lost', () => {
  const world = leftAt([captured(), enrolled(), sent('one', monday)], monday + hour)
  const dueMs = world.summary?.appointment?.atMs ?? 0
  expect(isLookedAt(world, dueMs + hour)).toBe(false)
  expect(isLookedAt(world, dueMs + hour + 1)).toBe(true)
})
