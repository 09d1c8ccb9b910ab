import { describe, expect, test } from 'vitest'
import { type Fact, factKey } from '../../../../shared/domain/facts.ts'
import { readFeedback, recordFeedback } from '../../../../shared/flows/nurture/feedback.ts'

const event = (
  eventType: string,
  more: object,
  tags: object = { lead: ['l1'], enrolment: ['learn-1'], step: ['one'] },
) =>
  JSON.stringify({
    eventType,
    mail: { messageId: 'm1', timestamp: '2026-03-02T10:00:00.000Z', tags },
    ...more,
  })

const timestamp = '2026-03-02T10:00:01.000Z'
const atMs = Date.parse(timestamp)
const about = { enrolment: 'learn-1', step: 'one' }

test.each([
  [
    'Send',
    { send: {} },
    { kind: 'SENT', messageId: 'm1', atMs: Date.parse('2026-03-02T10:00:00.000Z') },
    undefined,
  ],
  ['Delivery', { delivery: { timestamp } }, { kind: 'DELIVERED', atMs }, undefined],
  ['Open', { open: { timestamp } }, { kind: 'OPENED', atMs }, undefined],
  [
    'Click',
    { click: { timestamp, link: 'https://www.example.com/a?utm=1#b' } },
    { kind: 'CLICKED', link: 'https://www.example.com/a', atMs },
    undefined,
    [{ kind: 'RESPONDED', to: 'link', atMs: Date.parse('2026-03-02T10:00:00.000Z') }],
  ],
  [
    'Bounce',
    { bounce: { timestamp, bounceType: 'Permanent' } },
    { kind: 'BOUNCED', bounce: 'permanent', atMs },
    'hardBounce',
  ],
  [
    'Bounce',
    { bounce: { timestamp, bounceType: 'Transient' } },
    { kind: 'BOUNCED', bounce: 'transient', atMs },
    undefined,
  ],
  ['Complaint', { complaint: { timestamp } }, { kind: 'COMPLAINED', atMs }, 'complaint'],
])('a %s event becomes its fact', (type, more, fact, suppresses, also?: object[]) => {
  expect(readFeedback(event(type, more), {})).toEqual({
    kind: 'fact',
    leadId: 'l1',
    fact: { ...about, ...fact },
    ...(suppresses && { suppresses }),
    ...(also && { also: also.map((one) => ({ ...about, ...one })) }),
  })
})

test.each([
  ['Bounce', { bounce: { timestamp, bounceType: 'Permanent' } }, { bounceType: 'Permanent' }],
  ['Bounce', { bounce: { timestamp, bounceType: 'Transient' } }, { bounceType: 'Transient' }],
  ['Complaint', { complaint: { timestamp } }, {}],
  ['Reject', { reject: { reason: 'Bad content' } }, {}],
])('a %s of an email to sales or marketing is a loss', (eventType, more, which) => {
  for (const purpose of ['sales', 'report'])
    expect(readFeedback(event(eventType, more, { purpose: [purpose], handOffLead: ['l1'] }), {})).toEqual({
      kind: 'teamEmailLost',
      purpose,
      eventType,
      ...which,
      messageId: 'm1',
    })
})

test('an email to sales that arrived, and a test email that did not, are nobody’s loss', () => {
  const bounce = { bounce: { timestamp, bounceType: 'Permanent' } }
  for (const one of [
    event('Delivery', { delivery: { timestamp } }, { purpose: ['sales'] }),
    event('Bounce', bounce, { purpose: ['test'] }),
  ])
    expect(readFeedback(one, {})).toMatchObject({ kind: 'ignored' })
})

