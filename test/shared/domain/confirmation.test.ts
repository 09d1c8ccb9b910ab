import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, day, hour, monday, sent } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'

const submitted = (submission: string, hours: number, form = 'news'): Fact =>
  captured({ submission, form, network: `network-${submission}`, atMs: monday + hours * hour })
const asked = (step: string, hours: number, form = 'news'): Fact =>
  sent(step, monday + hours * hour, `confirm-${form}`)

const twice = {
  ...campaign,
  confirmationsPerAddress: 2,
  forms: { ...campaign.forms, club: { id: 'club', sequence: 'digest', doubleOptIn: true } },
}

/** What is next at so many hours: the step and the hour it is due, or why there is none. */
const next = (facts: Fact[], atHours: number, plan = campaign): string => {
  const nowMs = monday + atHours * hour
  const decision = settle('lead', facts, plan, nowMs).decision
  return decision.kind === 'send'
    ? `${decision.touch.enrolment} ${decision.touch.step} at ${(decision.touch.dueAtMs - monday) / hour}`
    : `${decision.kind}: ${'reason' in decision ? decision.reason : ''}`
}

describe('a lead who must confirm', () => {
  test.each<[string, Fact[], number, string]>([
    ['is asked at once', [submitted('a', 0)], 0, 'confirm-news confirmation at 0'],
    [
      'is asked while three days have not passed',
      [submitted('a', 0)],
      71.9,
      'confirm-news confirmation at 0',
    ],
    ['is not asked any more after that', [submitted('a', 0)], 72, 'stop: lapsed'],
    [
      'is asked after that by a new submission',
      [submitted('a', 0), submitted('b', 100)],
      100,
      'confirm-news confirmation at 100',
    ],
    [
      'is asked by its second submission when the first has lapsed',
      [submitted('a', 0), submitted('b', 10)],
      73,
      'confirm-news confirmation at 10',
    ],
    ['waits for the answer', [submitted('a', 0), asked('confirmation', 0)], 200, 'wait: confirmation'],
    [
      'is not asked again within a day',
      [submitted('a', 0), asked('confirmation', 0), submitted('b', 23.9)],
      24,
      'wait: confirmation',
    ],
    [
      'is asked again when it submits a day later',
      [submitted('a', 0), asked('confirmation', 0), submitted('b', 24)],
      24,
      'confirm-news confirmation-2 at 24',
    ],
    [
      'is asked a third time',
      [
        submitted('a', 0),
        asked('confirmation', 0),
        submitted('b', 24),
        asked('confirmation-2', 25),
        submitted('c', 49),
      ],
      49,
      'confirm-news confirmation-3 at 49',
    ],
    [
      'is not asked a fourth time in thirty days',
      [
        submitted('a', 0),
        asked('confirmation', 0),
        submitted('b', 24),
        asked('confirmation-2', 25),
        submitted('c', 49),
        asked('confirmation-3', 50),
        submitted('d', 100),
      ],
      100,
      'wait: confirmation',
    ],
    [
      'is asked a fourth time once thirty days have passed since the first',
      [
        submitted('a', 0),
        asked('confirmation', 0),
        submitted('b', 24),
        asked('confirmation-2', 25),
        submitted('c', 49),
        asked('confirmation-3', 50),
        submitted('d', 700),
      ],
      720,
      'confirm-news confirmation-4 at 720',
    ],
    [
      'is asked nothing more once it has confirmed',
      [submitted('a', 0), asked('confirmation', 0), { kind: 'CONFIRMED', form: 'news', atMs: monday + hour }],
      2,
      'send',
    ],
  ])('%s', (_, facts, atHours, expected) => {
    expect(next(facts, atHours).replace(/^digest-1 first.*/, 'send')).toBe(expected)
  })

  test('is asked so often over all forms together', () => {
    const facts = [
      submitted('a', 0),
      asked('confirmation', 0),
      submitted('b', 1, 'club'),
      asked('confirmation', 1, 'club'),
      submitted('c', 30),
    ]
    expect(next(facts, 30, twice)).toBe('wait: confirmation')
    expect(next(facts, 30, { ...twice, confirmationsPerAddress: 3 })).toBe(
      'confirm-news confirmation-2 at 30',
    )
  })

  test('is asked so often even where it is not known whether the email went out', () => {
    const unresolved: Fact = {
      kind: 'UNRESOLVED',
      enrolment: 'confirm-news',
      step: 'confirmation',
      atMs: monday,
    }
    const facts = [
      submitted('a', 0),
      unresolved,
      submitted('b', 1, 'club'),
      asked('confirmation', 1, 'club'),
      submitted('c', 30),
    ]
    expect(next(facts, 30, twice)).toBe('wait: confirmation')
  })

  test('is counted against the network of the submission that is answered', () => {
    const facts = [submitted('a', 0), asked('confirmation', 0), submitted('b', 24), submitted('c', 25)]
    expect(fold('lead', facts, campaign, monday + 26 * hour).enrolments).toMatchObject([
      { answers: { submission: 'b', network: 'network-b' } },
    ])
  })
})

test('in any order, with any repetition, the same is asked; and never above the cap, however often it is looked at', () => {
  const submissions = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 90 * 24 }), form: fc.constantFrom('news', 'club') }),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(
    fc.property(submissions, fc.infiniteStream(fc.nat(1000)), (given, order) => {
      const facts: Fact[] = []
      const times: number[] = []
      const pending = given
        .map(({ at, form }, n) => submitted(`s-${n}`, at, form))
        .sort((a, b) => a.atMs - b.atMs)
      // Every six hours someone looks, and what is due is sent.
      for (let nowMs = monday; nowMs <= monday + 100 * day; nowMs += 6 * hour) {
        while (pending[0] && pending[0].atMs <= nowMs) facts.push(pending.shift() as Fact)
        const shuffled = [...facts, ...facts]
          .map((fact) => ({ fact, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ fact }) => fact)
        const decision = settle('lead', facts, twice, nowMs).decision
        expect(settle('lead', shuffled, twice, nowMs).decision).toEqual(decision)
        if (decision.kind !== 'send' || decision.touch.dueAtMs > nowMs) continue
        facts.push(sent(decision.touch.step, nowMs, decision.touch.enrolment))
        times.push(nowMs)
      }
      for (const time of times)
        expect(times.filter((other) => other >= time && other < time + 30 * day).length).toBeLessThanOrEqual(
          2,
        )
      expect(
        new Set(facts.filter(({ kind }) => kind === 'SENT').map((fact) => JSON.stringify(fact))).size,
      ).toBe(times.length)
    }),
    runs(25),
  )
})
