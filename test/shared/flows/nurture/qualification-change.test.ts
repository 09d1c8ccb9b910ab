import { expect, test } from 'vitest'
import type { Fact } from '../../../../shared/domain/facts.ts'
import { fold } from '../../../../shared/domain/fold.ts'
import { qualificationChangeOf } from '../../../../shared/flows/nurture/qualification-change.ts'
import { campaign, captured, clicked, day, enrolled, monday } from '../../../support/leads.ts'

const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
const again: Fact = { kind: 'ENROLLED', enrolment: 'digest-1', version: 'digest-v1', atMs: monday + day }
// 4 for the analyst, 2 for the time, 4 for the click: 10 are enough. Five days later the click gives 2.83.
const click = clicked('one', monday + 2 * day)
const changeOf = (facts: readonly Fact[], kind: 'qualify' | 'cool') =>
  qualificationChangeOf(fold('lead', [analyst, click, ...facts], campaign, monday + 7 * day), {
    kind,
    cycle: 1,
  })

test('a lead that qualifies is told with the score its own act brought it to, and since when it was enrolled', () => {
  expect(changeOf([again, enrolled()], 'qualify')).toEqual({
    kind: 'QUALIFIED',
    cycle: 1,
    totalHundredths: 1000,
    lines: expect.arrayContaining([expect.objectContaining({ rule: 'clicks', hundredths: 400 })]),
    source: 'Google',
    enrolledAtMs: monday,
    atMs: monday + 7 * day,
  })
})

test('a lead that was held out of any enrolment is counted as held out', () => {
  expect(changeOf([enrolled({ isHeldOut: true }), again], 'qualify')).toMatchObject({ isHeldOut: true })
  expect(changeOf([enrolled(), again], 'qualify')).not.toHaveProperty('isHeldOut')
})

test('a lead that was never enrolled for the first time has no such day', () => {
  expect(changeOf([again], 'qualify')).not.toHaveProperty('enrolledAtMs')
})

test('a lead that cools is one fact, and any other decision is none', () => {
  expect(changeOf([], 'cool')).toEqual({ kind: 'COOLED', cycle: 1, atMs: monday + 7 * day })
  const state = fold('lead', [analyst], campaign, monday)
  expect(qualificationChangeOf(state, { kind: 'stop', reason: 'exhausted' })).toBeUndefined()
})
