import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contactOf } from '../../../shared/domain/contact.ts'
import { isDecisive, recipientOf, undecisiveKinds } from '../../../shared/domain/decide.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, clicked, day, hour, monday, sent } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'

const touch = fc.record({
  enrolment: fc.constantFrom('learn-1', 'digest-1', 'confirm-news'),
  step: fc.constantFrom('one', 'two', 'three', 'first', 'confirmation'),
})
const at = fc.record({ atMs: fc.integer({ min: monday, max: monday + 60 * day }) })
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((values) => Object.assign({}, ...values) as Fact)

/** Any fact of any kind; natural keys collide often, as they do in life. */
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      submission: fc.constantFrom('a', 'b', 'c'),
      form: fc.constantFrom('guide', 'news', 'gone'),
      email: fc.constantFrom('ada@example.com', 'ada+gone@example.com', 'ada+work@example.com'),
      source: fc.constantFrom('Google', 'Reference'),
      occupation: fc.constantFrom('', 'Analyst', 'Student'),
      atMs: fc.integer({ min: monday, max: monday + 60 * day }),
    })
    .map(({ occupation, ...given }) => captured({ ...given, profile: { occupation } })),
  merged(
    fc.record(
      {
        kind: fc.constant('CONFIRMED'),
        form: fc.constantFrom('news', 'guide'),
        submission: fc.constantFrom('a', 'b', 'c'),
      },
      { requiredKeys: ['kind', 'form'] },
    ),
    at,
  ),
  merged(fc.record({ kind: fc.constant('SENT'), messageId: fc.constantFrom('m1', 'm2') }), touch, at),
  merged(fc.record({ kind: fc.constantFrom('UNRESOLVED', 'DELIVERED', 'OPENED') }), touch, at),
  merged(
    fc.record({
      kind: fc.constant('CLICKED'),
      link: fc.constantFrom('https://a.example.com/x', 'https://a.example.com/y'),
    }),
    touch,
    at,
  ),
  merged(
    fc.record(
      {
        kind: fc.constant('BOUNCED'),
        bounce: fc.constantFrom('permanent', 'transient'),
        address: fc.constantFrom('ada@example.com', 'ada+gone@example.com'),
      },
      { requiredKeys: ['kind', 'bounce'] },
    ),
    touch,
    at,
  ),
  merged(
    fc.record(
      {
        kind: fc.constant('UNSUBSCRIBED'),
        via: fc.constantFrom('oneClick', 'page'),
        isAgain: fc.constant(true),
      },
      { requiredKeys: ['kind', 'via'] },
    ),
    touch,
    at,
  ),
  merged(fc.record({ kind: fc.constant('COMPLAINED') }), touch, at),
)
const nowMs = fc.integer({ min: monday, max: monday + 90 * day })

