/** Gives one email to SES, once, and says which of the three outcomes it had. */
import {
  SESv2Client,
  type SESv2ClientConfig,
  SESv2ServiceException,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2'
import { LoggableError } from '../contracts/loggable-error.ts'

export interface Email {
  readonly to: string
  readonly fromName: string
  readonly replyTo?: string
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
  /** Names and values `[A-Za-z0-9_-]`. */
  readonly tags: Readonly<Record<string, string>>
}

export type SendOutcome =
  | { readonly kind: 'accepted'; readonly messageId: string }
  /** Certainly not sent, and worth another try later. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Perhaps sent: only SES's own Send event can tell. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** SES said no, and waiting will not change it: an identity, a configuration set or the message itself is wrong. */
export class EmailRejected extends LoggableError {
  override readonly name = 'EmailRejected'

  constructor(cause: SESv2ServiceException) {
    super(
      `SES will not take this email (${cause.name}); see the SES identity and configuration set of this stage.`,
      {
        cause,
      },
    )
  }
}

const throttles = [
  'TooManyRequestsException',
  'SendingPausedException',
  'LimitExceededException',
  'ThrottlingException',
]

/**
 * SES has no idempotency token, so the client makes one attempt: two calls are two emails. It gives up well before the
 * function's own time-out; left to itself the SDK would only warn. Outside Lambda `given` says where it calls, and as
 * whom.
 */
export const sesClient = (
  given: Pick<SESv2ClientConfig, 'region' | 'endpoint' | 'credentials'> = {},
): SESv2Client =>
  new SESv2Client({
    ...given,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
  })

export class Mailer {
  readonly #ses: SESv2Client
  readonly #from: { address: string; configurationSet: string }

  constructor(ses: SESv2Client, from: { address: string; configurationSet: string }) {
    this.#ses = ses
    this.#from = from
  }

  /** Throws `EmailRejected`. */
  async send(email: Email): Promise<SendOutcome> {
    try {
      const { MessageId } = await this.#ses.send(this.#command(email))
      return MessageId
        ? { kind: 'accepted', messageId: MessageId }
        : { kind: 'unknown', reason: 'SES answered without a message id' }
    } catch (error) {
      return this.#outcomeOf(error)
    }
  }

  #outcomeOf(error: unknown): SendOutcome {
    if (!(error instanceof SESv2ServiceException)) {
      const code = codeOfNoConnection(error)
      if (code !== undefined) return { kind: 'refused', reason: code }
      return { kind: 'unknown', reason: error instanceof Error ? error.name : 'no answer' }
    }
    if (throttles.includes(error.name)) return { kind: 'refused', reason: error.name }
    // A fault of SES's own (5xx) may have come after it took the message.
    if (error.$fault === 'server') return { kind: 'unknown', reason: error.name }
    throw new EmailRejected(error)
  }

  #command(email: Email): SendEmailCommand {
    return new SendEmailCommand({
      FromEmailAddress: `${quoted(email.fromName)} <${this.#from.address}>`,
      ...(email.replyTo && { ReplyToAddresses: [email.replyTo] }),
      Destination: { ToAddresses: [email.to] },
      ConfigurationSetName: this.#from.configurationSet,
      Content: {
        Simple: {
          Subject: { Data: email.subject, Charset: 'UTF-8' },
          Body: {
            Html: { Data: email.html, Charset: 'UTF-8' },
            Text: { Data: email.text, Charset: 'UTF-8' },
          },
          Headers: Object.entries(email.headers ?? {}).map(([Name, Value]) => ({ Name, Value })),
        },
      },
      EmailTags: Object.entries(email.tags).map(([Name, Value]) => ({ Name, Value })),
    })
  }
}

/** Of a failure to look up SES's name or to connect to it, the code: nothing was sent by then. */
const codeOfNoConnection = (error: unknown): string | undefined => {
  // Node tries several addresses of a name, and gathers why each of them failed.
  if (error instanceof AggregateError) return codeOfNoConnection(error.errors[0])
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return error.syscall === 'getaddrinfo' || error.syscall === 'connect' ? String(error.code) : undefined
}

/** A display name as RFC 5322 quotes it; other than ASCII it travels as an encoded word. */
const quoted = (name: string): string =>
  /^[\x20-\x7e]*$/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}"`
    : `=?UTF-8?B?${Buffer.from(name, 'utf8').toString('base64')}?=`
