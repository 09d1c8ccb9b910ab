import { describe, expect, test } from 'vitest'
import type { Campaign, EmailStep } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, emailStep, enrolled, sent, sequence } from '../../support/leads.ts'

/** In March 2026, whose second is a Monday. */
const at = (text: string) => Date.parse(`2026-03-${text}:00Z`)
const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

const of = (step: Partial<EmailStep>, given: Partial<Campaign> = {}): Campaign => ({
  ...campaign,
  sequences: {
    learn: sequence('learn', [emailStep('one'), emailStep('two', { wait: { days: 4 }, ...step })]),
    digest: sequence('digest', [emailStep('first')]),
  },
  ...given,
})

/** When the next email is due, `06T10:00`, or what else is decided. */
const due = (facts: readonly Fact[], now: Campaign, time: string): string => {
  const { records, decision } = settle('lead-1', facts, now, at(time))
  if (decision.kind === 'send') return new Date(decision.touch.dueAtMs).toISOString().slice(8, 16)
  const skipped = records.find(({ kind }) => kind === 'SKIPPED')
  return skipped?.kind === 'SKIPPED' ? skipped.reason : decision.kind
}

const begun = [
  captured({ atMs: at('02T10:00') }),
  enrolled({ atMs: at('02T10:00') }),
  sent('one', at('02T10:00')),
]
const other = (step: string, time: string): Fact => sent(step, at(time), 'digest-1')

describe('the cap on emails', () => {
  const capped = of({ wait: { hours: 1 } }, { minimumGapHours: 0, frequencyCap: { emails: 3, days: 7 } })

  test.each<[string, readonly Fact[], string]>([
    ['of three in seven days lets the third go out', [other('a', '02T11:00')], '02T11:00'],
    [
      'holds the fourth until seven days after the first',
      [other('a', '02T11:00'), other('b', '02T11:30')],
      '09T10:00',
    ],
    [
      'counts the last three, not all that ever went out',
      [other('z', '01T08:00'), other('a', '02T11:00'), other('b', '02T11:30')],
      '09T10:00',
    ],
  ])('%s', (_, more, expected) => {
    expect(due([...begun, ...more], capped, '02T11:30')).toBe(expected)
  })
})

describe('a pause', () => {
  const snoozed = (until: string): Fact => ({
    kind: 'SNOOZED',
    enrolment: 'learn-1',
    step: 'one',
    untilMs: at(until),
    atMs: at('02T12:00'),
  })

  test.each<[string, string, string]>([
    ['that is over before the email would be due holds nothing back', '04T10:00', '06T10:00'],
    ['that ends later holds it back until then', '20T10:00', '20T10:00'],
    ['that ends at night holds it back until the window opens', '20T22:00', '23T09:00'],
  ])('%s', (_, until, expected) => {
    expect(due([...begun, snoozed(until)], of({ window: office }), '03T10:00')).toBe(expected)
  })
})

describe('the time with sales', () => {
  const passed: Fact[] = [
    { kind: 'QUALIFIED', cycle: 1, totalHundredths: 1200, lines: [], source: 'Google', atMs: at('03T10:00') },
    { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h', atMs: at('03T10:00') },
  ]

  test.each<[string, Fact]>([
    [
      'is over when sales returns the lead',
      { kind: 'RETURNED', cycle: 1, reason: 'notNow', source: 'Google', atMs: at('18T11:00') },
    ],
    ['is over when the lead has cooled', { kind: 'COOLED', cycle: 1, atMs: at('18T11:00') }],
  ])('%s, and what fell due meanwhile is due then and not before', (_, back) => {
    expect(due([...begun, ...passed, back], of({ window: office }), '18T11:00')).toBe('18T11:00')
  })
})

describe('an email that is overdue', () => {
  test.each<[string, Partial<EmailStep>, string, string]>([
    ['an hour, inside its window, keeps its time', { window: office }, '06T11:00', '06T10:00'],
    ['two hours, without a window, keeps its time', {}, '06T12:00', '06T10:00'],
    [
      'by night waits for the window, whatever its time was',
      { window: { ...office, toMinutes: 10 * 60 + 30 } },
      '06T11:00',
      '09T09:00',
    ],
    [
      'as much as its lateness allows, is still sent',
      { lateness: { maximumHours: 6, beyond: 'skip' } },
      '06T16:00',
      '06T10:00',
    ],
    [
      'more than its lateness allows, is passed over',
      { lateness: { maximumHours: 6, beyond: 'skip' } },
      '06T16:01',
      'late',
    ],
    [
      'more than its lateness allows, waits for the next moment of its kind',
      {
        wait: { days: 2, until: { weekday: 5, minutes: 600 } },
        lateness: { maximumHours: 6, beyond: 'retime' },
      },
      '06T18:00',
      '13T10:00',
    ],
    [
      'more than its lateness allows, without such a moment, is due at once',
      { lateness: { maximumHours: 6, beyond: 'retime' } },
      '06T18:00',
      '06T18:00',
    ],
  ])('%s', (_, step, time, expected) => {
    expect(due(begun, of(step), time)).toBe(expected)
  })

  test('and is to be spread gets a moment of its own in the windows that come, not one for all', () => {
    const late = of({ window: office, lateness: { maximumHours: 6, beyond: 'spread' } })
    const moments = ['lead-1', 'lead-2', 'lead-3', 'lead-4'].map((lead) => {
      const { decision } = settle(lead, begun, late, at('06T18:00'))
      return decision.kind === 'send' ? decision.touch.dueAtMs : 0
    })
    expect(new Set(moments).size).toBe(4)
    for (const moment of moments) {
      expect(moment).toBeGreaterThanOrEqual(at('09T09:00'))
      expect(moment).toBeLessThan(at('09T17:00'))
    }
  })
})

describe('the gap after an email', () => {
  test.each<[string, string, number, string]>([
    // The first email would have been due when the lead came, on the second at 10:00.
    ['in time is the gap', '02T10:00', 20, '03T06:00'],
    ['an hour late, which a queue may take, is the gap', '02T11:00', 20, '03T07:00'],
    ['a day late is a day', '03T12:00', 20, '04T12:00'],
    ['a day late is the gap where that is more', '03T12:00', 48, '05T12:00'],
  ])('%s', (_, went, minimumGapHours, expected) => {
    const facts = [...begun.slice(0, 2), sent('one', at(went))]
    const now = of({ wait: { hours: 1 } }, { minimumGapHours })
    expect(due(facts, now, went)).toBe(expected)
  })
})
