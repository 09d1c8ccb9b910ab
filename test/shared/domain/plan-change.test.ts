import { expect, test } from 'vitest'
import type { Campaign, EmailStep, Sequence, Step } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { type EnrolmentChange, planChange } from '../../../shared/domain/plan-change.ts'
import { changeText } from '../../support/change-text.ts'
import { campaign, captured, emailStep, enrolled, sent, sequence } from '../../support/leads.ts'

const at = (text: string) => Date.parse(`2026-${text}:00Z`)
/** Monday. */
const now = at('03-09T10:00')
const longAgo = at('01-01T00:00')
const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

const out = (step: string, time: string, enrolment = 'learn-1'): Fact => ({
  ...sent(step, at(time), enrolment),
  email: step,
})
const begun = (time: string): Fact[] => [captured({ atMs: at(time) }), enrolled({ atMs: at(time) })]

/** Where a lead stands in one (at once), two (4 days later), three (7 days later). */
const waiting = [...begun('03-06T10:00'), out('one', '03-06T10:00')]
const leads = {
  'has just come': [captured({ atMs: now })],
  'waits for two': waiting,
  'has had two': [...begun('03-02T10:00'), out('one', '03-02T10:00'), out('two', '03-06T10:00')],
  'has finished': [
    ...begun('02-02T10:00'),
    out('one', '02-02T10:00'),
    out('two', '02-06T10:00'),
    out('three', '02-13T10:00'),
  ],
  'paused to Friday week': [
    ...waiting,
    {
      kind: 'SNOOZED',
      enrolment: 'learn-1',
      step: 'one',
      untilMs: at('03-20T10:00'),
      atMs: at('03-07T10:00'),
    },
  ],
  'is with sales': [
    ...waiting,
    {
      kind: 'QUALIFIED',
      cycle: 1,
      totalHundredths: 1000,
      lines: [],
      source: 'Google',
      atMs: at('03-08T10:00'),
    },
    { kind: 'ACCEPTED', cycle: 1, source: 'Google', atMs: at('03-08T11:00') },
  ],
  'has unsubscribed': [
    ...waiting,
    { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: at('03-08T10:00') },
  ],
} satisfies Record<string, Fact[]>
type Lead = keyof typeof leads

const one = emailStep('one')
const two = emailStep('two', { wait: { days: 4 }, window: office })
const three = emailStep('three', { wait: { days: 7 }, window: office })
const extra = emailStep('extra', { wait: { days: 1 }, window: office })
const shorter: EmailStep = { ...two, wait: { days: 2 } }

const stepsOf = {
  'two waits 2 days': [one, shorter, three],
  'extra comes before two': [one, extra, two, three],
  'two is gone': [one, three],
  'two is called second': [one, { ...two, id: 'second', formerly: ['two'] }, three],
  'three comes before two': [one, three, two],
  'two has another email': [one, { ...two, email: 'other' }, three],
  'again sends the email of one': [one, two, three, emailStep('again', { email: 'one' })],
  'four comes at the end': [one, two, three, emailStep('four', { wait: { days: 30 }, window: office })],
} satisfies Record<string, readonly Step[]>
type Change = keyof typeof stepsOf

const campaigns = (
  onChange: Sequence['onChange'],
  steps: readonly Step[],
  given: Partial<Sequence> = {},
): { readonly older: Campaign; readonly newer: Campaign } => {
  const v1 = sequence('learn', [one, two, three], { onChange })
  const v2 = sequence('learn', steps, { version: 'learn-v2', onChange, ...given })
  const first = { sinceMs: longAgo, sequence: v1 }
  return {
    older: { ...campaign, sequences: { learn: v1 }, history: { learn: [first] } },
    newer: {
      ...campaign,
      version: 'v2',
      sequences: { learn: v2 },
      history: { learn: [first, { sinceMs: now, sequence: v2 }] },
    },
  }
}

