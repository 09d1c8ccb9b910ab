import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetAccountCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import { Meter } from '../../local/meter.ts'
import { readSendEmail } from '../../local/services/ses/message.ts'
import { type SesOptions, SesService } from '../../local/services/ses/service.ts'
import { track } from '../../local/services/ses/tracking.ts'
import { State } from '../../local/state.ts'
import { gatewayTo } from '../support/gateway.ts'
import { day, monday } from '../support/leads.ts'

let clock: VirtualClock
let ses: SesService
let client: SESv2Client
let events: Record<string, unknown>[]
let close: () => Promise<void> = async () => {}

const serve = async (given: Partial<SesOptions> = {}, state = new State()) => {
  events = []
  ses = new SesService({
    inventory: {
      region: 'eu-central-1',
      identities: [{ id: 'I', identity: 'example.com' }],
      configurationSets: [
        {
          id: 'S',
          name: 'set',
          destinations: [
            {
              id: 'D',
              topicArn: 'topic',
              eventTypes: ['send', 'delivery', 'open', 'click', 'bounce', 'complaint'],
            },
          ],
        },
      ],
    },
    state,
    clock,
    meter: new Meter(),
    trackingUrl: 'http://track',
    publish: (_, message) => void events.push(JSON.parse(message)),
    ...given,
  })
  const gateway = await gatewayTo([ses], clock)
  client = new SESv2Client(gateway.client)
  close = gateway.close
}

beforeEach(async () => {
  clock = new VirtualClock(monday)
  await serve()
})
afterEach(() => close())

const email = (
  given: Partial<SendEmailCommandInput> = {},
  to = 'ada@example.com',
): SendEmailCommandInput => ({
  FromEmailAddress: '"Fernhill" <learn@example.com>',
  Destination: { ToAddresses: [to] },
  ConfigurationSetName: 'set',
  EmailTags: [{ Name: 'lead', Value: 'l1' }],
  Content: {
    Simple: {
      Subject: { Data: 'Hello' },
      Body: {
        Html: { Data: '<body><a href="https://a.example.com/x?y=1&amp;z=2">x</a></body>' },
        Text: { Data: 'Hello' },
      },
    },
  },
  ...given,
})
const types = () => events.map(({ eventType }) => eventType)

