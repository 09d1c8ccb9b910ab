/** What must hold of any score card and any facts, whatever a marketer writes and a lead does. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign, ScoreRule } from '../../../shared/domain/campaign.ts'
import type { Condition } from '../../../shared/domain/conditions.ts'
import { decide } from '../../../shared/domain/decide.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold, foldOn } from '../../../shared/domain/fold.ts'
import { scoreLead, standingOf, totalOverTime } from '../../../shared/domain/score.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, day, monday } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'

const links = ['https://a.example.com/x', 'https://a.example.com/y']

const countingCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    fact: fc.constantFrom('CAPTURED' as const, 'CLICKED' as const, 'BOUNCED' as const, 'RETURNED' as const),
  }),
  fc.record({ fact: fc.constant('CLICKED' as const), link: fc.constantFrom('/x', '/y') }),
)
const metOnceCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ fact: fc.constant('CLICKED' as const), times: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    fact: fc.constantFrom('CLICKED' as const, 'BOUNCED' as const),
    withinDays: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({ fact: fc.constant('CLICKED' as const), quietDays: fc.integer({ min: 1, max: 20 }) }),
  fc.constantFrom<Condition>(
    { field: 'occupation', in: ['Analyst'] },
    { field: 'minutes', atLeast: 10, below: 30 },
    { field: 'occupation', known: false },
    { source: ['Reference'] },
    { emailDomain: ['example.com'] },
    { addressKind: ['disposable'] },
  ),
)
const points = fc.integer({ min: -10, max: 10 }).filter((whole) => whole !== 0)
const rule: fc.Arbitrary<{ readonly when: Condition }> = fc.oneof(
  fc.record({
    when: countingCondition,
    points,
    halfLifeDays: fc.constantFrom(0.5, 3, 10, 700),
    cap: fc.constantFrom(10, 12.5, 30),
  }),
  fc.record({ when: countingCondition, points, halfLifeDays: fc.constantFrom(1, 7) }),
  fc.record({ when: metOnceCondition, points }),
  fc.record({ when: metOnceCondition, dimension: fc.constant('gate') }),
)
const card: fc.Arbitrary<Campaign> = fc
  .record({
    rules: fc.array(rule, { maxLength: 12 }),
    enter: fc.integer({ min: 1, max: 20 }),
    gap: fc.integer({ min: 0, max: 8 }),
  })
  .map(({ rules, enter, gap }) => ({
    ...campaign,
    scoring: {
      thresholds: { enter, leave: enter - gap, minimumDwellDays: 7, coolDownDays: 30 },
      rules: rules.map(
        (given, at): ScoreRule =>
          Object.assign(
            { id: `rule-${at}`, dimension: 'engagement' as const, reason: 'R', points: 1 },
            given,
          ),
      ),
    },
  }))

/** Whole days only, so that several facts often share one moment. */
const atMs = fc.integer({ min: 0, max: 12 }).map((days) => monday + days * day)
const step = fc.constantFrom('one', 'two', 'three')
const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      submission: fc.constantFrom('a', 'b', 'c'),
      occupation: fc.constantFrom('', 'Analyst', 'Student'),
      minutes: fc.constantFrom('', '5', '20'),
      source: fc.constantFrom('Google', 'Reference'),
      atMs,
    })
    .map(({ occupation, minutes, ...given }) => captured({ ...given, profile: { occupation, minutes } })),
  fc.record({
    kind: fc.constant('CLICKED' as const),
    enrolment: fc.constant('learn-1'),
    step,
    link: fc.constantFrom(...links),
    atMs,
  }),
  fc.record({
    kind: fc.constant('BOUNCED' as const),
    enrolment: fc.constant('learn-1'),
    step,
    bounce: fc.constant('transient' as const),
    atMs,
  }),
  fc.record({
    kind: fc.constant('RETURNED' as const),
    cycle: fc.constant(1),
    source: fc.constant('Google'),
    reason: fc.constant('notNow'),
    atMs,
  }),
)
const facts = fc.array(fact, { minLength: 1, maxLength: 30 })
/** What the table of a lead may hold besides. */
const touch = { enrolment: fc.constantFrom('learn-1', 'learn-2'), step, atMs }
const otherFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      submission: fc.constantFrom('n', 'm'),
      email: fc.constantFrom('ada@example.com', 'ada+gone@example.com'),
      atMs,
    })
    .map((given) => captured({ ...given, form: 'news' })),
  fc.record({ kind: fc.constant('SENT' as const), ...touch, messageId: fc.constant('m') }),
  fc.record({ kind: fc.constant('UNRESOLVED' as const), ...touch }),
  fc.record({ kind: fc.constant('SKIPPED' as const), ...touch, reason: fc.constant('late' as const) }),
  fc.record({ kind: fc.constant('ENDED' as const), ...touch, reason: fc.constant('exit' as const) }),
  fc.record({ kind: fc.constant('ENROLLED' as const), ...touch, version: fc.constant('1') }),
  fc.record({ kind: fc.constant('SNOOZED' as const), ...touch, untilMs: atMs }),
  fc.record({ kind: fc.constant('CONFIRMED' as const), form: fc.constant('news'), atMs }),
  fc.record({
    kind: fc.constant('CONFIRMED' as const),
    form: fc.constant('news'),
    submission: fc.constantFrom('n', 'm'),
    atMs,
  }),
  fc.record({
    kind: fc.constant('BOUNCED' as const),
    ...touch,
    bounce: fc.constantFrom('permanent' as const, 'transient' as const),
    address: fc.constantFrom('ada@example.com', 'ada+gone@example.com'),
  }),
  fc.record({ kind: fc.constant('DELIVERED' as const), ...touch }),
  fc.record({ kind: fc.constant('UNSUBSCRIBED' as const), ...touch, via: fc.constant('page' as const) }),
  fc.record({ kind: fc.constant('COMPLAINED' as const), ...touch }),
  fc.record({
    kind: fc.constant('QUALIFIED' as const),
    cycle: fc.constantFrom(1, 2),
    totalHundredths: fc.constant(2000),
    lines: fc.constant([]),
    source: fc.constant('Google'),
    atMs,
  }),
  fc.record({ kind: fc.constantFrom('COOLED' as const), cycle: fc.constantFrom(1, 2), atMs }),
)
const anyFacts = fc.array(fc.oneof({ arbitrary: fact, weight: 1 }, { arbitrary: otherFact, weight: 2 }), {
  minLength: 1,
  maxLength: 30,
})
const nowMs = fc.integer({ min: 0, max: 60 * 24 }).map((hours) => monday + (hours * day) / 24)

