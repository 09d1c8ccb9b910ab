import { expect, test } from 'vitest'
import type { Campaign, Sequence } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { planChange } from '../../../shared/domain/plan-change.ts'
import { changeText } from '../../support/change-text.ts'
import { campaign, captured, day, emailStep, enrolled, sent, sequence } from '../../support/leads.ts'

const at = (text: string) => Date.parse(`2026-${text}:00Z`)
/** Monday. */
const now = at('03-09T10:00')
const longAgo = at('01-01T00:00')
const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

const out = (step: string, time: string): Fact => ({ ...sent(step, at(time)), email: step })
const begun = (time: string): Fact[] => [captured({ atMs: at(time) }), enrolled({ atMs: at(time) })]
const waiting = [...begun('03-06T10:00'), out('one', '03-06T10:00')]
const finished = [
  ...begun('02-02T10:00'),
  out('one', '02-02T10:00'),
  out('two', '02-06T10:00'),
  out('three', '02-13T10:00'),
]

const one = emailStep('one')
const two = emailStep('two', { wait: { days: 4 }, window: office })
const three = emailStep('three', { wait: { days: 7 }, window: office })
const v1 = sequence('learn', [one, two, three])
const v1Since = { sinceMs: longAgo, sequence: v1 }
const older: Campaign = { ...campaign, sequences: { learn: v1 }, history: { learn: [v1Since] } }

/** What a lead's facts come to by another campaign, sequence by sequence. */
const toldOf = (facts: readonly Fact[], older: Campaign, newer: Campaign): string[] =>
  planChange('lead-1', facts, older, newer, now).enrolments.map(
    (change) => `${change.sequence}: ${changeText(change)}`,
  )

const other = sequence('other', [emailStep('hello')])
const pointed: readonly [string, readonly Fact[], boolean, string[]][] = [
  ['came by it before', waiting, false, ['learn: asBefore']],
  ['came by it before, and confirmation is asked for', waiting, true, ['learn: asBefore']],
  [
    'came by it twice before',
    [...waiting, captured({ submission: 's-2', atMs: at('03-08T10:00') })],
    false,
    ['learn: asBefore'],
  ],
  ['finished what it led to', finished, false, ['learn: finished']],
  [
    'comes by it again',
    [...waiting, captured({ submission: 's-2', formVersion: 'f2', atMs: now })],
    false,
    ['learn: asBefore', 'other: begins, also hello'],
  ],
  [
    'comes by it again, and confirmation is asked for',
    [...waiting, captured({ submission: 's-2', formVersion: 'f2', atMs: now })],
    true,
    ['learn: asBefore'],
  ],
]

test.each(pointed)(
  'a form leads to another sequence, for a lead that %s',
  (_, facts, doubleOptIn, expected) => {
    const newer: Campaign = {
      ...older,
      minimumGapHours: 0,
      forms: { guide: { id: 'guide', sequence: 'other', doubleOptIn } },
      sequences: { ...older.sequences, other },
      history: { ...older.history, other: [{ sinceMs: now, sequence: other }] },
    }
    expect(toldOf(facts, { ...older, minimumGapHours: 0 }, newer)).toEqual(expected)
  },
)

test('who came by a form that asks for confirmation now is not asked, and goes on', () => {
  const newer: Campaign = {
    ...older,
    forms: { guide: { id: 'guide', sequence: 'learn', doubleOptIn: true } },
  }
  const change = planChange('lead-1', waiting, older, newer, now)
  expect(change.enrolments.map(changeText)).toEqual(['asBefore'])
  expect(change.after.touches.map(({ enrolment, step }) => `${enrolment} ${step}`)).toEqual([
    'learn-1 two',
    'learn-1 three',
  ])
})

test('who has had enough points and loses its sequence may still go to sales, and has ended', () => {
  const { scoring } = older
  const newer: Campaign = {
    ...older,
    sequences: {},
    scoring: { ...scoring, thresholds: { ...scoring.thresholds, enter: 4, leave: 2 } },
  }
  const facts = [
    captured({ atMs: at('03-06T10:00'), profile: { occupation: 'Analyst' } }),
    ...waiting.slice(1),
  ]
  const change = planChange('lead-1', facts, older, newer, now)
  expect(change.enrolments.map(changeText)).toEqual(['ends removed, not two three'])
  expect([change.after.state.stage, change.after.decision.kind]).toEqual(['exhausted', 'qualify'])
})

