/** An email as it is kept, and how it is read from SendEmail, refused in SES's words where it is wrong. */
import { AwsError } from '../../service.ts'

export interface StoredEmail {
  readonly messageId: string
  readonly sentAtMs: number
  readonly from: string
  readonly to: string
  readonly replyTo: readonly string[]
  readonly subject: string
  /** As the recipient gets it, with SES's own links. */
  readonly html: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly configurationSet: string | undefined
  /** Where each tracked link really leads. */
  readonly links: readonly string[]
}

/** SES's limit for a message. */
const sizeLimitBytes = 40 * 1024 * 1024

interface SendEmail {
  readonly FromEmailAddress?: string
  readonly ReplyToAddresses?: readonly string[]
  readonly Destination?: {
    readonly ToAddresses?: readonly string[]
    readonly CcAddresses?: readonly string[]
    readonly BccAddresses?: readonly string[]
  }
  readonly ConfigurationSetName?: string
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[]
  readonly Content?: {
    readonly Simple?: {
      readonly Subject?: { readonly Data?: string }
      readonly Body?: {
        readonly Html?: { readonly Data?: string }
        readonly Text?: { readonly Data?: string }
      }
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[]
      readonly Attachments?: readonly unknown[]
    }
  }
}

/** Throws `BadRequestException`. */
export const readSendEmail = (
  body: Readonly<Record<string, unknown>>,
): Omit<StoredEmail, 'messageId' | 'sentAtMs' | 'links'> => {
  const {
    FromEmailAddress: from,
    Destination,
    Content,
    ConfigurationSetName,
    EmailTags = [],
    ReplyToAddresses = [],
  } = body as SendEmail
  const to = Destination?.ToAddresses ?? []
  const simple = Content?.Simple
  if (!from) throw refused('Missing required field: FromEmailAddress.')
  if (to.length !== 1 || !to[0])
    throw refused('Exactly one recipient is served on one machine, which is how Ripen sends.')
  if ((Destination?.CcAddresses ?? []).length + (Destination?.BccAddresses ?? []).length > 0)
    throw refused('Cc and Bcc are not served on one machine; Ripen writes to one person at a time.')
  if (!simple) throw refused('Only Content.Simple is served on one machine, which is how Ripen sends.')
  if (!simple.Subject?.Data || /[\r\n]/.test(simple.Subject.Data))
    throw refused('The subject must be one line of text.')
  if ((simple.Attachments ?? []).length > 0)
    throw refused('Attachments are not served on one machine; Ripen sends none.')
  const html = simple.Body?.Html?.Data ?? ''
  const text = simple.Body?.Text?.Data ?? ''
  if (html === '' && text === '') throw refused('Missing required field: Body.')
  if (Buffer.byteLength(html) + Buffer.byteLength(text) > sizeLimitBytes)
    throw refused('Message length is more than 41943040 bytes long.')
  for (const { Name, Value } of EmailTags)
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(Name) || !/^[A-Za-z0-9_-]{1,256}$/.test(Value))
      throw refused(`Invalid tag ${Name}: only ASCII letters, digits, "_" and "-" are allowed, up to 256.`)
  for (const { Name, Value } of simple.Headers ?? [])
    if (!/^[!-9;-~]{1,126}$/.test(Name) || Value.length > 870 || /[\r\n]/.test(Value))
      throw refused(`Invalid header ${Name}: its value may have 870 characters on one line.`)
  return {
    from,
    to: to[0],
    subject: simple.Subject.Data,
    html,
    text,
    replyTo: ReplyToAddresses,
    headers: Object.fromEntries((simple.Headers ?? []).map(({ Name, Value }) => [Name, Value])),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    configurationSet: ConfigurationSetName,
  }
}

const refused = (message: string): AwsError => new AwsError('BadRequestException', message)

/** The address of a mailbox such as `"Name" <address>`. */
export const addressOf = (from: string): string => /<([^>]+)>\s*$/.exec(from)?.[1] ?? from

export const domainOf = (from: string): string => addressOf(from).split('@').at(-1)?.toLowerCase() ?? ''
