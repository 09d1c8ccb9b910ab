import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Scoring } from '../../../shared/domain/campaign.ts'
import type { Condition } from '../../../shared/domain/conditions.ts'
import { type Counter, count } from '../../../shared/domain/counters.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { chanceOf, type Evidence, scoreLead, withFact } from '../../../shared/domain/score.ts'
import { clicked, day, monday } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'

const thresholds = { enter: 10, leave: 6, minimumDwellDays: 7, coolDownDays: 30 }
const rule = (when: Condition, given: object = {}): Scoring => ({
  thresholds,
  rules: [{ id: 'r', dimension: 'engagement', when, points: 4, reason: 'R', ...given }],
})
const known: Evidence = {
  fields: { occupation: 'Analyst', minutes: '20', blank: '' },
  source: 'Reference',
  emailDomain: 'mail.example.com',
  addressKinds: ['role'],
  capturedAtMs: monday,
  counters: [],
}
const scoreOf = (scoring: Scoring, facts: readonly Fact[], nowMs: number) =>
  scoreLead(
    facts.reduce((evidence, fact) => withFact(evidence, fact, scoring), known),
    scoring,
    nowMs,
  )
const bounced: Fact = { kind: 'BOUNCED', enrolment: 'e', step: 's', bounce: 'transient', atMs: monday }
const page = 'https://www.example.com/book-a-call'

describe('a rule on what is known', () => {
  test.each<[string, Condition, string | undefined]>([
    ['a value that is named', { field: 'occupation', in: ['Student', 'Analyst'] }, 'occupation is Analyst'],
    ['a value that is not named', { field: 'occupation', in: ['Student'] }, undefined],
    ['a number that reaches the bound', { field: 'minutes', atLeast: 20 }, 'minutes is 20'],
    ['a number below the bound', { field: 'minutes', atLeast: 20.5 }, undefined],
    ['a number under an upper bound', { field: 'minutes', below: 21 }, 'minutes is 20'],
    ['a number at an upper bound', { field: 'minutes', below: 20 }, undefined],
    ['a number within a band', { field: 'minutes', atLeast: 10, below: 30 }, 'minutes is 20'],
    ['text where a number is asked for', { field: 'occupation', atLeast: 1 }, undefined],
    ['a blank where a number is asked for', { field: 'blank', below: 5 }, undefined],
    ['a field that is known', { field: 'minutes', known: true }, 'minutes is known'],
    ['a blank field that should be known', { field: 'blank', known: true }, undefined],
    ['a field that no form told', { field: 'city', known: false }, 'city is not known'],
    ['the source', { source: ['Reference'] }, 'source is Reference'],
    ['another source', { source: ['Google'] }, undefined],
    ['the domain above the address', { emailDomain: ['example.com'] }, 'the address is at example.com'],
    [
      'a kind of address',
      { addressKind: ['disposable', 'role'] },
      'the address is a role address, which several people read',
    ],
    ['a kind that the address is not', { addressKind: ['disposable'] }, undefined],
    ['a domain that only ends alike', { emailDomain: ['ample.com'] }, undefined],
  ])('%s', (_, when, because) => {
    const { lines } = scoreOf(rule(when), [], monday)
    expect(lines.map((line) => line.because)).toEqual(because === undefined ? [] : [because])
    expect(lines.map((line) => line.hundredths)).toEqual(because === undefined ? [] : [400])
  })
})