/** v2 since 20 February, and the version that is planned from now: who goes by which. */
const pinning: readonly [string, Sequence['onChange'], Sequence['onChange'], string, string][] = [
  ['began v1, was migrated to v2', 'migrate', 'pin', '01-15T10:00', 'asBefore, pinned to learn-v2'],
  ['began v1, was pinned to it', 'pin', 'pin', '01-15T10:00', 'asBefore, pinned to learn-v1'],
  // By v1 two waits 4 days and by v3 one: the lead goes on to it.
  ['began v1, was pinned to it, and v3 comes without', 'pin', 'migrate', '01-15T10:00', 'moves, -3 days'],
  ['began v2', 'migrate', 'pin', '03-08T10:00', 'asBefore, pinned to learn-v2'],
]

test.each(pinning)('%s (v2 by %s, v3 by %s; began on %s): %s', (_, second, third, began, expected) => {
  const versions = [
    sequence('learn', [one, two, three]),
    sequence('learn', [one, { ...two, wait: { days: 3 } }, three], { version: 'learn-v2', onChange: second }),
    sequence('learn', [one, { ...two, wait: { days: 1 } }, three], { version: 'learn-v3', onChange: third }),
  ] as const
  const history = [
    { sinceMs: longAgo, sequence: versions[0] },
    { sinceMs: at('02-20T00:00'), sequence: versions[1] },
    { sinceMs: now, sequence: versions[2] },
  ]
  const before = { ...campaign, sequences: { learn: versions[1] }, history: { learn: history.slice(0, 2) } }
  const after = { ...campaign, sequences: { learn: versions[2] }, history: { learn: history } }
  const hadOne = [
    captured({ atMs: at(began) }),
    enrolled({ atMs: at(began), version: at(began) < at('02-20T00:00') ? 'learn-v1' : 'learn-v2' }),
    // The day before the change, so that no wait is over.
    out('one', '03-08T14:00'),
  ]
  expect(toldOf(hadOne, before, after)).toEqual([`learn: ${expected}`])
})

/** The version between is of one and three alone; what the older one had comes back with it. */
const back: readonly [string, Fact[], string][] = [
  [
    'has had one',
    [...begun('03-06T10:00'), out('one', '03-06T10:00')],
    // Two is due on Tuesday the 10th, and three a week after it: it was to come on Friday the 13th.
    'gains, +4 days, also two',
  ],
  [
    'has finished without it',
    [...begun('02-23T10:00'), out('one', '02-23T10:00'), out('three', '03-02T10:00')],
    'finished, past two',
  ],
]

test.each(back)('a version comes back, for a lead that %s: %s', (_, facts, expected) => {
  const v2 = sequence('learn', [one, three], { version: 'learn-v2' })
  const history = [v1Since, { sinceMs: at('02-20T00:00'), sequence: v2 }]
  const before = { ...campaign, sequences: { learn: v2 }, history: { learn: history } }
  const newer = {
    ...campaign,
    sequences: { learn: v1 },
    history: { learn: [...history, { sinceMs: now, sequence: v1 }] },
  }
  const asV2 = facts.map((fact) => (fact.kind === 'ENROLLED' ? { ...fact, version: 'learn-v2' } : fact))
  expect(toldOf(asV2, before, newer)).toEqual([`learn: ${expected}`])
})

const spread: readonly [string, readonly Fact[], string][] = [
  ['the release', waiting, '2026-03-09T10:00'],
  [
    'the end of a pause',
    [
      ...waiting,
      {
        kind: 'SNOOZED',
        enrolment: 'learn-1',
        step: 'one',
        untilMs: at('03-20T10:00'),
        atMs: at('03-07T10:00'),
      },
    ],
    '2026-03-20T10:00',
  ],
  // One went out ten hours before the release, and the next may follow twenty hours after it.
  ['the gap after the last email', [...begun('03-06T10:00'), out('one', '03-09T00:00')], '2026-03-09T20:00'],
]

test.each(spread)('what a change makes due comes at no moment before %s', (_, facts, since) => {
  const v2 = sequence('learn', [one, { ...two, wait: {} }, three], { version: 'learn-v2' })
  const newer = {
    ...older,
    sequences: { learn: v2 },
    history: { learn: [v1Since, { sinceMs: now, sequence: v2 }] },
  }
  const dueAtMs = Array.from({ length: 200 }, (__, at) => {
    const [change] = planChange(`lead-${at}`, facts, older, newer, now).enrolments
    return change?.madeDue?.atMs ?? 0
  })
  const first = Math.min(...dueAtMs)
  expect(first).toBeGreaterThanOrEqual(Date.parse(`${since}:00Z`))
  // Nor does it put off anyone by more than the window's next day: from Friday noon that is Monday.
  expect(Math.max(...dueAtMs)).toBeLessThan(Date.parse(`${since}:00Z`) + 4 * day)
})
