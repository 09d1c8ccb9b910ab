/** Makes one person's email from a compiled one: personalised, with its links and the headers mailbox providers ask for. */
import { Liquid, type Template } from 'liquidjs'
import type { Email } from '../../aws/mailer.ts'
import type { CampaignIdentity, CompiledEmail } from '../../campaign/compiled/compiled.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import { emailTags } from '../../contracts/names.ts'
import { recipientOf, type Touch } from '../../domain/decide.ts'
import type { LeadState } from '../../domain/fold.ts'
import { signLink } from '../links.ts'

export interface EmailContext {
  readonly emails: Readonly<Record<string, CompiledEmail>>
  readonly identity: CampaignIdentity
  readonly publicUrl: string
  readonly linkKey: string
}

/** A step names an email that this version of the campaign does not carry. */
export class UnknownEmail extends LoggableError {
  override readonly name = 'UnknownEmail'

  constructor(touch: Touch) {
    super(
      `The step ${touch.step} of ${touch.enrolment} names the email ${touch.email}, which the campaign does not have.`,
    )
  }
}

const html = new Liquid({ outputEscape: 'escape' })
const plain = new Liquid()

interface Templates {
  readonly subject: Template[]
  readonly html: Template[]
  readonly text: Template[]
}

/** An instance sends the same few emails over and over, and parsing one takes as long as filling it in. */
const parsed = new WeakMap<CompiledEmail, Templates>()

const templatesOf = (email: CompiledEmail): Templates => {
  const known = parsed.get(email)
  if (known) return known
  const templates = {
    subject: plain.parse(email.subject),
    html: html.parse(email.html),
    text: plain.parse(email.text),
  }
  parsed.set(email, templates)
  return templates
}

/** Throws `UnknownEmail`. */
export const renderEmail = async (
  leadId: string,
  state: LeadState,
  touch: Touch,
  nowMs: number,
  context: EmailContext,
): Promise<Email> => {
  const { emails, identity, publicUrl, linkKey } = context
  const email = Object.hasOwn(emails, touch.email) ? emails[touch.email] : undefined
  const to = recipientOf(touch, state)
  if (!email || !to) throw new UnknownEmail(touch)
  const templates = templatesOf(email)
  const link = (purpose: 'preferences' | 'confirm') =>
    `${publicUrl}/${purpose}/${signLink({ purpose, leadId, ...namesOf(touch), atMs: nowMs }, linkKey)}`
  const preferences = link('preferences')
  const isMarketing = touch.purpose === 'marketing'
  const scope = {
    // A confirmation goes to an address that a stranger may have typed: nothing of theirs may ride along.
    lead: isMarketing ? { ...safeForEmail(state.profile), email: to } : {},
    links: { preferences, confirm: link('confirm') },
    campaign: { name: identity.name, postalAddress: identity.postalAddress },
  }
  return {
    to,
    fromName: identity.senderName,
    ...(identity.replyTo && { replyTo: identity.replyTo }),
    subject: oneLine(await plain.render(templates.subject, scope)),
    html: await html.render(templates.html, scope),
    text: await plain.render(templates.text, scope),
    headers: isMarketing ? unsubscribeHeaders(preferences) : {},
    tags: {
      [emailTags.lead]: leadId,
      [emailTags.enrolment]: touch.enrolment,
      [emailTags.step]: touch.step,
      [emailTags.email]: touch.email,
      ...(touch.variant !== undefined && { [emailTags.variant]: touch.variant }),
      [emailTags.purpose]: touch.purpose,
    },
  }
}

/** What a signed link carries of the touch. */
const namesOf = ({ enrolment, step, variant, answers }: Touch) => ({
  enrolment,
  step,
  ...(variant !== undefined && { variant }),
  ...(answers && { submission: answers.submission }),
})

/** RFC 8058: one HTTPS address that acts on POST. No mailbox beside it: an opt-out that nobody reads is none. */
const unsubscribeHeaders = (preferences: string): Record<string, string> => ({
  'List-Unsubscribe': `<${preferences}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

/**
 * What a visitor typed, as an email may say it: on one line, and without what email clients turn into a link.
 * Otherwise anyone could type a stranger's address with an advertisement as the name, and we would send it. The email's
 * default stands in.
 */
const safeForEmail = (profile: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(profile)
      .map(([name, value]) => [name, oneLine(value)] as const)
      .filter(([, value]) => !/:\/\/|www\.|@|[\w-]{2,}\.[a-z]{2,}/i.test(value)),
  )

/** A personalised subject must not be able to end its header. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