describe('a rule on what happened', () => {
  const twoClicks = [clicked('one', monday), clicked('two', monday + 10 * day)]

  test.each<[string, Scoring, readonly Fact[], number, number[]]>([
    ['gives its points for each fact', rule({ fact: 'CLICKED' }), twoClicks, 10, [800]],
    ['gives nothing for facts of another kind', rule({ fact: 'CLICKED' }), [bounced], 0, []],
    ['never gives more than its cap', rule({ fact: 'CLICKED' }, { cap: 5 }), twoClicks, 10, [500]],
    [
      'never takes more than its cap',
      rule({ fact: 'CLICKED' }, { points: -4, cap: 5 }),
      twoClicks,
      10,
      [-500],
    ],
    // After ten days the first click gives 2 of its 4 points, and the second all four.
    [
      'halves each fact by its own age',
      rule({ fact: 'CLICKED' }, { halfLifeDays: 10 }),
      twoClicks,
      10,
      [600],
    ],
    // After twenty: 1 and 2.
    ['goes on halving', rule({ fact: 'CLICKED' }, { halfLifeDays: 10 }), twoClicks, 20, [300]],
    ['waits for as many as it asks', rule({ fact: 'CLICKED', times: 3 }), twoClicks, 10, []],
    ['gives its points once for all of them', rule({ fact: 'CLICKED', times: 2 }), twoClicks, 10, [400]],
    ['counts within its days', rule({ fact: 'CLICKED', withinDays: 5 }), twoClicks, 14, [400]],
    ['ends with its days', rule({ fact: 'CLICKED', withinDays: 5 }), twoClicks, 15, []],
    [
      'wants all of them within its days',
      rule({ fact: 'CLICKED', times: 2, withinDays: 12 }),
      twoClicks,
      11,
      [400],
    ],
    [
      'ends when the first of them leaves',
      rule({ fact: 'CLICKED', times: 2, withinDays: 12 }),
      twoClicks,
      12,
      [],
    ],
    ['counts one link only', rule({ fact: 'CLICKED', link: '/book-a-call' }), twoClicks, 10, []],
    [
      'knows a link by its end',
      rule({ fact: 'CLICKED', link: '/book-a-call' }),
      [clicked('one', monday, page)],
      10,
      [400],
    ],
    [
      'sees that a lead was quiet',
      rule({ fact: 'CLICKED', quietDays: 30 }, { points: -2 }),
      twoClicks,
      40,
      [-200],
    ],
    [
      'sees that a lead was not quiet',
      rule({ fact: 'CLICKED', quietDays: 30 }, { points: -2 }),
      twoClicks,
      39,
      [],
    ],
    [
      'counts quiet from the capture',
      rule({ fact: 'CLICKED', quietDays: 30 }, { points: -2 }),
      [],
      30,
      [-200],
    ],
    [
      'does not fade what is yet to come',
      rule({ fact: 'CLICKED' }, { halfLifeDays: 10 }),
      twoClicks,
      0,
      [600],
    ],
  ])('%s', (_, scoring, facts, days, hundredths) => {
    const score = scoreOf(scoring, facts, monday + days * day)
    expect(score.lines.map((line) => line.hundredths)).toEqual(hundredths)
  })

  test('says when its line has faded to half a point', () => {
    // 4 points halve three times to half a point: thirty days after the one click.
    const [line] = scoreOf(
      rule({ fact: 'CLICKED' }, { halfLifeDays: 10 }),
      [clicked('one', monday)],
      monday,
    ).lines
    expect(line?.fadesAtMs).toBe(monday + 30 * day)
    const [window] = scoreOf(rule({ fact: 'CLICKED', withinDays: 5 }), twoClicks, monday + 11 * day).lines
    expect(window?.fadesAtMs).toBe(monday + 15 * day)
    const [lasting] = scoreOf(rule({ fact: 'CLICKED' }), twoClicks, monday + 11 * day).lines
    expect(lasting).not.toHaveProperty('fadesAtMs')
  })

  test('says how often', () => {
    expect(scoreOf(rule({ fact: 'CLICKED' }), twoClicks, monday + 10 * day).lines[0]?.because).toBe(
      'clicked, 2 times',
    )
  })
})

test('a gate gives no points and is told apart from the lines', () => {
  const scoring: Scoring = {
    thresholds,
    rules: [{ id: 'rival', dimension: 'gate', when: { emailDomain: ['example.com'] }, reason: 'Rival' }],
  }
  expect(scoreOf(scoring, [], monday)).toEqual({
    totalHundredths: 0,
    lines: [],
    gates: [{ rule: 'rival', reason: 'Rival', because: 'the address is at example.com' }],
  })
})

test('a counter is the same in any order of its facts', () => {
  const when = { fact: 'CLICKED', times: 3 } as const
  const counted = (times: readonly number[]) =>
    times.reduce<Counter | undefined>((counter, atMs) => count(counter, atMs, when, 10), undefined)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 }), (days) => {
      const times = days.map((number) => monday + number * day)
      const [one, other] = [counted(times), counted(times.toSorted((a, b) => a - b))]
      expect({ ...one, weightAtLast: 0 }).toEqual({ ...other, weightAtLast: 0 })
      expect(one?.weightAtLast).toBeCloseTo(other?.weightAtLast ?? 0, 9)
    }),
    runs(100),
  )
})

test.each([
  ['below the first step', 0, 0.1],
  ['on a step', 500, 0.3],
  ['between steps', 799, 0.3],
  ['above the last', 5000, 0.7],
])('an isotonic calibration gives the chance of the step reached: %s', (_, hundredths, chance) => {
  const steps = [
    { points: 2, chance: 0.1 },
    { points: 5, chance: 0.3 },
    { points: 8, chance: 0.7 },
  ]
  expect(chanceOf(hundredths, { method: 'isotonic', steps })).toBe(chance)
})

test('a calibration by a line gives even odds where the line crosses zero', () => {
  const calibration = { method: 'platt', intercept: -3, slope: 0.5 } as const
  expect(chanceOf(600, calibration)).toBe(0.5)
  // Odds of e to 1 are 0.7311.
  expect(chanceOf(800, calibration)).toBeCloseTo(0.7311, 4)
})
