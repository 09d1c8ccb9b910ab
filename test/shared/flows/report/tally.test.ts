import { describe, expect, test } from 'vitest'
import { type DayCount, readCounter, totalsOf } from '../../../../shared/contracts/counters.ts'
import type { Fact } from '../../../../shared/domain/facts.ts'
import { countFacts, flushTally, metricsOf } from '../../../../shared/flows/report/tally.ts'
import { captured, clicked, day, enrolled, monday, sent } from '../../../support/leads.ts'

const touch = { enrolment: 'learn-1', step: 'two' }
const variant = { ...touch, email: 'two-b', variant: 'b' }
const at = { atMs: monday }
const sales = { cycle: 1, source: 'Google', atMs: monday }
const qualified = { ...sales, kind: 'QUALIFIED', totalHundredths: 1200, lines: [] } as const

describe('a fact counts for', () => {
  test.each<[string, Fact, string[]]>([
    ['its source', captured(), ['2026-03-02|source|Google|captured']],
    ['its source, in plain letters', captured({ source: 'a|b#c' }), ['2026-03-02|source|a b c|captured']],
    ['the step', sent('two', monday), ['2026-03-02|step|learn|two|sent']],
    [
      'the step of a confirmation',
      sent('ask-1', monday, 'confirm-news'),
      ['2026-03-02|step|confirm|ask-1|sent'],
    ],
    [
      'step and variant: SENT',
      { kind: 'SENT', ...variant, messageId: 'm', ...at },
      ['2026-03-02|step|learn|two|sent', '2026-03-02|variant|learn|two|b|sent'],
    ],
    [
      'step and variant: DELIVERED',
      { kind: 'DELIVERED', ...variant, ...at },
      ['2026-03-02|step|learn|two|delivered', '2026-03-02|variant|learn|two|b|delivered'],
    ],
    [
      'step and variant: UNSUBSCRIBED',
      { kind: 'UNSUBSCRIBED', ...variant, via: 'page', ...at },
      ['2026-03-02|step|learn|two|unsubscribed', '2026-03-02|variant|learn|two|b|unsubscribed'],
    ],
    [
      'step and variant: BOUNCED',
      { kind: 'BOUNCED', ...variant, bounce: 'permanent', ...at },
      ['2026-03-02|step|learn|two|bounced', '2026-03-02|variant|learn|two|b|bounced'],
    ],
    [
      'step and variant: COMPLAINED',
      { kind: 'COMPLAINED', ...variant, ...at },
      ['2026-03-02|step|learn|two|complained', '2026-03-02|variant|learn|two|b|complained'],
    ],
    [
      'the step alone, of a variant: a click, of which one lead may have three',
      { ...clicked('two', monday), variant: 'b' },
      ['2026-03-02|step|learn|two|clicked'],
    ],
    [
      'step and variant: the lead that clicked',
      { kind: 'RESPONDED', ...variant, to: 'link', ...at },
      ['2026-03-02|step|learn|two|responded', '2026-03-02|variant|learn|two|b|clicked'],
    ],
    [
      'the step: its goal',
      { kind: 'RESPONDED', ...variant, to: 'goal', ...at },
      ['2026-03-02|step|learn|two|goal'],
    ],
    ['the step: OPENED', { kind: 'OPENED', ...variant, ...at }, ['2026-03-02|step|learn|two|opened']],
    ['nothing: UNRESOLVED', { kind: 'UNRESOLVED', ...variant, ...at }, []],
    ['nothing: SNOOZED', { kind: 'SNOOZED', ...touch, untilMs: monday + day, ...at }, []],
    ['nothing: CONFIRMED', { kind: 'CONFIRMED', form: 'news', ...at }, []],
    [
      'the step: passed over',
      { kind: 'SKIPPED', ...touch, reason: 'hadAlready', ...at },
      ['2026-03-02|skipped|learn|two|hadAlready'],
    ],
    [
      'the branch: an arm',
      { kind: 'BRANCHED', ...touch, arm: 'warm', ...at },
      ['2026-03-02|branch|learn|two|warm'],
    ],
    ['the branch: no arm', { kind: 'BRANCHED', ...touch, ...at }, ['2026-03-02|branch|learn|two|none']],
    [
      'the sequence: the goal reached',
      { kind: 'ENDED', enrolment: 'learn-2', reason: 'goal', ...at },
      ['2026-03-02|sequence|learn|goal'],
    ],
    [
      'the sequence: an exit',
      { kind: 'ENDED', enrolment: 'after-sales-1', reason: 'exit', ...at },
      ['2026-03-02|sequence|after-sales|exit'],
    ],
    [
      'sequence and arm: a lead’s first enrolment',
      enrolled(),
      ['2026-03-02|sequence|learn|enrolled', '2026-03-02|arm|nurtured|enrolled'],
    ],
    [
      'sequence and arm: a lead’s first enrolment, held out',
      enrolled({ isHeldOut: true }),
      ['2026-03-02|sequence|learn|enrolled', '2026-03-02|arm|heldOut|enrolled'],
    ],
    [
      'the sequence alone: a later enrolment',
      { kind: 'ENROLLED', enrolment: 'learn-2', version: 'v', isHeldOut: true, ...at },
      ['2026-03-02|sequence|learn|enrolled'],
    ],
    [
      'the source on its own day, and the arm on the day of the enrolment',
      { ...qualified, isHeldOut: true, enrolledAtMs: monday - 3 * day },
      ['2026-03-02|source|Google|qualified', '2026-02-27|arm|heldOut|qualified'],
    ],
    [
      'the source alone: a lead that qualifies again',
      { ...qualified, cycle: 2, enrolledAtMs: monday - 3 * day },
      ['2026-03-02|source|Google|qualified'],
    ],
    [
      'the source alone: a lead whose enrolment is not on record',
      qualified,
      ['2026-03-02|source|Google|qualified'],
    ],
    ['its source: an outcome', { kind: 'WON', ...sales }, ['2026-03-02|source|Google|won']],
    ['nothing: COOLED', { kind: 'COOLED', cycle: 1, ...at }, []],
  ])('%s', (_, fact, metrics) => {
    expect(metricsOf(fact)).toEqual(metrics)
  })
})

