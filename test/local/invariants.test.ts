import { describe, expect, test } from 'vitest'
import { checkInvariants, type Evidence } from '../../local/invariants.ts'
import { miscounted } from '../../local/recount.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { type Fact, factKey } from '../../shared/domain/facts.ts'
import { countFacts } from '../../shared/flows/report/tally.ts'
import { campaign, captured, clicked, day, enrolled, monday, sent } from '../support/leads.ts'

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

describe('a store that was counted by hand', () => {
  const lead = (id: string, fact: Fact) => ({ ...item(fact), pk: `LEAD#${id}` })
  const about = { enrolment: 'learn-1', step: 'two', email: 'lesson' }
  const atMs = monday
  /** Three leads on two days. */
  const facts = [
    // Ada gets both emails, opens the second, which has variants, clicks two of its links, and is handed over the next day.
    lead('ada', captured({ source: 'A | B' })),
    lead('ada', enrolled()),
    lead('ada', sent('one', monday)),
    lead('ada', { ...sent('two', monday), ...about, variant: 'a' }),
    lead('ada', { kind: 'DELIVERED', ...about, variant: 'a', atMs }),
    lead('ada', { kind: 'OPENED', ...about, atMs }),
    lead('ada', { ...clicked('two', monday), variant: 'a' }),
    lead('ada', { ...clicked('two', monday, 'https://www.example.com/dates'), variant: 'a' }),
    lead('ada', { kind: 'RESPONDED', ...about, variant: 'a', to: 'link', atMs }),
    lead('ada', { kind: 'RESPONDED', ...about, variant: 'a', to: 'goal', atMs }),
    lead('ada', { ...qualified, source: 'A | B', enrolledAtMs: monday, atMs: monday + day } as Fact),
    lead('ada', handedOff),
    // Bob is held out, gets only the step that everyone gets, and bounces.
    lead('bob', captured()),
    lead('bob', enrolled({ isHeldOut: true })),
    lead('bob', sent('one', monday)),
    lead('bob', { kind: 'BOUNCED', ...about, step: 'one', bounce: 'permanent', atMs }),
    // Eve confirms, is enrolled again, matches no arm of a branch, skips a step, and reaches the goal a day later.
    lead('eve', captured({ form: 'news' })),
    lead('eve', sent('ask-1', monday, 'confirm-news')),
    lead('eve', { kind: 'CONFIRMED', form: 'news', atMs }),
    lead('eve', { kind: 'ENROLLED', enrolment: 'learn-12', version: 'learn-v1', atMs }),
    lead('eve', { kind: 'BRANCHED', enrolment: 'learn-12', step: 'depth', atMs }),
    lead('eve', { kind: 'SKIPPED', enrolment: 'learn-12', step: 'two', reason: 'late', atMs }),
    lead('eve', { kind: 'ENDED', enrolment: 'learn-12', reason: 'goal', atMs: monday + day }),
  ]
  const counters: readonly (readonly [pk: string, name: string, count: number])[] = [
    ['TALLY#test#2026-03-02', 'source|A   B|captured', 1],
    ['TALLY#test#2026-03-02', 'source|Google|captured', 2],
    ['TALLY#test#2026-03-02', 'sequence|learn|enrolled', 3],
    ['TALLY#test#2026-03-02', 'step|learn|one|sent', 2],
    ['TALLY#test#2026-03-02', 'step|learn|two|sent', 1],
    ['TALLY#test#2026-03-02', 'step|confirm|ask-1|sent', 1],
    ['TALLY#test#2026-03-02', 'step|learn|two|delivered', 1],
    ['TALLY#test#2026-03-02', 'step|learn|two|opened', 1],
    ['TALLY#test#2026-03-02', 'step|learn|two|clicked', 2],
    ['TALLY#test#2026-03-02', 'step|learn|two|responded', 1],
    ['TALLY#test#2026-03-02', 'step|learn|two|goal', 1],
    ['TALLY#test#2026-03-02', 'step|learn|one|bounced', 1],
    ['TALLY#test#2026-03-02', 'branch|learn|depth|none', 1],
    ['TALLY#test#2026-03-02', 'skipped|learn|two|late', 1],
    ['TALLY#test#2026-03-03', 'source|A   B|qualified', 1],
    ['TALLY#test#2026-03-03', 'sequence|learn|goal', 1],
    ['TESTS#test', '2026-03-02|variant|learn|two|a|sent', 1],
    ['TESTS#test', '2026-03-02|variant|learn|two|a|delivered', 1],
    ['TESTS#test', '2026-03-02|variant|learn|two|a|clicked', 1],
    ['TESTS#test', '2026-03-02|arm|nurtured|enrolled', 1],
    ['TESTS#test', '2026-03-02|arm|heldOut|enrolled', 1],
    ['TESTS#test', '2026-03-02|arm|nurtured|qualified', 1],
  ]
  const stored = (all: typeof counters) =>
    all.map(([pk, name, count]) => ({ pk, sk: `${name}#shard`, count }))

  test('passes, even when a count is split over two shards of the stream', () => {
    expect(miscounted([...facts, ...stored(counters)])).toEqual([])
    const parts = stored(counters).flatMap((counter) =>
      counter.count === 2
        ? [
            { ...counter, count: 1 },
            { ...counter, sk: `${counter.sk}-2`, count: 1 },
          ]
        : [counter],
    )
    expect(parts).toHaveLength(counters.length + 3)
    expect(miscounted([...facts, ...parts])).toEqual([])
  })

  test.each(counters)('fails in %s when %s is one too high, one too low or missing', (pk, name, count) => {
    const others = counters.filter((counter) => counter[0] !== pk || counter[1] !== name)
    for (const wrong of [count + 1, count - 1])
      expect(miscounted([...facts, ...stored([...others, [pk, name, wrong]])]).length).toBeGreaterThan(0)
    expect(miscounted([...facts, ...stored(others)]).length).toBeGreaterThan(0)
  })

  test('gives the same counts when the tally counts it', () => {
    const tallied = countFacts(
      {},
      facts.map(({ pk, sk, ...fact }) => fact as Fact),
    )
    const byHand = counters.map(([pk, name, count]) => [
      pk.startsWith('TALLY#') ? `${pk.split('#')[2]}|${name}` : name,
      count,
    ])
    expect(tallied).toEqual(Object.fromEntries(byHand))
  })
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
