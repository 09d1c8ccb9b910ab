import { describe, expect, test } from 'vitest'
import type { DayCount } from '../../../../shared/contracts/counters.ts'
import type { Campaign } from '../../../../shared/domain/campaign.ts'
import { reportEmail } from '../../../../shared/flows/report/report-email.ts'
import { makeReport } from '../../../../shared/flows/report/report-figures.ts'
import { reportText } from '../../../../shared/flows/report/report-text.ts'
import { campaign, emailStep, sequence } from '../../../support/leads.ts'

/** Lessons of which the second is a test of two, and a tenth of the leads held out. */
const tested: Campaign = {
  ...campaign,
  holdOutPercent: 10,
  sequences: {
    learn: sequence('learn', [
      emailStep('one'),
      emailStep('two', {
        email: 'two-a',
        variants: [
          { id: 'b', email: 'two-b', weight: 1 },
          { id: 'a', email: 'two-a', weight: 1 },
        ],
      }),
    ]),
  },
}

const week = new Map([
  ['source|Google|captured', 12],
  ['source|Google|qualified', 2],
  ['sequence|learn|enrolled', 12],
  ['sequence|learn|goal', 1],
  ['sequence|learn|exit', 2],
  ['step|learn|one|sent', 11],
  ['step|learn|one|delivered', 10],
  ['step|learn|one|opened', 9],
  ['step|learn|one|clicked', 7],
  ['step|learn|one|responded', 3],
  ['step|learn|one|goal', 1],
  ['step|learn|one|bounced', 1],
  ['step|learn|two|sent', 8],
  ['step|learn|two|delivered', 8],
  ['step|learn|two|unsubscribed', 1],
  ['skipped|learn|two|late', 2],
  ['skipped|learn|two|condition', 1],
  ['branch|learn|interest|warm', 4],
  ['branch|learn|interest|none', 3],
])

const on = (day: string, counts: Readonly<Record<string, number>>): DayCount[] =>
  Object.entries(counts).map(([metric, count]) => ({ day, metric, count }))

/** A variant's emails, all of which arrived, and how many leads clicked. */
const variant = (day: string, id: string, sent: number, clicked: number, step = 'two') =>
  on(day, {
    [`variant|learn|${step}|${id}|sent`]: sent,
    [`variant|learn|${step}|${id}|delivered`]: sent,
    [`variant|learn|${step}|${id}|clicked`]: clicked,
  })

const report = (tests: readonly DayCount[] = [], plan = tested) =>
  makeReport(plan, week, tests, '2026-03-02', '2026-03-09')

test('the report tells sequences, tests since their first day, and the hold-out', () => {
  const tests = [
    ...variant('2026-01-05', 'b', 400, 40),
    ...variant('2026-01-05', 'a', 400, 84),
    ...variant('2026-03-05', 'b', 600, 60),
    ...variant('2026-03-05', 'a', 600, 126),
    ...on('2026-01-05', {
      'arm|heldOut|enrolled': 1000,
      'arm|heldOut|qualified': 40,
      'arm|nurtured|enrolled': 9000,
      'arm|nurtured|qualified': 900,
    }),
  ]
  expect(reportText(report(tests)).split('\n')).toEqual([
    'Campaign report, 2026-03-02 to 2026-03-09',
    '',
    'source  captured  qualified  accepted  returned  won  lost',
    'Google        12          2         0         0    0     0',
    '',
    'Sequence learn: 12 enrolled, 19 sent, 1 reached the goal, 2 left, 3 skipped',
    'step  sent  delivered   clicked      goal  unsubscribed  bounced  complained',
    'one     11         10  3 (30 %)  1 (10 %)             0        1           0',
    'two      8          8         0         0    1 (12.5 %)        0           0',
    'Skipped two: 1 by its condition, 2 too late.',
    'Branch interest: 3 none, 4 warm.',
    '',
    'Test of learn / two, since 2026-01-05',
    'variant  sent  delivered  clicked  rate   95 % interval  unsubscribed',
    'b        1000       1000      100  10 %     8.3 to 12 %             0',
    'a        1000       1000      210  21 %  18.6 to 23.6 %             0',
    'a is better than b by 6.1 to 16 points.',
    '',
    'Hold-out, since 2026-01-05',
    'leads     enrolled  qualified  rate  95 % interval',
    'held out      1000         40   4 %     3 to 5.4 %',
    'nurtured      9000        900  10 %  9.4 to 10.6 %',
    'nurtured is better than held out by 3.7 to 7.9 points.',
  ])
})

