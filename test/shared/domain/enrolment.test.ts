import { expect, test } from 'vitest'
import type { Campaign, EmailStep, Lateness, Sequence, Wait } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, emailStep, enrolled, sent, sequence } from '../../support/leads.ts'

/** Of the week of Monday, 2 March 2026, and the one after it. */
const at = (text: string) => Date.parse(`2026-03-${text}:00Z`)

const guide = { id: 'guide', sequence: 'learn', doubleOptIn: false }
const talk = { id: 'talk', sequence: 'digest', doubleOptIn: false }

const given = (
  forms: Campaign['forms'],
  sequences: readonly Sequence[],
  history: Campaign['history'] = {},
): Campaign => ({
  ...campaign,
  forms,
  sequences: Object.fromEntries(sequences.map((each) => [each.id, each])),
  history,
})

const out = (step: string, time: string, enrolment = 'learn-1'): Fact => ({
  ...sent(step, at(time), enrolment),
  email: step,
})

/** What goes on record, and what is decided: `SKIPPED two late; send first of digest-1 08T10:00`. */
const outcome = (facts: readonly Fact[], now: Campaign, time: string): string => {
  const { records, decision } = settle('lead-1', facts, now, at(time))
  const recorded = records.map((fact) =>
    fact.kind === 'SKIPPED'
      ? `SKIPPED ${fact.step} ${fact.reason}`
      : fact.kind === 'ENROLLED'
        ? `ENROLLED ${fact.enrolment}`
        : fact.kind,
  )
  const decided =
    decision.kind === 'send'
      ? `send ${decision.touch.step} of ${decision.touch.enrolment} ${new Date(decision.touch.dueAtMs).toISOString().slice(8, 16)}`
      : 'reason' in decision
        ? `${decision.kind} ${decision.reason}`
        : decision.kind
  return [...recorded, decided].join('; ')
}

const wait = { days: 4 }
const learn = sequence('learn', [emailStep('one'), emailStep('two', { wait })])
const digest = sequence('digest', [emailStep('first'), emailStep('second', { wait })])

const begunLearn = [
  captured({ atMs: at('02T10:00') }),
  enrolled({ atMs: at('02T10:00') }),
  out('one', '02T10:00'),
]

/** Forms as they are now, what the lead has done, what comes of it on Tuesday at 10:00. */
const forms: readonly [string, Campaign['forms'], readonly Fact[], string][] = [
  ['nothing has changed', { guide, talk }, begunLearn, 'send two of learn-1 06T10:00'],
  [
    'its form asks for confirmation now: it is not asked',
    { guide: { ...guide, doubleOptIn: true }, talk },
    begunLearn,
    'send two of learn-1 06T10:00',
  ],
  [
    'its form asked for confirmation when it came',
    { guide: { ...guide, doubleOptIn: true }, talk },
    [captured({ atMs: at('03T09:00') })],
    'send confirmation of confirm-guide 03T09:00',
  ],
  [
    'its form leads elsewhere now',
    { guide: { ...guide, sequence: 'digest' }, talk },
    begunLearn,
    'send two of learn-1 06T10:00',
  ],
  [
    'its form leads elsewhere now and asks for confirmation: it is not asked',
    { guide: { ...guide, sequence: 'digest', doubleOptIn: true }, talk },
    begunLearn,
    'send two of learn-1 06T10:00',
  ],
  [
    'its form leads elsewhere now, and it came by it twice before',
    { guide: { ...guide, sequence: 'digest' }, talk },
    [...begunLearn, captured({ submission: 's-2', atMs: at('02T18:00') })],
    'send two of learn-1 06T10:00',
  ],
  [
    'its form leads elsewhere now, and it comes by it again: 20 hours have passed since one',
    { guide: { ...guide, sequence: 'digest' }, talk },
    [...begunLearn, captured({ submission: 's-2', formVersion: 'f2', atMs: at('03T09:00') })],
    'ENROLLED digest-1; send first of digest-1 03T09:00',
  ],
  [
    'its form leads elsewhere now and asks for confirmation, and it comes by it again',
    { guide: { ...guide, sequence: 'digest', doubleOptIn: true }, talk },
    [...begunLearn, captured({ submission: 's-2', formVersion: 'f2', atMs: at('03T09:00') })],
    'send confirmation of confirm-guide 03T09:00',
  ],
  [
    'it was enrolled on confirming, and its form leads elsewhere now and asks for none',
    { guide: { ...guide, sequence: 'digest' }, talk },
    [
      captured({ atMs: at('02T09:00') }),
      { kind: 'CONFIRMED', form: 'guide', atMs: at('02T10:00') },
      ...begunLearn.slice(1),
    ],
    'send two of learn-1 06T10:00',
  ],
  [
    'it came by another form at the very same time, which is heard of later',
    { guide, talk },
    [...begunLearn, captured({ submission: 's-2', form: 'talk', atMs: at('02T10:00') })],
    // Twenty hours after one would have been at 06:00; what is late has a day to itself.
    'ENROLLED digest-1; send first of digest-1 03T10:00',
  ],
]

test.each(forms)('a lead enrolled by a form, and %s', (_, by, facts, expected) => {
  expect(outcome(facts, given(by, [learn, digest]), '03T10:00')).toBe(expected)
})

