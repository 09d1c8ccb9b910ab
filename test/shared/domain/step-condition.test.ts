import { describe, expect, test } from 'vitest'
import type { StepCondition } from '../../../shared/domain/conditions.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { isConditionMet } from '../../../shared/domain/step-condition.ts'
import { campaign, captured, clicked, day, monday, sent } from '../../support/leads.ts'

/** Asked on the tenth day after Monday, of an enrolment that began on Monday. */
const isMet = (condition: StepCondition, facts: readonly Fact[], totalHundredths = 0): boolean => {
  const { evidence, facts: ordered } = fold('lead-1', facts, campaign, monday + 10 * day)
  const situation = { evidence, totalHundredths, facts: ordered, sinceMs: monday }
  return isConditionMet(condition, situation, monday + 10 * day)
}

const analyst = captured({ profile: { occupation: 'Analyst' } })
const works = { field: 'occupation', in: ['Analyst'] } as const
const studies = { field: 'occupation', in: ['Student'] } as const
const onDay = (days: number) => clicked(`day-${days}`, monday + days * day)

describe('a condition on points', () => {
  test.each<[number, boolean, boolean, boolean]>([
    // Points in hundredths; at least 5; below 5; both at least 5 and below 7.
    [499, false, true, false],
    [500, true, false, true],
    [699, true, false, true],
    [700, true, false, false],
  ])('with %i hundredths', (hundredths, atLeast, below, both) => {
    expect(isMet({ score: { atLeast: 5 } }, [analyst], hundredths)).toBe(atLeast)
    expect(isMet({ score: { below: 5 } }, [analyst], hundredths)).toBe(below)
    expect(isMet({ score: { atLeast: 5, below: 7 } }, [analyst], hundredths)).toBe(both)
  })
})

describe('conditions together', () => {
  test.each<[string, StepCondition, boolean]>([
    ['all of two, one of which is not met', { all: [works, studies] }, false],
    ['all of two that are met', { all: [works, { not: studies }] }, true],
    ['any of two, one of which is met', { any: [studies, works] }, true],
    ['any of two, none of which is met', { any: [studies, { not: works }] }, false],
    ['not what is met', { not: works }, false],
  ])('%s', (_, condition, expected) => {
    expect(isMet(condition, [analyst])).toBe(expected)
  })
})

describe('a condition on forms', () => {
  const news = captured({ submission: 's-0', form: 'news', atMs: monday - 400 * day })

  test('is met by a submission at any time, also before the enrolment', () => {
    expect(isMet({ form: ['talk', 'news'] }, [news, analyst])).toBe(true)
    expect(isMet({ form: ['talk'] }, [news, analyst])).toBe(false)
  })

  test('is not met by another fact about that form', () => {
    expect(isMet({ form: ['news'] }, [analyst, { kind: 'CONFIRMED', form: 'news', atMs: monday }])).toBe(
      false,
    )
  })
})

describe('a condition on facts', () => {
  test.each<[string, StepCondition, readonly Fact[], boolean]>([
    ['a click', { fact: 'CLICKED' }, [onDay(1)], true],
    ['a click, where only an email was sent', { fact: 'CLICKED' }, [sent('one', monday)], false],
    ['a click at the very beginning', { fact: 'CLICKED' }, [onDay(0)], true],
    ['a click before the enrolment began', { fact: 'CLICKED' }, [onDay(-1)], false],
    ['two clicks, of which there is one', { fact: 'CLICKED', times: 2 }, [onDay(1)], false],
    ['two clicks', { fact: 'CLICKED', times: 2 }, [onDay(1), onDay(2)], true],
    ['a click within three days, three days ago', { fact: 'CLICKED', withinDays: 3 }, [onDay(7)], true],
    ['a click within three days, four days ago', { fact: 'CLICKED', withinDays: 3 }, [onDay(6)], false],
    [
      'a click within thirty days, before the enrolment',
      { fact: 'CLICKED', withinDays: 30 },
      [onDay(-1)],
      false,
    ],
    ['a click of the link', { fact: 'CLICKED', link: '/guide' }, [onDay(1)], true],
    ['a click of another link', { fact: 'CLICKED', link: '/prices' }, [onDay(1)], false],
    ['no click for ten days', { fact: 'CLICKED', quietDays: 10 }, [], true],
    ['no click for eleven days, of an enrolment of ten', { fact: 'CLICKED', quietDays: 11 }, [], false],
    ['no click for three days, and one four days ago', { fact: 'CLICKED', quietDays: 3 }, [onDay(6)], true],
    ['no click for three days, and one three days ago', { fact: 'CLICKED', quietDays: 3 }, [onDay(7)], false],
  ])('%s', (_, condition, facts, expected) => {
    expect(isMet(condition, [analyst, ...facts])).toBe(expected)
  })
})
