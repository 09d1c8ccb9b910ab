import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { waysToQualify } from '../../../shared/domain/explain.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { campaign, captured, clicked, day, monday } from '../../support/leads.ts'

const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })

describe('what would qualify a lead', () => {
  const waysOf = (facts: readonly Fact[], days: number) => {
    const state = fold('lead', facts, campaign, monday + days * day)
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

  test('is never something that is done to it, or done once', () => {
    const given: Campaign = {
      ...campaign,
      scoring: {
        ...campaign.scoring,
        rules: (['BOUNCED', 'RETURNED', 'DELIVERED', 'OPENED', 'CONFIRMED'] as const).map((fact) => ({
          id: fact.toLowerCase(),
          dimension: 'engagement',
          when: { fact },
          points: 10,
          reason: fact,
        })),
      },
    }
    const state = fold('lead', [captured()], given, monday)
    expect(waysToQualify(state.evidence, state.score, given.scoring, monday)).toEqual({
      gates: [],
      missingHundredths: 1000,
      enough: [],
      together: [],
    })
  })
})