describe('an email', () => {
  test('raises Send at once and Delivery a second later, with its tags and headers', async () => {
    const { MessageId } = await client.send(new SendEmailCommand(email()))
    expect(types()).toEqual(['Send'])
    await clock.advanceTo(monday + 2000)
    expect(types()).toEqual(['Send', 'Delivery'])
    expect(events[1]).toMatchObject({
      mail: {
        messageId: MessageId,
        timestamp: '2026-03-02T10:00:00.000Z',
        destination: ['ada@example.com'],
        source: '"Fernhill" <learn@example.com>',
        sourceArn: 'arn:aws:ses:eu-central-1:000000000000:identity/example.com',
        headers: [
          { name: 'From', value: '"Fernhill" <learn@example.com>' },
          { name: 'To', value: 'ada@example.com' },
          { name: 'Subject', value: 'Hello' },
        ],
        commonHeaders: {
          from: ['"Fernhill" <learn@example.com>'],
          to: ['ada@example.com'],
          messageId: MessageId,
          subject: 'Hello',
        },
        tags: {
          lead: ['l1'],
          'ses:operation': ['SendEmail'],
          'ses:configuration-set': ['set'],
          'ses:source-ip': ['127.0.0.1'],
          'ses:from-domain': ['example.com'],
          'ses:caller-identity': ['local'],
        },
      },
      delivery: { timestamp: '2026-03-02T10:00:01.000Z', recipients: ['ada@example.com'] },
    })
  })

  test.each([
    ['ada@example.com', ['Delivery']],
    ['bounce@simulator.amazonses.com', ['Bounce']],
    ['complaint@simulator.amazonses.com', ['Delivery', 'Complaint']],
  ])(
    'to %s that was on its way when everything stopped raises %j after the next start',
    async (to, expected) => {
      const folder = mkdtempSync(join(tmpdir(), 'ripen-ses-'))
      const before = new State(folder)
      await close()
      await serve({}, before)
      await client.send(new SendEmailCommand(email({}, to)))
      await close()
      before.close()
      clock = new VirtualClock(monday)
      const after = new State(folder)
      await serve({}, after)
      await clock.advanceTo(monday + 5000)
      expect(types()).toEqual(expected)
      after.close()
    },
  )

  test('is kept with its copies, its reply address and its attachments, and each recipient has a mailbox', async () => {
    await client.send(
      new SendEmailCommand({
        ...email(),
        Destination: {
          ToAddresses: ['ada@example.com', 'bounce@simulator.amazonses.com'],
          CcAddresses: ['cc@example.com'],
          BccAddresses: ['bcc@example.com'],
        },
        ReplyToAddresses: ['advisers@example.com'],
        Content: {
          Simple: {
            Subject: { Data: 'Hello' },
            Body: { Text: { Data: 'Hello' } },
            Attachments: [
              { FileName: 'guide.txt', ContentType: 'text/plain', RawContent: Buffer.from('Read me') },
            ],
          },
        },
      }),
    )
    await clock.advanceTo(monday + 2000)
    expect(ses.inbox()).toMatchObject([
      {
        to: 'ada@example.com',
        destination: {
          to: ['ada@example.com', 'bounce@simulator.amazonses.com'],
          cc: ['cc@example.com'],
          bcc: ['bcc@example.com'],
        },
        replyTo: ['advisers@example.com'],
        attachments: [{ fileName: 'guide.txt', contentType: 'text/plain', base64: 'UmVhZCBtZQ==' }],
      },
    ])
    expect(types()).toEqual(['Send', 'Delivery', 'Bounce', 'Delivery', 'Delivery'])
    expect(events[3]).toMatchObject({
      mail: {
        destination: [
          'ada@example.com',
          'bounce@simulator.amazonses.com',
          'cc@example.com',
          'bcc@example.com',
        ],
        commonHeaders: { replyTo: ['advisers@example.com'], cc: ['cc@example.com'] },
      },
      delivery: { recipients: ['cc@example.com'] },
    })
    expect(JSON.stringify(events[3]?.mail).match(/bcc@example\.com/g)).toHaveLength(1)
    expect((await client.send(new GetAccountCommand({}))).SendQuota?.SentLast24Hours).toBe(4)
  })

  test.each([
    ['success@simulator.amazonses.com', ['Send', 'Delivery'], undefined],
    ['ooto+x@simulator.amazonses.com', ['Send', 'Delivery'], undefined],
    [
      'bounce@simulator.amazonses.com',
      ['Send', 'Bounce'],
      { bounceType: 'Permanent', bounceSubType: 'General' },
    ],
    [
      'suppressionlist@simulator.amazonses.com',
      ['Send', 'Bounce'],
      { bounceType: 'Permanent', bounceSubType: 'Suppressed' },
    ],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint'], undefined],
  ])('to %s raises %j', async (to, expected, bounce) => {
    await client.send(new SendEmailCommand(email({}, to)))
    await clock.advanceTo(monday + 2000)
    expect(types()).toEqual(expected)
    if (bounce) expect(events[1]?.bounce).toMatchObject(bounce)
  })

  test('is opened and clicked by its tracking links, and leads to where it said', async () => {
    const { MessageId = '' } = await client.send(new SendEmailCommand(email()))
    expect(ses.email(MessageId)?.html).toBe(
      `<body><a href="http://track/_/ses/click/${MessageId}/0">x</a><img src="http://track/_/ses/open/${MessageId}" width="1" height="1" alt=""></body>`,
    )
    ses.open(MessageId)
    expect(ses.click(MessageId, 0)).toBe('https://a.example.com/x?y=1&z=2')
    expect(ses.click(MessageId, 1)).toBeUndefined()
    expect(types()).toEqual(['Send', 'Open', 'Click'])
    expect(events[2]?.click).toMatchObject({ link: 'https://a.example.com/x?y=1&z=2' })
  })
})

test.each([
  ['no link where clicks are not asked for', '<a href="https://a">', false, false, '<a href="https://a">', 0],
  ['a link in single quotes', "<a href='https://a'>", true, false, '<a href="t/_/ses/click/m/0">', 1],
  [
    'the link itself, not what looks like one',
    '<a data-href="https://a" href="https://b">',
    true,
    false,
    '<a data-href="https://a" href="t/_/ses/click/m/0">',
    1,
  ],
  ['no link that is marked', '<a ses:no-track href="https://a">', true, false, '<a href="https://a">', 0],
  [
    'no link to a mailbox',
    '<a href="mailto:a@example.com">',
    true,
    false,
    '<a href="mailto:a@example.com">',
    0,
  ],
  [
    'an open without a body’s end',
    '<p>Hi',
    false,
    true,
    '<p>Hi<img src="t/_/ses/open/m" width="1" height="1" alt="">',
    0,
  ],
])('tracks %s', (_, html, clicks, opens, expected, links) => {
  const tracked = track(html, 'm', 't', { clicks, opens })
  expect(tracked.html).toBe(expected)
  expect(tracked.links).toHaveLength(links)
})

