import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import {
  BadRequestException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  SESv2Client,
  SESv2ServiceException,
  SendEmailCommand,
  SendingPausedException,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Email, Mailer, sesClient } from '../../../shared/aws/mailer.ts'
import { failureOf, timedOut } from '../../support/aws-refusals.ts'

const ses = new SESv2Client({ region: 'eu-central-1' })
const aws = mockClient(ses)
beforeEach(() => void aws.reset())

const mailer = new Mailer(ses, { address: 'hello@example.com', configurationSet: 'marketing' })
const email: Email = {
  to: 'ada@example.com',
  fromName: 'Ripen Academy',
  subject: 'Your guide',
  html: '<p>Here</p>',
  text: 'Here',
  headers: { 'List-Id': '<learn.example.com>' },
  tags: { lead: '7f3c', step: 'one' },
}
const inputOf = async (given: Partial<Email> = {}) => {
  aws.on(SendEmailCommand).resolves({ MessageId: 'm1' })
  await mailer.send({ ...email, ...given })
  return aws.commandCalls(SendEmailCommand)[0]?.args[0].input
}

const serviceFailure = (name: string, $fault: 'client' | 'server') =>
  new SESv2ServiceException({ name, $fault, message: `${name} of ada@example.com`, $metadata: {} })
/** As Node says it: in which call to the system, and why. */
const systemFailure = (syscall: string, code: string) =>
  Object.assign(new Error(`${syscall} ${code} 192.0.2.1:443`), { syscall, code })
const noConnection = (code: string) => systemFailure('connect', code)

describe('an email', () => {
  test('is given to SES whole, with its headers and tags', async () => {
    expect(await inputOf()).toEqual({
      FromEmailAddress: '"Ripen Academy" <hello@example.com>',
      Destination: { ToAddresses: ['ada@example.com'] },
      ConfigurationSetName: 'marketing',
      Content: {
        Simple: {
          Subject: { Data: 'Your guide', Charset: 'UTF-8' },
          Body: { Html: { Data: '<p>Here</p>', Charset: 'UTF-8' }, Text: { Data: 'Here', Charset: 'UTF-8' } },
          Headers: [{ Name: 'List-Id', Value: '<learn.example.com>' }],
        },
      },
      EmailTags: [
        { Name: 'lead', Value: '7f3c' },
        { Name: 'step', Value: 'one' },
      ],
    })
  })

  test.each([
    ['Ripen "Academy" \\ Co', '"Ripen \\"Academy\\" \\\\ Co" <hello@example.com>'],
    ['Akademie für Führung', '=?UTF-8?B?QWthZGVtaWUgZsO8ciBGw7xocnVuZw==?= <hello@example.com>'],
  ])('by %s has the sender %s', async (fromName, sender) => {
    expect(await inputOf({ fromName })).toMatchObject({ FromEmailAddress: sender })
  })

  test('may be answered elsewhere', async () => {
    expect(await inputOf({ replyTo: 'team@example.com' })).toMatchObject({
      ReplyToAddresses: ['team@example.com'],
    })
  })
})