describe('clicks on one email', () => {
  const carried = { ...about, email: 'lesson', variant: 'b' }
  const tags = { lead: ['l1'], enrolment: ['learn-1'], step: ['one'], email: ['lesson'], variant: ['b'] }
  const sentAtMs = Date.parse('2026-03-02T10:00:00.000Z')
  const click = (link: string, at: string) =>
    readFeedback(event('Click', { click: { timestamp: at, link } }, tags), {
      lesson: '/book',
      other: '/guide',
    })
  const [toLink, toGoal] = (['link', 'goal'] as const).map((to) => ({
    kind: 'RESPONDED' as const,
    ...carried,
    to,
    atMs: sentAtMs,
  }))

  test.each([
    ['https://www.example.com/guide', '2026-03-03T10:00:00.000Z', [toLink]],
    ['https://www.example.com/prices?utm=2', '2026-03-09T10:00:00.000Z', [toLink]],
    ['https://www.example.com/book?utm=3', '2026-03-05T10:00:00.000Z', [toLink, toGoal]],
    ['https://shop.example.com/book', '2026-03-04T10:00:00.000Z', [toLink, toGoal]],
    ['https://www.example.com/booking', '2026-03-04T10:00:00.000Z', [toLink]],
  ])('%s says the same of the lead, whenever it comes', (link, at, also) => {
    expect(click(link, at)).toMatchObject({ also })
  })

  test('of different links and at different times are one lead that clicked, and one that reached the goal', async () => {
    const recorded = new Map<string, Fact>()
    const recordFact = async (_: string, fact: Fact) => {
      if (recorded.has(factKey(fact))) return 'alreadyRecorded' as const
      recorded.set(factKey(fact), fact)
      return 'recorded' as const
    }
    const table = {
      recordFact,
      recordFactAgain: recordFact,
      recordSuppressingFact: async () => 'recorded' as const,
    }
    const clicks: [string, string][] = [
      ['https://www.example.com/book', '2026-03-05T10:00:00.000Z'],
      ['https://www.example.com/guide', '2026-03-03T10:00:00.000Z'],
      ['https://www.example.com/guide', '2026-03-03T10:00:00.000Z'],
      ['https://shop.example.com/book', '2026-03-04T10:00:00.000Z'],
    ]
    for (const [link, at] of clicks) {
      const feedback = click(link, at)
      if (feedback.kind === 'fact') await recordFeedback(feedback, table)
    }
    expect([...recorded.keys()].sort()).toEqual([
      'CLICKED#learn-1#one#https://shop.example.com/book',
      'CLICKED#learn-1#one#https://www.example.com/book',
      'CLICKED#learn-1#one#https://www.example.com/guide',
      'RESPONDED#learn-1#one#goal',
      'RESPONDED#learn-1#one#link',
    ])
  })
})

test.each<[string, object]>([
  ['to sales', { purpose: ['sales'] }],
  ['without a lead', { enrolment: ['learn-1'], step: ['one'] }],
  ['without an enrolment', { lead: ['l1'], step: ['one'] }],
  ['without a step', { lead: ['l1'], enrolment: ['learn-1'] }],
])('an event about an email %s is ignored', (_, tags) => {
  expect(readFeedback(event('Delivery', { delivery: { timestamp } }, tags), {})).toEqual({
    kind: 'ignored',
    eventType: 'Delivery',
    messageId: 'm1',
  })
})

test('an event about an email without tags is ignored', () => {
  const mail = { messageId: 'm1', timestamp }
  const body = JSON.stringify({ eventType: 'Delivery', mail, delivery: { timestamp } })
  expect(readFeedback(body, {})).toMatchObject({ kind: 'ignored' })
})

test.each(['Delivery', 'Open', 'Click', 'Bounce', 'Complaint', 'Subscription'])(
  'a %s event that says nothing of it is ignored',
  (type) => {
    expect(readFeedback(event(type, {}), {})).toMatchObject({ kind: 'ignored', eventType: type })
  },
)

test('a bounce of a kind that SES cannot tell is neither for good nor passing', () => {
  const bounce = { timestamp, bounceType: 'Undetermined' }
  expect(readFeedback(event('Bounce', { bounce }), {})).toEqual({
    kind: 'fact',
    leadId: 'l1',
    fact: { kind: 'BOUNCED', ...about, bounce: 'undetermined', atMs },
  })
})

test.each(['not json', '{}', '{"eventType":"Send","mail":{"messageId":"m","timestamp":"yesterday"}}'])(
  '%j is refused as unreadable',
  (body) => {
    expect(() => readFeedback(body, {})).toThrow('An SES event cannot be read')
  },
)

describe('a bounce', () => {
  const bounced = (destination: readonly string[] | undefined) => {
    const mail = {
      messageId: 'm1',
      timestamp,
      tags: { lead: ['l1'], enrolment: ['learn-1'], step: ['one'] },
      destination,
    }
    // A mailbox that forwards lets another address bounce.
    const recipients = [{ emailAddress: 'elsewhere@example.net' }]
    const bounce = { timestamp, bounceType: 'Permanent', bouncedRecipients: recipients }
    return readFeedback(JSON.stringify({ eventType: 'Bounce', mail, bounce }), {})
  }

  test('is of the address that the email was sent to', () => {
    expect(bounced(['Ada+Gone@example.com'])).toMatchObject({
      fact: { kind: 'BOUNCED', address: 'ada+gone@example.com' },
      suppresses: 'hardBounce',
    })
  })

  test.each([[undefined], [[]], [['ada@example.com', 'ben@example.com']], [['no address']]])(
    'of which %j is told is of no address, and so of all',
    (destination) => {
      const read = bounced(destination)
      expect(read).toMatchObject({ kind: 'fact', suppresses: 'hardBounce' })
      expect(read.kind === 'fact' && 'address' in read.fact).toBe(false)
    },
  )
})

test.each([
  ['abuse', 'fact'],
  ['other', 'fact'],
  [undefined, 'fact'],
  // A person took the email out of the spam folder.
  ['not-spam', 'ignored'],
])('feedback of type %s is a complaint unless it says the contrary', (complaintFeedbackType, kind) => {
  const complaint = { timestamp, complaintFeedbackType }
  expect(readFeedback(event('Complaint', { complaint }), {})).toMatchObject({ kind })
})