describe('any set of facts', () => {
  test('gives the same state in any order and with any repetition', () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 25 }),
        fc.infiniteStream(fc.nat(1000)),
        nowMs,
        (facts, order, now) => {
          const shuffled = [...facts, ...facts]
            .map((fact) => ({ fact, place: order.next().value }))
            .sort((a, b) => a.place - b.place)
            .map(({ fact }) => fact)
          expect(fold('lead', shuffled, campaign, now)).toEqual(fold('lead', facts, campaign, now))
        },
      ),
      runs(500),
    )
  })

  test('gives a whole number of hundredths within the bounds of the five rules, unchanged by facts that no rule counts', () => {
    const uncounted = anyFact.filter(({ kind }) => kind !== 'CAPTURED' && kind !== 'CLICKED')
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 25 }),
        fc.array(uncounted, { maxLength: 5 }),
        nowMs,
        (facts, more, now) => {
          const { score } = fold('lead', facts, campaign, now)
          expect(Number.isInteger(score.totalHundredths)).toBe(true)
          // At least -3 (studies); at most 4 (works) + 2 (stayed) + 3 (friend) + 9 (clicks).
          expect(score.totalHundredths).toBeGreaterThanOrEqual(-300)
          expect(score.totalHundredths).toBeLessThanOrEqual(1800)
          expect(fold('lead', [...facts, ...more], campaign, now).score).toEqual(score)
        },
      ),
      runs(500),
    )
  })

  test.each<[string, Fact[], number, Record<string, number>]>([
    ['nothing that a rule counts', [captured()], 0, {}],
    [
      'an analyst whom a friend referred',
      [captured({ profile: { occupation: 'Analyst' }, source: 'Reference' })],
      700,
      { works: 400, friend: 300 },
    ],
    [
      'a student who stayed and has just clicked',
      [captured({ profile: { occupation: 'Student', minutes: '15' } }), clicked('one', monday + 20 * day)],
      300,
      { studies: -300, stayed: 200, clicks: 400 },
    ],
    [
      'clicks ten and twenty days ago, which count for a half and a quarter',
      [captured(), clicked('one', monday), clicked('two', monday + 10 * day)],
      300,
      { clicks: 300 },
    ],
    [
      'three clicks a moment ago, capped at nine points',
      [captured(), ...['one', 'two', 'three'].map((step) => clicked(step, monday + 20 * day))],
      900,
      { clicks: 900 },
    ],
  ])('scores %s as worked out by hand', (_, facts, totalHundredths, lines) => {
    const { score } = fold('lead', facts, campaign, monday + 20 * day)
    expect(score.totalHundredths).toBe(totalHundredths)
    expect(Object.fromEntries(score.lines.map(({ rule, hundredths }) => [rule, hundredths]))).toEqual(lines)
  })

  test('never gives a suppressed lead anything but the question whether it meant a submission of after its no', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 25 }), touch, at, nowMs, (facts, about, when, now) => {
        const no: Fact = { kind: 'UNSUBSCRIBED', via: 'page', ...about, ...when }
        const { decision, state } = settle('lead', [...facts, no], campaign, now)
        if (!state.suppression) return
        if (decision.kind === 'stop') expect(decision.reason).toBe('suppressed')
        else expect(decision).toMatchObject({ kind: 'send', touch: { purpose: 'confirmation' } })
        if (decision.kind === 'stop') return
        const asksOf = decision.kind === 'send' ? (decision.touch.answers?.atMs ?? 0) : 0
        for (const fact of state.facts) {
          expect(fact.kind).not.toBe('COMPLAINED')
          if (fact.kind === 'UNSUBSCRIBED') expect(asksOf).toBeGreaterThan(fact.atMs)
        }
      }),
      runs(300),
    )
  })

  test('never gives anything to a lead that has said no since it last asked', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 25 }), touch, nowMs, (facts, about, now) => {
        const afterAll = { atMs: monday + 61 * day }
        const no: Fact = { kind: 'UNSUBSCRIBED', via: 'page', isAgain: true, ...about, ...afterAll }
        expect(settle('lead', [...facts, no], campaign, now).decision).toEqual({
          kind: 'stop',
          reason: 'suppressed',
        })
      }),
      runs(300),
    )
  })

  test('never sends to an address whose mail came back for good, nor marketing to one that was not confirmed while another was', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 25 }), nowMs, (facts, now) => {
        const { decision, state } = settle('lead', facts, campaign, now)
        if (decision.kind !== 'send') return
        const to = recipientOf(decision.touch, state)
        for (const fact of state.facts)
          if (fact.kind === 'BOUNCED' && fact.bounce === 'permanent') {
            expect(fact.address).toBeDefined()
            expect(fact.address).not.toBe(to)
          }
        const { confirmed } = contactOf(state.facts)
        if (decision.touch.purpose === 'marketing' && confirmed.size > 0) expect(confirmed).toContain(to)
      }),
      runs(500),
    )
  })

  test('never gives marketing to a lead who only asked by a form with double opt-in and has not confirmed', () => {
    const pending = fc
      .array(anyFact, { maxLength: 15 })
      .map((facts) => facts.filter((fact) => fact.kind !== 'CAPTURED' && fact.kind !== 'CONFIRMED'))
    fc.assert(
      fc.property(pending, nowMs, (facts, now) => {
        const decision = settle('lead', [captured({ form: 'news' }), ...facts], campaign, now).decision
        expect(decision.kind === 'send' ? decision.touch.purpose : 'none').not.toBe('marketing')
        expect(decision.kind).not.toBe('qualify')
      }),
      runs(300),
    )
  })
})