describe('SES', () => {
  test('has taken an email that it gives an id for', async () => {
    aws.on(SendEmailCommand).resolves({ MessageId: 'm1' })
    expect(await mailer.send(email)).toEqual({ kind: 'accepted', messageId: 'm1' })
  })

  const refused = (name: string) => ({ kind: 'refused', reason: name })
  const unknown = (name: string) => ({ kind: 'unknown', reason: name })

  test.each<readonly [string, Error, object]>([
    [
      'that is asked too fast',
      new TooManyRequestsException({ message: 'Maximum sending rate exceeded.', $metadata: {} }),
      refused('TooManyRequestsException'),
    ],
    [
      'whose sending is paused',
      new SendingPausedException({ message: 'paused', $metadata: {} }),
      refused('SendingPausedException'),
    ],
    ['that throttles', serviceFailure('ThrottlingException', 'client'), refused('ThrottlingException')],
    [
      'whose quota is used up',
      serviceFailure('LimitExceededException', 'client'),
      refused('LimitExceededException'),
    ],
    ['whose name is not found', systemFailure('getaddrinfo', 'ENOTFOUND'), refused('ENOTFOUND')],
    ['whose name cannot be looked up now', systemFailure('getaddrinfo', 'EAI_AGAIN'), refused('EAI_AGAIN')],
    ['that takes no connection', noConnection('ECONNREFUSED'), refused('ECONNREFUSED')],
    ['that no network leads to', noConnection('ENETUNREACH'), refused('ENETUNREACH')],
    ['that no way leads to', noConnection('EHOSTUNREACH'), refused('EHOSTUNREACH')],
    [
      'none of whose addresses takes a connection',
      new AggregateError([noConnection('ECONNREFUSED'), noConnection('ENETUNREACH')]),
      refused('ECONNREFUSED'),
    ],
  ])('%s has certainly not taken it', async (_, failure, outcome) => {
    aws.on(SendEmailCommand).rejects(failure)
    expect(await mailer.send(email)).toEqual(outcome)
  })

  test.each<readonly [string, Error, object]>([
    ['answers nothing in time', timedOut(), unknown('TimeoutError')],
    ['is out of reach once connected', systemFailure('read', 'EHOSTUNREACH'), unknown('Error')],
    [
      'breaks the connection off',
      Object.assign(new Error('read ECONNRESET'), { name: 'TimeoutError', code: 'ECONNRESET' }),
      unknown('TimeoutError'),
    ],
    [
      'has a fault',
      serviceFailure('InternalServiceErrorException', 'server'),
      unknown('InternalServiceErrorException'),
    ],
    ['is not available', serviceFailure('ServiceUnavailable', 'server'), unknown('ServiceUnavailable')],
    ['answers what nobody can read', new SyntaxError('Unexpected token < in JSON'), unknown('SyntaxError')],
  ])('that %s may have taken it', async (_, failure, outcome) => {
    aws.on(SendEmailCommand).rejects(failure)
    expect(await mailer.send(email)).toEqual(outcome)
  })

  test('that accepts without an id may have taken it', async () => {
    aws.on(SendEmailCommand).resolves({})
    expect(await mailer.send(email)).toEqual({ kind: 'unknown', reason: 'SES answered without a message id' })
  })

  test.each<readonly [string, Error]>([
    [
      'MessageRejected',
      new MessageRejected({ message: 'Email address is not verified: ada@example.com', $metadata: {} }),
    ],
    [
      'MailFromDomainNotVerifiedException',
      new MailFromDomainNotVerifiedException({ message: 'm', $metadata: {} }),
    ],
    ['BadRequestException', new BadRequestException({ message: 'm', $metadata: {} })],
    ['NotFoundException', serviceFailure('NotFoundException', 'client')],
    ['AccessDeniedException', serviceFailure('AccessDeniedException', 'client')],
  ])('that says %s will not take it however often it is asked, and why is kept', async (name, cause) => {
    aws.on(SendEmailCommand).rejects(cause)
    const failure = await failureOf(mailer.send(email))
    expect(failure).toMatchObject({
      name: 'EmailRejected',
      message: `SES will not take this email (${name}); see the SES identity and configuration set of this stage.`,
    })
    expect(failure).toHaveProperty('cause', cause)
  })
})

test('where nothing listens, the email is certainly not taken', async () => {
  // A port that was free a moment ago: nobody listens there now.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const client = sesClient({ region: 'eu-central-1', endpoint: `http://127.0.0.1:${port}`, credentials })
  const from = { address: 'hello@example.com', configurationSet: 'marketing' }
  const outcome = await new Mailer(client, from).send(email)
  client.destroy()
  expect(outcome).toEqual({ kind: 'refused', reason: 'ECONNREFUSED' })
})

test('SES is called once and never again, because two calls are two emails', async () => {
  const client = sesClient({ region: 'eu-central-1' })
  expect(await client.config.maxAttempts()).toBe(1)
  client.destroy()
})