test('the lines sum to the total, in whole hundredths, and none is empty or beyond its cap', () => {
  fc.assert(
    fc.property(card, facts, nowMs, (given, happened, now) => {
      const { score } = fold('lead', happened, given, now)
      let sum = 0
      for (const line of score.lines) sum += line.hundredths
      expect(score.totalHundredths).toBe(sum)
      for (const { rule: id, hundredths } of score.lines) {
        expect(Number.isInteger(hundredths) && hundredths !== 0).toBe(true)
        const { cap } = given.scoring.rules.find((one) => one.id === id) as { cap?: number }
        if (cap !== undefined) expect(Math.abs(hundredths)).toBeLessThanOrEqual(cap * 100)
      }
    }),
    runs(600),
  )
})

test('the same facts in any order, told any number of times, are the same state to the last bit', () => {
  fc.assert(
    fc.property(card, facts, fc.infiniteStream(fc.nat(1000)), nowMs, (given, happened, order, now) => {
      const shuffled = [...happened, ...happened]
        .map((one) => ({ one, place: order.next().value }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one)
      const [state, other] = [fold('lead', happened, given, now), fold('lead', shuffled, given, now)]
      expect(other).toEqual(state)
      expect(decide(other, given, now)).toEqual(decide(state, given, now))
    }),
    runs(600),
  )
})

test('folded on from what was known at any time, with any facts that came since, the state is the same to the last bit', () => {
  fc.assert(
    fc.property(card, anyFacts, fc.nat(30), nowMs, nowMs, (given, happened, count, earlier, now) => {
      const inOrder = happened.toSorted((a, b) => a.atMs - b.atMs)
      // As they came, which is mostly out of order or twice, and as a lead that is followed has them.
      for (const all of [happened, inOrder]) {
        const known = fold('lead', all.slice(0, count), given, earlier)
        expect(foldOn(known, all.slice(count), given, now)).toEqual(fold('lead', all, given, now))
        // Fact by fact, each at its own time.
        let state = known
        for (const [at, fact] of all.entries()) {
          if (at < count) continue
          state = foldOn(state, [fact], given, fact.atMs)
          expect(state).toEqual(fold('lead', all.slice(0, at + 1), given, fact.atMs))
        }
        expect(foldOn(state, [], given, now)).toEqual(fold('lead', all, given, now))
      }
      const settled = settle('lead', happened, given, now)
      expect(settled.state).toEqual(fold('lead', [...happened, ...settled.records], given, now))
    }),
    // A passage to sales in the very moment that made the lead ready comes up about once in a thousand.
    runs(3000),
  )
})

test('asked for without its lines, now or at many times, the total is the same to the last bit', () => {
  fc.assert(
    fc.property(card, facts, nowMs, nowMs, ({ scoring, ...given }, happened, foldedAt, now) => {
      const { evidence } = fold('lead', happened, { ...given, scoring }, foldedAt)
      const { totalHundredths, gates } = scoreLead(evidence, scoring, now)
      expect(standingOf(evidence, scoring, now)).toEqual({ totalHundredths, isGated: gates.length > 0 })
      expect(totalOverTime(evidence, scoring)(now)).toBe(totalHundredths)
    }),
    runs(600),
  )
})

test('what is kept of the facts does not grow with them', () => {
  fc.assert(
    fc.property(card, facts, nowMs, (given, happened, now) => {
      fold('lead', happened, given, now).evidence.counters.forEach((counter, at) => {
        const when = given.scoring.rules[at]?.when
        const times = when && 'fact' in when ? (when.times ?? 1) : 0
        expect(counter?.latestAtMs.length ?? 0).toBeLessThanOrEqual(times)
      })
    }),
    runs(600),
  )
})

test('a lead becomes ready only when something happens, or when its cool-down ends', () => {
  fc.assert(
    fc.property(card, facts, fc.integer({ min: 1, max: 20 * 24 }), (given, happened, hours) => {
      const lastMs = Math.max(...happened.map((one) => one.atMs))
      const then = lastMs + (hours * day) / 24
      const [before, after] = [fold('lead', happened, given, lastMs), fold('lead', happened, given, then)]
      if (before.rise === undefined) expect(after.rise).toBeUndefined()
    }),
    runs(600),
  )
})
