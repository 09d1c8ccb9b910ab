/** An email as it is kept, and how it is read from SendEmail, refused in SES's words where it is wrong. */
import { AwsError } from '../../service.ts'

export interface StoredEmail {
  readonly messageId: string
  readonly sentAtMs: number
  readonly from: string
  /** ARN of the verified identity that the sender belongs to. */
  readonly sourceArn: string
  /** The first recipient: the only one where Ripen writes. */
  readonly to: string
  readonly destination: Destination
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
  readonly attachments: readonly Attachment[]
}

interface Destination {
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
}

interface Attachment {
  readonly fileName: string
  readonly contentType: string
  readonly base64: string
}

/** SES's limit for a message, attachments as they travel. */
const sizeLimitBytes = 40 * 1024 * 1024

/** SES's limit for To, Cc and Bcc together. */
const mostRecipients = 50

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
      readonly Attachments?: readonly {
        readonly RawContent: string
        readonly FileName: string
        readonly ContentType?: string
      }[]
    }
  }
}

/** Throws `BadRequestException`. */
export const readSendEmail = (
  body: Readonly<Record<string, unknown>>,
): Omit<StoredEmail, 'messageId' | 'sentAtMs' | 'links' | 'sourceArn'> => {
  const {
    FromEmailAddress: from,
    Destination,
    Content,
    ConfigurationSetName,
    EmailTags = [],
    ReplyToAddresses = [],
  } = body as SendEmail
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination ?? {}
  const [to, ...others] = [...ToAddresses, ...CcAddresses, ...BccAddresses]
  const simple = Content?.Simple
  if (!from) throw refused('Missing required field: FromEmailAddress.')
  if (!to) throw refused('Missing required field: Destination.')
  if (others.length >= mostRecipients) throw refused('Recipient count exceeds 50.')
  if (!simple) throw refused('Only Content.Simple is served on one machine, which is how Ripen sends.')
  if (!simple.Subject?.Data || /[\r\n]/.test(simple.Subject.Data))
    throw refused('The subject must be one line of text.')
  const html = simple.Body?.Html?.Data ?? ''
  const text = simple.Body?.Text?.Data ?? ''
  if (html === '' && text === '') throw refused('Missing required field: Body.')
  const attachments = (simple.Attachments ?? []).map(({ RawContent, FileName, ContentType }) => ({
    fileName: FileName,
    contentType: ContentType ?? 'application/octet-stream',
    base64: RawContent,
  }))
  const attachedBytes = attachments.reduce((sum, { base64 }) => sum + base64.length, 0)
  if (Buffer.byteLength(html) + Buffer.byteLength(text) + attachedBytes > sizeLimitBytes)
    throw refused('Message length is more than 41943040 bytes long.')
  for (const { Name, Value } of EmailTags) {
    checkTagPart('name', Name)
    checkTagPart('value', Value)
  }
  for (const { Name, Value } of simple.Headers ?? [])
    if (!/^[!-9;-~]{1,126}$/.test(Name) || Value.length > 870 || /[\r\n]/.test(Value))
      throw refused(`Invalid header ${Name}: its value may have 870 characters on one line.`)
  return {
    from,
    to,
    destination: { to: ToAddresses, cc: CcAddresses, bcc: BccAddresses },
    subject: simple.Subject.Data,
    html,
    text,
    attachments,
    replyTo: ReplyToAddresses,
    headers: Object.fromEntries((simple.Headers ?? []).map(({ Name, Value }) => [Name, Value])),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    configurationSet: ConfigurationSetName,
  }
}

const checkTagPart = (part: 'name' | 'value', given: string): void => {
  if (given === '') throw refused(`The tag ${part} must be specified.`)
  if (given.length > 255) throw refused(`Tag ${part} cannot exceed 255 characters.`)
  if (!/^[A-Za-z0-9_-]+$/.test(given))
    throw refused(
      `Invalid tag ${part} <${given}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`,
    )
}

/** Everyone who gets it, each in a mailbox of their own. */
export const recipientsOf = ({ destination: { to, cc, bcc } }: StoredEmail): string[] => [
  ...to,
  ...cc,
  ...bcc,
]

const refused = (message: string): AwsError => new AwsError('BadRequestException', message)

/** The address of a mailbox such as `"Name" <address>`. */
export const addressOf = (from: string): string => /<([^>]+)>\s*$/.exec(from)?.[1] ?? from

export const domainOf = (from: string): string => addressOf(from).split('@').at(-1)?.toLowerCase() ?? ''