describe('a test', () => {
  const testsOf = (tests: readonly DayCount[], plan = tested) => report(tests, plan).tests
  const rows = (tests: readonly DayCount[], plan = tested) =>
    testsOf(tests, plan).flatMap(({ variants }) =>
      variants.map(({ id, sent, clicked, isGone }) => [id, sent, clicked, isGone]),
    )

  test('of which nothing was sent has not begun', () => {
    expect(testsOf([])).toMatchObject([
      {
        sequence: 'learn',
        step: 'two',
        verdict: expect.stringMatching(/^Not enough data yet: about [\d,]+ more/),
      },
    ])
    expect(reportText(report()).split('\n')).toContain('Test of learn / two, not begun')
  })

  test('compares with the first variant in the step, over the days since the newest began', () => {
    const found = testsOf([
      ...variant('2026-01-05', 'b', 500, 400),
      ...variant('2026-02-09', 'b', 200, 20),
      ...variant('2026-02-09', 'a', 200, 20),
      ...variant('2026-02-16', 'b', 100, 12),
    ])
    expect(found).toMatchObject([
      {
        sinceDay: '2026-02-09',
        variants: [
          { id: 'b', sent: 300, clicked: 32 },
          { id: 'a', sent: 200, clicked: 20 },
        ],
      },
    ])
  })

  test('shows a variant that the campaign has no more, marked, with all its days, and does not compare it', () => {
    const tests = [
      ...variant('2026-01-05', 'old', 5000, 4000),
      ...variant('2026-02-09', 'b', 200, 20),
      ...variant('2026-02-09', 'a', 200, 20),
    ]
    expect(rows(tests)).toEqual([
      ['b', 200, 20, false],
      ['a', 200, 20, false],
      ['old', 5000, 4000, true],
    ])
    expect(testsOf(tests)[0]?.verdict).toMatch(/^Not enough data yet/)
    expect(reportText(report(tests))).toContain('old (gone)')
  })

  test('that the campaign has no more is still told', () => {
    const plan = { ...tested, sequences: { learn: sequence('learn', [emailStep('one')]) } }
    expect(testsOf(variant('2026-01-05', 'a', 50, 5), plan)).toMatchObject([
      { step: 'two', verdict: 'The campaign has this test no more.', variants: [{ id: 'a', isGone: true }] },
    ])
  })

  test('counts a click whose delivery is not known yet as delivered', () => {
    const counts = on('2026-03-05', { 'variant|learn|two|a|sent': 1, 'variant|learn|two|a|clicked': 1 })
    expect(testsOf(counts)[0]?.variants[1]).toMatchObject({ id: 'a', delivered: 0, clicked: 1, rate: 1 })
  })
})

describe('the hold-out', () => {
  test('is not told where there is none and was none', () => {
    const nurtured = on('2026-03-05', { 'arm|nurtured|enrolled': 40 })
    expect(report(nurtured, { ...tested, holdOutPercent: 0 }).holdOut).toBeUndefined()
    expect(report(nurtured).holdOut).toMatchObject({ arms: [{ enrolled: 0 }, { enrolled: 40 }] })
  })

  test('is told where leads were held out before', () => {
    const before = on('2026-01-05', { 'arm|heldOut|enrolled': 4 })
    expect(report(before, { ...tested, holdOutPercent: 0 }).holdOut).toMatchObject({ sinceDay: '2026-01-05' })
  })
})

test('what a visitor typed stands in the email as text', () => {
  const counts = new Map([['source|<img src=x>|captured', 1]])
  const { html } = reportEmail(makeReport(tested, counts, [], '2026-03-02', '2026-03-09'), {
    name: 'Test',
    senderName: 'Test',
    postalAddress: '1 Test Street, Testville',
    sales: { email: 'sales@example.com' },
    report: { email: 'marketing@example.com' },
  })
  expect(html).toContain('&lt;img src=x&gt;')
  expect(html).not.toContain('<img')
})
