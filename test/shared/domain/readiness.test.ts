import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { decide } from '../../../shared/domain/decide.ts'
import type { Fact, LeadQualified } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { latestCycle, mustBeHandedOff } from '../../../shared/domain/readiness.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, clicked, day, monday, sent } from '../../support/leads.ts'

// In the test campaign: enter 10, leave 6, a week's dwell, a month's cool-down; a click gives 4, at most 9, halved in 10 days.
const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
const clicks = [clicked('one', monday + 2 * day, 'https://a.example.com/x'), clicked('one', monday + 2 * day)]
const decisionAt = (facts: readonly Fact[], days: number, given: Campaign = campaign) =>
  settle('lead', facts, given, monday + days * day).decision
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
    const weekLater = fold('lead', withClick, lasting, monday + 9 * day)
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

describe('only something that a person does, and that does not cost points, passes a lead to sales:', () => {
  /** A click on the careers page gives 4 and costs 6, a bounce costs 8 that are gone within days; other clicks do not fade here. */
  const reproachful: Campaign = {
    ...campaign,
    scoring: {
      ...campaign.scoring,
      rules: [
        ...campaign.scoring.rules.map((rule) =>
          rule.id === 'clicks' ? ({ ...rule, halfLifeDays: 700 } as const) : rule,
        ),
        {
          id: 'careers',
          dimension: 'negative',
          when: { fact: 'CLICKED', link: '/careers' },
          points: -6,
          reason: 'Looks for work, not for a course',
        },
        {
          id: 'bounced',
          dimension: 'negative',
          when: { fact: 'BOUNCED' },
          points: -8,
          halfLifeDays: 1,
          reason: 'Bounced',
        },
      ],
    },
  }
  const bouncedOn = (days: number): Fact => ({
    kind: 'BOUNCED',
    enrolment: 'e',
    step: 's',
    bounce: 'transient',
    atMs: monday + days * day,
  })
  // 4 for the analyst, 2 for the time, 3 for the friend, 4 for the click: 13, less 8 for the bounce just before.
  const friend = captured({ profile: { occupation: 'Analyst', minutes: '20' }, source: 'Reference' })
  const held = [friend, ...done, bouncedOn(2), clicked('one', monday + 2 * day)]
  const careers = clicked('two', monday + 20 * day, 'https://www.example.com/careers')
  test.each<[string, readonly Fact[], number, Campaign, string]>([
    ['not a reproach that has faded', held, 20, reproachful, 'stop'],
    ['not a click that costs points, though there are enough', [...held, careers], 20, reproachful, 'stop'],
    ['a click that gives points', [...held, clicked('two', monday + 20 * day)], 20, reproachful, 'qualify'],
    [
      // 8 of 9 points: the cap is nearly reached, and a third click gives but one more, a fourth nothing.
      'a click beyond the cap, which gives no more and costs nothing',
      [
        ...held,
        clicked('two', monday + 2 * day),
        clicked('three', monday + 2 * day),
        clicked('two', monday + 20 * day, 'https://www.example.com/dates'),
      ],
      20,
      reproachful,
      'qualify',
    ],
    [
      'not a form whose answers cost points',
      [
        ...held,
        captured({
          submission: 's-2',
          profile: { minutes: '3' },
          source: 'Reference',
          atMs: monday + 20 * day,
        }),
      ],
      20,
      reproachful,
      'stop',
    ],
    [
      'a form whose answers give points',
      [
        captured({ profile: { occupation: 'Analyst' }, source: 'Reference' }),
        ...done,
        captured({ submission: 's-2', profile: { minutes: '20' }, atMs: monday + 20 * day }),
        clicked('one', monday + 2 * day),
      ],
      20,
      reproachful,
      'qualify',
    ],
  ])('%s', (_, facts, days, given, kind) => {
    expect(decisionAt(facts, days, given).kind).toBe(kind)
  })

  test('not an open, which a machine may have made, though it gives the points', () => {
    const opensCount: Campaign = {
      ...campaign,
      scoring: {
        ...campaign.scoring,
        rules: [
          ...campaign.scoring.rules,
          { id: 'opens', dimension: 'engagement', when: { fact: 'OPENED' }, points: 5, reason: 'Opens' },
        ],
      },
    }
    const opened: Fact = { kind: 'OPENED', enrolment: 'learn-1', step: 'one', atMs: monday + 3 * day }
    // 4 for the analyst, 2 for the time, 5 for the open; 10 are enough.
    expect(decisionAt([analyst, ...done, opened], 3, opensCount).kind).toBe('stop')
    expect(decisionAt([analyst, ...done, opened, clicked('one', monday + 4 * day)], 4, opensCount).kind).toBe(
      'qualify',
    )
  })

  test('an act that reached the threshold is not undone by a later one that leaves enough to stay', () => {
    // 17 at the second click on day 3; the careers page leaves 11 on day 4, and 6 are enough to stay.
    const risen = [friend, ...done, clicked('one', monday + 3 * day), clicked('two', monday + 3 * day)]
    const slight = clicked('two', monday + 4 * day, 'https://www.example.com/careers')
    expect(decisionAt([...risen, slight], 4, reproachful)).toEqual({ kind: 'qualify', cycle: 1 })
  })

  test('an act that reached the threshold counts no more once the lead was below the lower one', () => {
    // 13 at the click on day 3; the bounce on day 4 leaves 5 of the 6 it takes to stay, and fades.
    const fallen = [friend, ...done, clicked('one', monday + 3 * day), bouncedOn(4)]
    expect(decisionAt(fallen, 4, reproachful)).toEqual({ kind: 'stop', reason: 'exhausted' })
    expect(decisionAt(fallen, 30, reproachful)).toEqual({ kind: 'stop', reason: 'exhausted' })
  })

  test('nor once a gate has closed, though time opened it again', () => {
    const gate = {
      id: 'bounced-lately',
      dimension: 'gate',
      when: { fact: 'BOUNCED', withinDays: 30 },
      reason: 'Bounced lately',
    } as const
    const gated: Campaign = {
      ...campaign,
      scoring: { ...campaign.scoring, rules: [...campaign.scoring.rules, gate] },
    }
    const facts = [
      friend,
      ...done,
      clicked('one', monday + 2 * day),
      clicked('two', monday + 2 * day),
      bouncedOn(3),
    ]
    const returned: Fact = { kind: 'RETURNED', reason: 'notNow', ...bySales, atMs: monday + 1 * day }
    const before: Fact = { ...qualified, atMs: monday + 0.5 * day }
    expect(decisionAt([...facts, before, returned], 33, gated)).toEqual({ kind: 'stop', reason: 'exhausted' })
  })

  test('points that faded below the lower threshold and came back as a reproach faded do not count', () => {
    // Fit 9. Sales gave it back on day 4: 4 points less, halved in 20 days. Two clicks on day 5 give 8, halved in 5.
    const swinging: Campaign = {
      ...campaign,
      scoring: {
        thresholds: { enter: 10, leave: 8, minimumDwellDays: 7, coolDownDays: 30 },
        rules: [
          ...campaign.scoring.rules.map((rule) =>
            rule.id === 'clicks' ? ({ ...rule, halfLifeDays: 5 } as const) : rule,
          ),
          {
            id: 'returned',
            dimension: 'negative',
            when: { fact: 'RETURNED' },
            points: -4,
            halfLifeDays: 20,
            reason: 'Sales gave it back',
          },
        ],
      },
    }
    const returned: Fact = { kind: 'RETURNED', reason: 'notNow', ...bySales, atMs: monday + 4 * day }
    const again = [clicked('two', monday + 5 * day), clicked('three', monday + 5 * day)]
    const facts = [friend, ...done, qualified, returned, ...again]
    // Day 20: 9 + 1 - 2.3 = 7.7, below 8. Day 80: 9 + 0 - 0.3 = 8.7, above 8 again, and nobody has done anything.
    expect(fold('lead', facts, swinging, monday + 20 * day).score.totalHundredths).toBe(770)
    expect(fold('lead', facts, swinging, monday + 80 * day).score.totalHundredths).toBe(871)
    expect(decisionAt(facts, 5, swinging)).toMatchObject({ lookAgainAtMs: monday + 34 * day })
    expect(decisionAt(facts, 80, swinging)).toEqual({ kind: 'stop', reason: 'exhausted' })
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
    expect(settle('lead', short, campaign, decision.lookAgainAtMs ?? 0).decision).toEqual({
      kind: 'cool',
      cycle: 1,
    })
  })

  test('is looked at again and again where its points fade for years, and cools when they have', () => {
    const slow: Campaign = {
      ...campaign,
      scoring: {
        ...campaign.scoring,
        rules: campaign.scoring.rules.map((rule) =>
          rule.id === 'clicks' ? ({ ...rule, halfLifeDays: 700 } as const) : rule,
        ),
      },
    }
    const lasting = [captured({ profile: { occupation: 'Analyst' } }), ...done, ...clicks, qualified]
    // Hundredths are rounded, so 8 x 0.5^(t/700) must be below 1.995: from t = 1402.5 days after the clicks on.
    let days = 3
    const looks: number[] = []
    for (;;) {
      const decision = decisionAt(lasting, days, slow)
      if (decision.kind === 'cool') break
      expect(decision).toMatchObject({ kind: 'stop', reason: 'qualified' })
      expect(decision.lookAgainAtMs).toBeGreaterThan(monday + days * day)
      days = ((decision.lookAgainAtMs ?? 0) - monday) / day
      looks.push(days)
    }
    expect(looks.length).toBeGreaterThan(1)
    expect(days).toBeCloseTo(1404.5, 1)
  })

  test('is looked at again at the same minute, whenever that is asked', () => {
    const short = [captured({ profile: { occupation: 'Analyst' } }), ...done, ...clicks, qualified]
    const asked = [2, 3.3, 9.7, 15.01, 21.9].map((days) => decisionAt(short, days).lookAgainAtMs)
    expect(new Set(asked).size).toBe(1)
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
    expect(fold('lead', resting, campaign, monday + 23 * day).stage).toBe('exhausted')
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
      'lead',
      [analyst, sent('one', monday), ...clicks, qualified, fact],
      campaign,
      monday + 90 * day,
    )
    expect(state.stage).toBe(stage)
    expect(decide(state, campaign, monday + 90 * day)).toEqual({ kind: 'stop', reason: stage })
  })
})