const changeFor = (lead: Lead, { older, newer }: ReturnType<typeof campaigns>): EnrolmentChange | undefined =>
  planChange('lead-1', leads[lead], older, newer, now).enrolments.find(({ sequence: id }) => id === 'learn')

const rows: readonly [Change, Sequence['onChange'], Lead, string][] = [
  ['two waits 2 days', 'migrate', 'has just come', 'moves, -2 days'],
  ['two waits 2 days', 'migrate', 'waits for two', 'moves, -1 days, due 03-09'],
  ['two waits 2 days', 'migrate', 'has had two', 'asBefore'],
  ['two waits 2 days', 'migrate', 'has finished', 'finished'],
  ['two waits 2 days', 'migrate', 'paused to Friday week', 'moves, 0 days, due 03-20'],
  ['two waits 2 days', 'migrate', 'is with sales', 'withSales'],
  ['two waits 2 days', 'migrate', 'has unsubscribed', 'suppressed'],
  ['two waits 2 days', 'pin', 'has just come', 'moves, -2 days'],
  ['two waits 2 days', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['two waits 2 days', 'pin', 'has had two', 'asBefore, pinned to learn-v1'],
  ['two waits 2 days', 'pin', 'has finished', 'finished, pinned to learn-v1'],
  ['two waits 2 days', 'pin', 'paused to Friday week', 'asBefore, pinned to learn-v1'],
  ['two waits 2 days', 'restart', 'waits for two', 'moves, -1 days, due 03-09'],
  ['two waits 2 days', 'restart', 'has had two', 'asBefore'],
  ['two waits 2 days', 'restart', 'has finished', 'finished'],

  ['extra comes before two', 'migrate', 'has just come', 'gains, +3 days, also extra'],
  ['extra comes before two', 'migrate', 'waits for two', 'gains, +3 days, also extra, due 03-09'],
  ['extra comes before two', 'migrate', 'has had two', 'asBefore, past extra'],
  ['extra comes before two', 'migrate', 'has finished', 'finished, past extra'],
  ['extra comes before two', 'migrate', 'paused to Friday week', 'gains, +4 days, also extra, due 03-20'],
  ['extra comes before two', 'migrate', 'is with sales', 'withSales'],
  ['extra comes before two', 'pin', 'has just come', 'gains, +3 days, also extra'],
  ['extra comes before two', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['extra comes before two', 'pin', 'has finished', 'finished, pinned to learn-v1'],
  ['extra comes before two', 'restart', 'waits for two', 'gains, +3 days, also extra, due 03-09'],
  ['extra comes before two', 'restart', 'has had two', 'restarts, +3 days, also extra, due 03-09'],
  ['extra comes before two', 'restart', 'has finished', 'restarts, also extra, due 03-09'],

  ['two is gone', 'migrate', 'has just come', 'loses, -4 days, not two'],
  ['two is gone', 'migrate', 'waits for two', 'loses, -4 days, not two'],
  ['two is gone', 'migrate', 'has had two', 'asBefore'],
  ['two is gone', 'migrate', 'has finished', 'finished'],
  ['two is gone', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['two is gone', 'restart', 'waits for two', 'loses, -4 days, not two'],

  ['two is called second', 'migrate', 'has just come', 'asBefore'],
  ['two is called second', 'migrate', 'waits for two', 'asBefore'],
  ['two is called second', 'migrate', 'has had two', 'asBefore'],
  ['two is called second', 'migrate', 'has finished', 'finished'],
  ['two is called second', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['two is called second', 'restart', 'has had two', 'asBefore'],
  ['two is called second', 'restart', 'has finished', 'finished'],

  ['three comes before two', 'migrate', 'has just come', 'moves, -4 days'],
  ['three comes before two', 'migrate', 'waits for two', 'moves, -4 days'],
  ['three comes before two', 'migrate', 'has had two', 'asBefore'],
  ['three comes before two', 'migrate', 'has finished', 'finished'],
  ['three comes before two', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['three comes before two', 'restart', 'waits for two', 'moves, -4 days'],

  ['two has another email', 'migrate', 'waits for two', 'otherEmail, other two'],
  ['two has another email', 'migrate', 'has had two', 'asBefore'],
  ['two has another email', 'pin', 'waits for two', 'asBefore, pinned to learn-v1'],
  ['two has another email', 'restart', 'has finished', 'finished'],

  ['again sends the email of one', 'migrate', 'waits for two', 'asBefore, had again'],
  ['again sends the email of one', 'migrate', 'has finished', 'finished, had again'],
  ['again sends the email of one', 'restart', 'has finished', 'finished, had again'],

  // Finished on 13 February: after 30 days that is 15 March, a Sunday.
  ['four comes at the end', 'migrate', 'has finished', 'resumes, also four'],
  ['four comes at the end', 'migrate', 'has had two', 'gains, also four'],
  ['four comes at the end', 'pin', 'has finished', 'finished, pinned to learn-v1'],
]

test.each(rows)('%s, by %s, for a lead that %s: %s', (change, policy, lead, expected) => {
  expect(changeText(changeFor(lead, campaigns(policy, stepsOf[change])))).toBe(expected)
})

const news = { form: ['news'] }
const ended: readonly [string, Partial<Sequence>, Lead, string][] = [
  ['an exit that is met', { exits: [{ fact: 'CAPTURED' }] }, 'waits for two', 'ends exit, not two three'],
  ['an exit that is met', { exits: [{ fact: 'CAPTURED' }] }, 'has just come', 'ends exit, not one two three'],
  ['an exit that is met', { exits: [{ fact: 'CAPTURED' }] }, 'has finished', 'finished'],
  ['a goal that is met', { goal: { not: news } }, 'waits for two', 'ends goal, not two three'],
  ['a goal that is not met', { goal: news }, 'waits for two', 'asBefore'],
]

test.each(ended)('%s, for a lead that %#: %s %s', (_, given, lead, expected) => {
  expect(changeText(changeFor(lead, campaigns('migrate', [one, two, three], given)))).toBe(expected)
})

test('a sequence that is gone ends for leads under way, and is nothing to those who finished it', () => {
  const { older } = campaigns('migrate', [one, two, three])
  const newer = { ...older, sequences: {} }
  expect(changeText(changeFor('waits for two', { older, newer }))).toBe('ends removed, not two three')
  expect(changeText(changeFor('has finished', { older, newer }))).toBe('finished')
})

test('a new step whose email came by another sequence is passed over', () => {
  const facts = [...leads['waits for two'], enrolled({ enrolment: 'digest-1', version: 'digest-v1' })]
  const { older, newer } = campaigns('migrate', [one, two, three, emailStep('news', { email: 'first' })])
  const [change] = planChange(
    'lead-1',
    [...facts, out('first', '03-05T10:00', 'digest-1')],
    older,
    newer,
    now,
  ).enrolments
  expect(changeText(change)).toBe('asBefore, had news')
})

test('by a lower threshold a lead goes to sales', () => {
  const { older } = campaigns('migrate', [one, two, three])
  const { scoring } = older
  const lower = {
    ...older,
    scoring: { ...scoring, thresholds: { ...scoring.thresholds, enter: 4, leave: 2 } },
  }
  const facts = [
    captured({ atMs: at('03-06T10:00'), profile: { occupation: 'Analyst' } }),
    ...leads['waits for two'].slice(1),
  ]
  const change = planChange('lead-1', facts, older, lower, now)
  expect(change.enrolments.map(changeText)).toEqual(['toSales, not two three'])
  expect([change.before.decision.kind, change.after.decision.kind]).toEqual(['send', 'qualify'])
})

test('what was going to come and still comes is compared, whatever the step is called', () => {
  const { older, newer } = campaigns('migrate', [one, { ...two, id: 'tuesday' }, three])
  expect(changeText(changeFor('waits for two', { older, newer }))).toBe('asBefore')
})
