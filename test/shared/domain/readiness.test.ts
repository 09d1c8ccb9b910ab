import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { decide } from '../../../shared/domain/decide.ts'
import { waysToQualify } from '../../../shared/domain/explain.ts'
import type { Fact, LeadQualified } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { campaign, captured, clicked, day, monday, sent } from '../../support/leads.ts'

// In the test campaign: enter 10, leave 6, a week's dwell, a month's cool-down; a click gives 4, at most 9, halved in 10 days.
const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
const clicks = [clicked('one', monday + 2 * day, 'https://a.example.com/x'), clicked('one', monday + 2 * day)]
const decisionAt = (facts: readonly Fact[], days: number, given: Campaign = campaign) =>
  decide(fold(facts, given, monday + days * day), given, monday + days * day)
const done = [sent('one', monday), sent('two', monday + day), sent('three', monday + 2 * day)]
const qualified: LeadQualified = {
  kind: 'QUALIFIED',
  cycle: 1,
  totalHundredths: 1400,
  lines: [],
  source: 'Google',
  atMs: monday + 2 * day,
}
const bySales = { cycle: 1, source: 'Google' }

describe('a lead passes to sales', () => {
  test('at the click that brings it to the threshold', () => {
    // 4 for the analyst, 2 for the time, 8 for two clicks.
    expect(decisionAt([analyst, ...done, ...clicks], 2)).toEqual({ kind: 'qualify', cycle: 1 })
  })

  test('also when we come to look a day late', () => {
    expect(decisionAt([analyst, ...done, ...clicks], 3)).toEqual({ kind: 'qualify', cycle: 1 })
  })

  test('not because something that spoke against it has faded', () => {
    const scoring = {
      ...campaign.scoring,
      rules: [
        ...campaign.scoring.rules,
        {
          id: 'returned',
          dimension: 'negative',
          when: { fact: 'BOUNCED' },
          points: -8,
          halfLifeDays: 1,
          reason: 'Bounced',
        } as const,
      ],
    }
    const bounce: Fact = {
      kind: 'BOUNCED',
      enrolment: 'e',
      step: 's',
      bounce: 'transient',
      atMs: monday + 2 * day,
    }
    const facts = [
      captured({ profile: { occupation: 'Analyst', minutes: '20' }, source: 'Reference' }),
      ...done,
      bounce,
    ]
    const lasting = {
      ...campaign,
      scoring: {
        ...scoring,
        rules: scoring.rules.map((rule) => (rule.id === 'clicks' ? { ...rule, halfLifeDays: 1000 } : rule)),
      },
    }
    const withClick = [...facts, clicked('one', monday + 2 * day)]
    // 9 and 4 for the click, less 8: 5 at the click; a week later the bounce has faded, and there are nearly 13.
    const weekLater = fold(withClick, lasting, monday + 9 * day)
    expect(weekLater.score.totalHundredths).toBeGreaterThan(1200)
    expect(decisionAt(withClick, 9, lasting)).toEqual({ kind: 'stop', reason: 'exhausted' })
    // The next thing it does itself qualifies it.
    expect(decisionAt([...withClick, clicked('two', monday + 9 * day)], 9, lasting).kind).toBe('qualify')
  })

  test('not while a gate is closed, whatever its points', () => {
    const gated: Campaign = {
      ...campaign,
      scoring: {
        ...campaign.scoring,
        rules: [
          ...campaign.scoring.rules,
          { id: 'rival', dimension: 'gate', when: { emailDomain: ['example.com'] }, reason: 'Rival' },
        ],
      },
    }
    expect(decisionAt([analyst, ...done, ...clicks], 2, gated)).toEqual({ kind: 'stop', reason: 'exhausted' })
  })
})