describe('a cycle', () => {
  const at = (kind: 'ACCEPTED' | 'COOLED', days: number): Fact =>
    kind === 'COOLED'
      ? { kind, cycle: 1, atMs: monday + days * day }
      : { kind, ...bySales, atMs: monday + days * day }
  const handedOff: Fact = { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h-1', atMs: monday + 2 * day }
  const second: LeadQualified = { ...qualified, cycle: 2, atMs: monday + 40 * day }

  test.each<[string, readonly Fact[], string, boolean]>([
    ['that sales has not heard of is to be handed off', [qualified], 'open', true],
    ['that sales has heard of is not', [qualified, handedOff], 'open', false],
    ['is to be handed off even if the lead has cooled since', [qualified, at('COOLED', 20)], 'cooled', true],
    ['that has cooled after the hand-off is not', [qualified, handedOff, at('COOLED', 20)], 'cooled', false],
    [
      'is accepted though a cooling crossed it',
      [qualified, handedOff, at('COOLED', 20), at('ACCEPTED', 21)],
      'accepted',
      false,
    ],
    [
      'is the latest, whichever fact comes first',
      [second, qualified, handedOff, at('COOLED', 20)],
      'open',
      true,
    ],
  ])('%s', (_, facts, status, isDue) => {
    const cycle = latestCycle(facts)
    expect(cycle?.status).toBe(status)
    expect(mustBeHandedOff(cycle)).toBe(isDue)
  })

  test('of a lead that never qualified is none, and nothing is to be handed off', () => {
    expect(latestCycle([analyst, ...done])).toBeUndefined()
    expect(mustBeHandedOff(undefined)).toBe(false)
  })
})
