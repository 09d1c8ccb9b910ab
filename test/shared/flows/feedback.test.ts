import { expect, test } from 'vitest'
import { readFeedback } from '../../../shared/flows/feedback.ts'

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
])('a %s event becomes its fact', (type, more, fact, suppresses) => {
  expect(readFeedback(event(type, more))).toEqual({
    kind: 'fact',
    leadId: 'l1',
    fact: { ...about, ...fact },
    ...(suppresses && { suppresses }),
  })
})

test('an event about a mail to sales is ignored', () => {
  expect(readFeedback(event('Delivery', { delivery: { timestamp } }, { purpose: ['sales'] }))).toMatchObject({
    kind: 'ignored',
  })
})

test.each(['not json', '{}', '{"eventType":"Send","mail":{"messageId":"m","timestamp":"yesterday"}}'])(
  '%j is refused as unreadable',
  (body) => {
    expect(() => readFeedback(body)).toThrow('An SES event cannot be read')
  },
)