describe('a lead that sales has not answered for', () => {
  const facts = [analyst, ...done, ...clicks, qualified]

  test('is looked at again when its points will have faded below the lower threshold', () => {
    // 6 points of fit stay, and the clicks never fade to nothing: below 6 only without the time on the site.
    const short = [captured({ profile: { occupation: 'Analyst' } }), ...done, ...clicks, qualified]
    const decision = decisionAt(short, 3)
    expect(decision).toMatchObject({ kind: 'stop', reason: 'qualified' })
    // 4 + 8 x 0.5^(t/10) < 6 from t = 20 days after the clicks on.
    const cools = (decision.lookAgainAtMs ?? 0) - (monday + 22 * day)
    expect(Math.abs(cools)).toBeLessThan(0.1 * day)
    expect(
      decide(fold(short, campaign, decision.lookAgainAtMs ?? 0), campaign, decision.lookAgainAtMs ?? 0),
    ).toEqual({
      kind: 'cool',
      cycle: 1,
    })
  })

  test('is not looked at again where its points stay', () => {
    expect(decisionAt(facts, 3)).toEqual({ kind: 'stop', reason: 'qualified' })
  })

  test('stays qualified for its dwell, however fast it fades', () => {
    const faded = [captured(), ...done, ...clicks, qualified]
    expect(decisionAt(faded, 8)).toEqual({
      kind: 'stop',
      reason: 'qualified',
      lookAgainAtMs: monday + 9 * day,
    })
    expect(decisionAt(faded, 9)).toEqual({ kind: 'cool', cycle: 1 })
  })

  test('is nurtured again once it has cooled, and qualifies again by what it does then', () => {
    const cooled: Fact = { kind: 'COOLED', cycle: 1, atMs: monday + 22 * day }
    const resting = [...facts, cooled]
    expect(fold(resting, campaign, monday + 23 * day).stage).toBe('exhausted')
    expect(decisionAt(resting, 23)).toEqual({ kind: 'stop', reason: 'exhausted' })
    const back = [clicked('two', monday + 24 * day), clicked('three', monday + 24 * day)]
    expect(decisionAt([...resting, ...back], 24)).toEqual({ kind: 'qualify', cycle: 2 })
  })
})

describe('a lead that sales gave back', () => {
  const returned: Fact = { kind: 'RETURNED', reason: 'notNow', ...bySales, atMs: monday + 4 * day }
  const facts = [analyst, ...done, ...clicks, qualified, returned]

  test('does not come again for what it had done before', () => {
    expect(decisionAt(facts, 5)).toEqual({ kind: 'stop', reason: 'exhausted' })
    expect(decisionAt(facts, 60)).toEqual({ kind: 'stop', reason: 'exhausted' })
  })

  test('waits out its cool-down, is looked at then, and passes if it is still warm', () => {
    const again = [clicked('two', monday + 20 * day), clicked('three', monday + 20 * day)]
    expect(decisionAt([...facts, ...again], 20)).toEqual({
      kind: 'stop',
      reason: 'exhausted',
      lookAgainAtMs: monday + 34 * day,
    })
    expect(decisionAt([...facts, ...again], 34)).toEqual({ kind: 'qualify', cycle: 2 })
  })

  test.each<[string, Fact, string]>([
    ['accepted', { kind: 'ACCEPTED', ...bySales, atMs: monday + 3 * day }, 'accepted'],
    ['won', { kind: 'WON', value: 900, ...bySales, atMs: monday + 3 * day }, 'won'],
    ['lost', { kind: 'LOST', ...bySales, atMs: monday + 3 * day }, 'lost'],
  ])('is left alone by marketing where it was %s', (_, fact, stage) => {
    const state = fold(
      [analyst, sent('one', monday), ...clicks, qualified, fact],
      campaign,
      monday + 90 * day,
    )
    expect(state.stage).toBe(stage)
    expect(decide(state, campaign, monday + 90 * day)).toEqual({ kind: 'stop', reason: stage })
  })
})

describe('what would qualify a lead', () => {
  const waysOf = (facts: readonly Fact[], days: number) => {
    const state = fold(facts, campaign, monday + days * day)
    return waysToQualify(state.evidence, state.score, campaign.scoring, monday + days * day)
  }

  test('is one click, where one is enough', () => {
    expect(waysOf([analyst, clicked('one', monday)], 0)).toEqual({
      gates: [],
      missingHundredths: 0,
      enough: [],
      together: [],
    })
    expect(waysOf([analyst], 0)).toEqual({
      gates: [],
      missingHundredths: 400,
      enough: [{ rule: 'clicks', reason: 'Clicks', hundredths: 400 }],
      together: [],
    })
  })

  test('is several things together, where none is enough', () => {
    // Nothing is known: 4 for being an analyst, 4 for a click, 2 for the time spent.
    expect(waysOf([captured()], 0).together.map(({ rule, hundredths }) => [rule, hundredths])).toEqual([
      ['clicks', 400],
      ['works', 400],
      ['stayed', 200],
    ])
  })

  test('is nothing it can do, where what is known speaks against it', () => {
    const student = captured({ profile: { occupation: 'Student', minutes: '1' } })
    expect(waysOf([student], 0)).toMatchObject({ missingHundredths: 1300, enough: [], together: [] })
  })
})
