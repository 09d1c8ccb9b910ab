import { describe, expect, test } from 'vitest'
import { checkInvariants, type Evidence } from '../../local/invariants.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { type Fact, factKey } from '../../shared/domain/facts.ts'
import { campaign, captured, clicked, enrolled, monday, sent } from '../support/leads.ts'

const item = (fact: Fact) => ({ pk: 'LEAD#l1', sk: `FACT#${factKey(fact)}`, ...fact })
const summary = (given: object = {}) => ({
  pk: 'LEAD#l1',
  sk: 'LEAD',
  stage: 'nurturing',
  scoreHundredths: 0,
  scoreLines: [],
  appointment: { atMs: Date.parse('2026-03-06T10:00:00Z'), on: 'schedule' },
  ...given,
})
const tally = (metric: string, count = 1) => ({ pk: 'TALLY#test#2026-03-02', sk: `${metric}#shard`, count })
const testTally = (name: string) => ({ pk: 'TESTS#test', sk: `2026-03-02|${name}#shard`, count: 1 })
const responded: Fact = { kind: 'RESPONDED', enrolment: 'learn-1', step: 'one', to: 'link', atMs: monday }
const email = (given: Partial<StoredEmail> = {}): StoredEmail => ({
  messageId: 'm',
  sentAtMs: monday,
  from: 'a@example.com',
  sourceArn: 'arn:aws:ses:eu-central-1:000000000000:identity/example.com',
  to: 'ada@example.com',
  destination: { to: ['ada@example.com'], cc: [], bcc: [] },
  attachments: [],
  replyTo: [],
  subject: 's',
  html: '',
  text: '',
  headers: {},
  tags: { lead: 'l1', enrolment: 'learn-1', step: 'one', purpose: 'marketing' },
  configurationSet: undefined,
  links: [],
  ...given,
})

/** A lead who was captured, sent one email, and waits for the next. */
const healthy: Evidence = {
  items: [
    item(captured()),
    item(sent('one', monday)),
    summary(),
    tally('source|Google|captured'),
    tally('step|learn|one|sent'),
  ],
  inbox: [email()],
  schedules: [{ name: 'l1.20260306T100000' }],
  nowMs: monday,
}

const without = (sk: string) => healthy.items.filter((kept) => kept.sk !== sk)
const withFact = (fact: Fact, metric?: string) => [
  ...healthy.items,
  item(fact),
  ...(metric ? [tally(metric)] : []),
]
const unsubscribed: Fact = {
  kind: 'UNSUBSCRIBED',
  enrolment: 'learn-1',
  step: 'one',
  via: 'page',
  atMs: monday - 60_000,
}
const qualified: Fact = {
  kind: 'QUALIFIED',
  cycle: 1,
  totalHundredths: 1200,
  lines: [],
  source: 'Google',
  atMs: monday,
}
const handedOff: Fact = { kind: 'HANDEDOFF', cycle: 1, handOffId: 'l1-1', atMs: monday }

test('a healthy pipeline violates nothing', () => {
  expect(checkInvariants(healthy, campaign)).toEqual([])
})

test('counts of tests, of arms and of days before a qualification are recounted', () => {
  const facts: Fact[] = [
    { ...sent('two', monday), email: 'lesson', variant: 'a' },
    enrolled({ isHeldOut: true }),
    { ...qualified, enrolledAtMs: monday - 86_400_000, isHeldOut: true } as Fact,
    handedOff,
    clicked('one', monday),
    responded,
  ]
  const items = [
    ...healthy.items,
    ...facts.map(item),
    tally('step|learn|two|sent'),
    testTally('variant|learn|two|a|sent'),
    tally('sequence|learn|enrolled'),
    testTally('arm|heldOut|enrolled'),
    tally('source|Google|qualified'),
    { pk: 'TESTS#test', sk: '2026-03-01|arm|heldOut|qualified#shard', count: 1 },
    tally('step|learn|one|clicked'),
    tally('step|learn|one|responded'),
  ]
  const found = checkInvariants({ ...healthy, items }, campaign)
  expect(found.filter(({ invariant }) => invariant === 8)).toEqual([])
})

describe('a planted violation is found:', () => {
  test.each<[number, string, Partial<Evidence>]>([
    [1, 'a captured lead without a summary', { items: without('LEAD'), schedules: [] }],
    [
      1,
      'a nurturing lead for whom nothing is arranged',
      { items: [...without('LEAD'), summary({ appointment: undefined })] },
    ],
    [2, 'the same step sent twice', { inbox: [email(), email({ messageId: 'm2' })] }],
    [3, 'an email after the lead said no', { items: withFact(unsubscribed, 'step|learn|one|unsubscribed') }],
    [
      4,
      'marketing before a confirmation',
      { items: [item(captured({ form: 'news' })), ...healthy.items.slice(1)] },
    ],
    [
      4,
      'a visitor’s text in the confirmation',
      {
        items: [item(captured({ profile: { firstName: 'Buy now' } })), ...healthy.items.slice(1)],
        inbox: [email({ text: 'Hello Buy now', tags: { ...email().tags, purpose: 'confirmation' } })],
      },
    ],
    [
      5,
      'two schedules for one lead',
      { schedules: [{ name: 'l1.20260306T100000' }, { name: 'l1.20260309T100000' }] },
    ],
    [5, 'a schedule that was lost', { schedules: [] }],
    [
      5,
      'a schedule for another time than the appointment’s',
      { schedules: [{ name: 'l1.20260309T100000' }] },
    ],
    [
      5,
      'a schedule for a lead who should have none',
      { items: [...without('LEAD'), summary({ stage: 'exhausted', appointment: undefined })] },
    ],
    [
      6,
      'a qualified lead of whom sales was not told',
      { items: withFact(qualified, 'source|Google|qualified') },
    ],
    [6, 'a lead handed over without having qualified', { items: withFact(handedOff) }],
    [
      6,
      'a lead handed over below the threshold',
      { items: withFact({ ...qualified, totalHundredths: 900 } as Fact, 'source|Google|qualified') },
    ],
    [
      7,
      'a score that is not the sum of its lines',
      { items: [...without('LEAD'), summary({ scoreHundredths: 100 })] },
    ],
    [
      7,
      'a summary that says another stage than the facts',
      { items: [...without('LEAD'), summary({ stage: 'suppressed' })] },
    ],
    [
      8,
      'a tally that counts too much',
      { items: [...without('step|learn|one|sent#shard'), tally('step|learn|one|sent', 2)] },
    ],
    [
      8,
      'a lead that clicked and is not counted as one',
      {
        items: [...healthy.items, item(clicked('one', monday)), tally('step|learn|one|clicked')],
      },
    ],
    [
      8,
      'a lead that is counted as one that clicked and did not',
      { items: withFact({ ...responded, atMs: monday }, 'step|learn|one|responded') },
    ],
    [
      8,
      'a goal that nobody clicked',
      { items: withFact({ ...responded, to: 'goal', atMs: monday }, 'step|learn|one|goal') },
    ],
    [
      8,
      'a variant’s count that no fact bears out',
      { items: [...healthy.items, testTally('variant|learn|one|a|sent')] },
    ],
    [8, 'an enrolment that no test counts', { items: withFact(enrolled(), 'sequence|learn|enrolled') }],
    [8, 'a tally that was never made', { items: without('source|Google|captured#shard') }],
  ])('%i, %s', (invariant, _, planted) => {
    const found = checkInvariants({ ...healthy, ...planted }, campaign)
    expect(found.map((violation) => violation.invariant)).toContain(invariant)
  })
})