describe('SES refuses', () => {
  const simple = email().Content?.Simple
  test.each<[string, Partial<SendEmailCommandInput>, string, RegExp]>([
    [
      'a sender that is not verified',
      { FromEmailAddress: 'a@elsewhere.com' },
      'MessageRejected',
      /not verified.*EU-CENTRAL-1: elsewhere\.com/,
    ],
    [
      'an unknown configuration set',
      { ConfigurationSetName: 'none' },
      'NotFoundException',
      /<none> does not exist/,
    ],
    [
      'a tag value with an @',
      { EmailTags: [{ Name: 'to', Value: 'a@b' }] },
      'BadRequestException',
      /^Invalid tag value <a@b>: only alphanumeric ASCII characters, '_', and '-' are allowed\.$/,
    ],
    [
      'a tag value with a dot',
      { EmailTags: [{ Name: 'step', Value: 'a.b' }] },
      'BadRequestException',
      /^Invalid tag value <a\.b>: only alphanumeric ASCII characters, '_', and '-' are allowed\.$/,
    ],
    [
      'a tag name with a colon',
      { EmailTags: [{ Name: 'a:b', Value: 'x' }] },
      'BadRequestException',
      /^Invalid tag name <a:b>: only alphanumeric ASCII characters, '_', and '-' are allowed\.$/,
    ],
    [
      'an empty tag value',
      { EmailTags: [{ Name: 'step', Value: '' }] },
      'BadRequestException',
      /^The tag value must be specified\.$/,
    ],
    [
      'fifty-one recipients',
      { Destination: { ToAddresses: Array.from({ length: 51 }, (_, at) => `a${at}@example.com`) } },
      'BadRequestException',
      /^Recipient count exceeds 50\.$/,
    ],
    ['no recipient', { Destination: {} }, 'BadRequestException', /Destination/],
    [
      'no body',
      { Content: { Simple: { Subject: { Data: 's' }, Body: {} } } },
      'BadRequestException',
      /^Missing required field: Body\.$/,
    ],
    [
      'an empty body',
      { Content: { Simple: { Subject: { Data: 's' }, Body: { Html: { Data: '' }, Text: { Data: '' } } } } },
      'BadRequestException',
      /^Missing required field: Body\.$/,
    ],
    [
      'a sender whose domain only ends like a verified one',
      { FromEmailAddress: 'a@notexample.com' },
      'MessageRejected',
      /not verified/,
    ],
    [
      'a subject of two lines',
      { Content: { Simple: { Subject: { Data: 'a\nb' }, Body: simple?.Body } } },
      'BadRequestException',
      /one line/,
    ],
    [
      'a header too long',
      {
        Content: {
          Simple: {
            Subject: { Data: 's' },
            Body: simple?.Body,
            Headers: [{ Name: 'X', Value: 'a'.repeat(871) }],
          },
        },
      },
      'BadRequestException',
      /870/,
    ],
  ])('%s', async (_, given, name, message) => {
    await expect(client.send(new SendEmailCommand(email(given)))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    })
    expect(ses.inbox()).toEqual([])
  })

  test('more than the rate in one second, and more than the quota in one day', async () => {
    await close()
    await serve({ maxSendRate: 2, max24HourSend: 3 })
    const send = () => client.send(new SendEmailCommand(email()))
    await send()
    await send()
    await expect(send()).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Maximum sending rate exceeded.',
    })
    await clock.advanceTo(monday + 1000)
    await send()
    await clock.advanceTo(monday + 3000)
    await expect(send()).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Daily message quota exceeded.',
    })
    expect((await client.send(new GetAccountCommand({}))).SendQuota).toEqual({
      Max24HourSend: 3,
      MaxSendRate: 2,
      SentLast24Hours: 3,
    })
    await clock.advanceTo(monday + day + 3000)
    await send()
    expect(ses.inbox()).toHaveLength(4)
  })

  test.each([
    ['a byte more than 40 MB', 41_943_041],
    ['nothing of 40 MB exactly', 41_943_040],
  ])('%s, attachments included', (_, bytes) => {
    const body = {
      FromEmailAddress: 'a@example.com',
      Destination: { ToAddresses: ['b@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 's' },
          Body: { Text: { Data: 'x'.repeat(bytes - 4) } },
          Attachments: [{ FileName: 'f', RawContent: 'YQ==' }],
        },
      },
    }
    const read = () => readSendEmail(body).to
    if (bytes > 41_943_040) expect(read).toThrow('Message length is more than 41943040 bytes long.')
    else expect(read()).toBe('b@example.com')
  })
})

test('a sender of a domain below a verified one is accepted, in the verified one’s name', async () => {
  await client.send(new SendEmailCommand(email({ FromEmailAddress: 'a@news.example.com' })))
  expect(events[0]?.mail).toMatchObject({
    sourceArn: 'arn:aws:ses:eu-central-1:000000000000:identity/example.com',
    tags: { 'ses:from-domain': ['news.example.com'] },
  })
})
