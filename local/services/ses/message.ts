/** An email as it is kept, and how it is read from SendEmail, refused in SES's words where it is wrong. */
import { AwsError } from '../../service.ts'

export interface StoredEmail {
  readonly messageId: string
  readonly sentAtMs: number
  readonly from: string
  readonly to: string
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

interface SendEmail {
  readonly FromEmailAddress?: string
  readonly Destination?: { readonly ToAddresses?: readonly string[] }
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
  } = body as SendEmail
  const to = Destination?.ToAddresses ?? []
  const simple = Content?.Simple
  if (!from) throw refused('Missing required field: FromEmailAddress.')
  if (to.length !== 1 || !to[0])
    throw refused('Exactly one recipient is served on one machine, which is how Ripen sends.')
  if (!simple) throw refused('Only Content.Simple is served on one machine, which is how Ripen sends.')
  if (!simple.Subject?.Data || /[\r\n]/.test(simple.Subject.Data))
    throw refused('The subject must be one line of text.')
  for (const { Name, Value } of EmailTags)
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(Name) || !/^[A-Za-z0-9_.@-]{1,256}$/.test(Value))
      throw refused(`Invalid tag ${Name}: only ASCII letters, digits, "_" and "-" are allowed, up to 256.`)
  for (const { Name, Value } of simple.Headers ?? [])
    if (!/^[!-9;-~]{1,126}$/.test(Name) || Value.length > 870 || /[\r\n]/.test(Value))
      throw refused(`Invalid header ${Name}: its value may have 870 characters on one line.`)
  return {
    from,
    to: to[0],
    subject: simple.Subject.Data,
    html: simple.Body?.Html?.Data ?? '',
    text: simple.Body?.Text?.Data ?? '',
    headers: Object.fromEntries((simple.Headers ?? []).map(({ Name, Value }) => [Name, Value])),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    configurationSet: ConfigurationSetName,
  }
}

const refused = (message: string): AwsError => new AwsError('BadRequestException', message)