test('a window’s counts reach the table by day and metric', async () => {
  const added: object[] = []
  const state = countFacts(countFacts({}, [sent('two', monday), sent('two', monday)]), [
    { kind: 'SENT', ...variant, messageId: 'm', atMs: monday + day },
  ])
  await flushTally(
    state,
    { campaign: 'test', shard: 's-1', windowStart: 'w' },
    { add: async (counter) => void added.push(counter) },
  )
  const window = { campaign: 'test', shard: 's-1', windowStart: 'w' }
  expect(added).toEqual([
    { ...window, day: '2026-03-02', metric: 'step|learn|two|sent', count: 2 },
    { ...window, day: '2026-03-03', metric: 'step|learn|two|sent', count: 1 },
    { ...window, day: '2026-03-03', metric: 'variant|learn|two|b|sent', count: 1 },
  ])
})

test.each<[string, Record<string, unknown>, DayCount | undefined]>([
  [
    'a counter of a day',
    { pk: 'TALLY#test#2026-03-02', sk: 'step|learn|two|sent#shardId-1', count: 3 },
    { day: '2026-03-02', metric: 'step|learn|two|sent', count: 3 },
  ],
  [
    'a counter of a test',
    { pk: 'TESTS#test', sk: '2026-03-02|variant|learn|two|b|sent#shardId-1', count: 4 },
    { day: '2026-03-02', metric: 'variant|learn|two|b|sent', count: 4 },
  ],
  ['a lead’s summary', { pk: 'LEAD#1', sk: 'LEAD' }, undefined],
])('%s is read as what it counts', (_, item, counter) => {
  expect(readCounter(item)).toEqual(counter)
})

test('the counts of all days and shards add up by metric', () => {
  const one = (on: string, metric: string, count: number): DayCount => ({ day: on, metric, count })
  expect([
    ...totalsOf([one('2026-03-02', 'a', 1), one('2026-03-02', 'a', 2), one('2026-03-03', 'b', 4)]),
  ]).toEqual([
    ['a', 3],
    ['b', 4],
  ])
})