describe('a lead who has just asked for the guide', () => {
  const now = monday + hour

  test('is sent the first step at once', () => {
    const decision = settle('lead', [captured()], campaign, now).decision
    expect(decision).toEqual({
      kind: 'send',
      touch: { enrolment: 'learn-1', step: 'one', email: 'one', purpose: 'marketing', dueAtMs: monday },
    })
  })

  test('is sent the second step four days after the first', () => {
    const facts = [captured(), sent('one', monday)]
    expect(settle('lead', facts, campaign, now).decision).toMatchObject({
      touch: { step: 'two', dueAtMs: Date.parse('2026-03-06T10:00:00Z') },
    })
  })

  test('is sent a step that falls on a Saturday on Monday at nine', () => {
    const facts = [captured(), sent('one', Date.parse('2026-03-03T10:00:00Z'))]
    expect(settle('lead', facts, campaign, now).decision).toMatchObject({
      touch: { step: 'two', dueAtMs: Date.parse('2026-03-09T09:00:00Z') },
    })
  })

  test('is asked for by sales at ten points, and is sent nothing more', () => {
    const facts = [
      captured({ profile: { occupation: 'Analyst', minutes: '20' }, source: 'Reference' }),
      clicked('one', now),
    ]
    const { state, decision } = settle('lead', facts, campaign, now)
    expect(state.score.lines.map(({ rule, hundredths }) => [rule, hundredths])).toEqual([
      ['works', 400],
      ['stayed', 200],
      ['friend', 300],
      ['clicks', 400],
    ])
    expect(decision).toEqual({ kind: 'qualify', cycle: 1 })
    const qualified: Fact = {
      kind: 'QUALIFIED',
      cycle: 1,
      totalHundredths: 1300,
      lines: [],
      source: 'Reference',
      atMs: now,
    }
    expect(settle('lead', [...facts, qualified], campaign, now).decision).toEqual({
      kind: 'stop',
      reason: 'qualified',
    })
  })
})

describe('a lead who waits', () => {
  test('for confirmation is sent the confirmation and then nothing', () => {
    const asked = captured({ form: 'news' })
    expect(settle('lead', [asked], campaign, monday).decision).toMatchObject({
      touch: { enrolment: 'confirm-news', step: 'confirmation', purpose: 'confirmation' },
    })
    const facts = [asked, sent('confirmation', monday, 'confirm-news')]
    expect(settle('lead', facts, campaign, monday).decision).toEqual({
      kind: 'wait',
      reason: 'confirmation',
    })
  })

  test('at the end of the sequence is exhausted', () => {
    const facts = [
      captured(),
      sent('one', monday),
      sent('two', monday + 4 * day),
      sent('three', monday + 11 * day),
    ]
    const now = monday + 12 * day
    expect(settle('lead', facts, campaign, now).decision).toEqual({
      kind: 'stop',
      reason: 'exhausted',
    })
  })

  test('past a step whose fate is unknown goes on to the next', () => {
    const facts: Fact[] = [
      captured(),
      { kind: 'UNRESOLVED', enrolment: 'learn-1', step: 'one', atMs: monday + hour },
    ]
    expect(settle('lead', facts, campaign, monday).decision).toMatchObject({
      touch: { step: 'two' },
    })
  })
})

describe('a click', () => {
  test.each([
    [0, 400],
    [10, 200],
    [20, 100],
    [30, 50],
  ])('counts %i days later %i hundredths, with a half-life of ten days', (days, hundredths) => {
    const facts = [captured(), clicked('one', monday)]
    expect(fold('lead', facts, campaign, monday + days * day).score.totalHundredths).toBe(hundredths)
  })

  test('adds no more than the cap, however often it comes', () => {
    const facts = [
      captured(),
      ...['a', 'b', 'c', 'd'].map((page) => clicked('one', monday, `https://a.example.com/${page}`)),
    ]
    expect(fold('lead', facts, campaign, monday).score.totalHundredths).toBe(900)
  })

  test('on the same link twice is one click', () => {
    const facts = [captured(), clicked('one', monday), clicked('one', monday + hour)]
    expect(fold('lead', facts, campaign, monday + 10 * day).score.totalHundredths).toBe(200)
  })
})

test('opens and deliveries decide nothing unless a rule counts them', () => {
  expect(isDecisive('OPENED', campaign)).toBe(false)
  const rule = {
    id: 'opens',
    dimension: 'engagement',
    when: { fact: 'OPENED' },
    points: 1,
    reason: 'Opens',
  } as const
  expect(isDecisive('OPENED', { ...campaign, scoring: { ...campaign.scoring, rules: [rule] } })).toBe(true)
  expect(isDecisive('SENT', campaign)).toBe(true)
  const few = ['DELIVERED', 'OPENED', 'ENROLLED', 'BRANCHED', 'SKIPPED', 'ENDED', 'RESPONDED']
  expect(undecisiveKinds(campaign)).toEqual(few)
  expect(undecisiveKinds({ ...campaign, scoring: { ...campaign.scoring, rules: [rule] } })).toEqual(
    few.filter((kind) => kind !== 'OPENED'),
  )
})