const gone: readonly [string, Campaign['sequences'], readonly Fact[], string, string][] = [
  ['has begun one that is gone', { digest }, begunLearn, 'exhausted', 'stop exhausted'],
  ['never began any', { digest }, [captured({ atMs: at('02T10:00') })], 'pending', 'wait confirmation'],
  [
    'has begun one that is gone, and has the points',
    { digest },
    // Occupation 4, a friend 3, stayed 2; a click of an hour ago nearly 4.
    [
      captured({
        atMs: at('02T10:00'),
        source: 'Reference',
        profile: { occupation: 'Analyst', minutes: '20' },
      }),
      ...begunLearn.slice(1),
      {
        kind: 'CLICKED',
        enrolment: 'learn-1',
        step: 'one',
        link: 'https://www.example.com/guide',
        atMs: at('03T09:00'),
      },
    ],
    'exhausted',
    'qualify',
  ],
]

test.each(gone)('a lead that %s', (_, sequences, facts, stage, expected) => {
  const now = given({ guide, talk }, Object.values(sequences))
  expect(settle('lead-1', facts, now, at('03T10:00')).state.stage).toBe(stage)
  expect(outcome(facts, now, '03T10:00')).toBe(expected)
})

test('a release that functions recorded twice as they started together spreads nobody who came between', () => {
  const v1 = sequence('learn', [emailStep('one')])
  const v2 = sequence('learn', [emailStep('one'), emailStep('two', { wait })], { version: 'learn-v2' })
  const history = [
    { sinceMs: at('01T00:00'), sequence: v1 },
    { sinceMs: at('02T10:00'), sequence: v2 },
    { sinceMs: at('02T10:01'), sequence: v2 },
  ]
  const facts = [captured({ atMs: at('02T10:00') + 30_000 })]
  expect(outcome(facts, given({ guide }, [v2], { learn: history }), '02T10:02')).toBe(
    'ENROLLED learn-1; send one of learn-1 02T10:00',
  )
})

/** Two and second both fall due on Friday at 10:00. An outage ends on Saturday at 10:00: second goes out then, and two is left. */
const afterOutage: readonly [string, Partial<Lateness>, Wait, string][] = [
  ['may be two days late', { maximumHours: 48 }, wait, 'send two of learn-1 08T10:00'],
  ['is passed over when late', { beyond: 'skip' }, wait, 'SKIPPED two late; stop exhausted'],
  ['is planned anew when late', { beyond: 'retime' }, wait, 'send two of learn-1 08T10:00'],
  [
    'is planned anew for eleven o’clock when late',
    { beyond: 'retime' },
    { days: 4, until: { minutes: 11 * 60 } },
    'send two of learn-1 08T11:00',
  ],
]

const both = (two: EmailStep, second: Partial<EmailStep> = {}) =>
  given({ guide, talk }, [
    sequence('learn', [emailStep('one'), two]),
    sequence('digest', [emailStep('first'), emailStep('second', { wait, ...second })]),
  ])
const inBoth: readonly Fact[] = [
  ...begunLearn,
  captured({ submission: 's-2', form: 'talk', atMs: at('02T10:00') }),
  enrolled({ enrolment: 'digest-1', version: 'digest-v1', atMs: at('02T10:00') }),
  out('first', '02T10:00', 'digest-1'),
]

test.each(afterOutage)(
  'what was overdue when another email went out keeps to its policy, and comes a day later: it %s',
  (_, lateness, waits, expected) => {
    const two = emailStep('two', {
      wait: waits,
      lateness: { maximumHours: 6, beyond: 'spread', ...lateness },
    })
    const facts = [...inBoth, out('second', '07T10:00', 'digest-1')]
    expect(outcome(facts, both(two), '07T10:00')).toBe(expected)
  },
)

test('what is spread when late has its moment in the day after the day that the other email has to itself', () => {
  const two = emailStep('two', { wait, lateness: { maximumHours: 6, beyond: 'spread' } })
  const facts = [...inBoth, out('second', '07T10:00', 'digest-1')]
  const { decision } = settle('lead-1', facts, both(two), at('07T10:00'))
  const dueAtMs = decision.kind === 'send' ? decision.touch.dueAtMs : 0
  expect(dueAtMs).toBeGreaterThanOrEqual(at('08T10:00'))
  expect(dueAtMs).toBeLessThan(at('09T10:00'))
})

/** Second is due an hour before two, goes out in time, and holds two back until Saturday at 05:00. */
const held: readonly [string, string, string][] = [
  ['it waits until then', '06T09:00', 'send two of learn-1 07T05:00'],
  ['it is not late half an hour after that', '07T05:30', 'send two of learn-1 07T05:00'],
  [
    'it may be six hours late, and is due a day after the other then',
    '07T11:00',
    'send two of learn-1 07T09:00',
  ],
  ['it is passed over after that', '07T11:01', 'SKIPPED two late; stop exhausted'],
]

test.each(held)('held back by an email that went out in time: %s', (_, time, expected) => {
  const two = emailStep('two', { wait, lateness: { maximumHours: 6, beyond: 'skip' } })
  const facts = [...inBoth, out('second', '06T09:00', 'digest-1')]
  expect(outcome(facts, both(two, { wait: { hours: 95 } }), time)).toBe(expected)
})

/** Two is due on Saturday at noon; the gap is 20 hours, and the last email was due on Friday at 10:00. */
const dayToItself: readonly [string, string, string][] = [
  ['in time', '06T10:00', 'send two of learn-1 07T12:00'],
  ['18 hours late, which a gap may explain', '07T04:00', 'send two of learn-1 08T00:00'],
  ['24 hours late', '07T10:00', 'send two of learn-1 08T10:00'],
]

test.each(dayToItself)('an email that came %s, and the next', (_, time, expected) => {
  const two = emailStep('two', { wait: { days: 5, hours: 2 } })
  const facts = [...inBoth, out('second', time, 'digest-1')]
  expect(outcome(facts, both(two), time)).toBe(expected)
})
