/** SES reports what became of an email: each event becomes a fact about the touch that its tags name. */
import * as z from 'zod/mini'
import type { LeadTable } from '../../aws/lead-table.ts'
import { firstProblem } from '../../contracts/first-problem.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import { parseJson, UnreadableMessage } from '../../contracts/messages.ts'
import { emailTags } from '../../contracts/names.ts'
import { normaliseAddress } from '../../domain/address.ts'
import type { SuppressionReason } from '../../domain/contact.ts'
import type { Fact, LeadResponded, LinkClicked, TouchRef } from '../../domain/facts.ts'

/** The fields that are read, of the event that SES publishes: docs "Contents of event data that Amazon SES publishes to Amazon SNS". */
const timestamp = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))))
const sesEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    messageId: z.string(),
    timestamp,
    destination: z.optional(z.array(z.string())),
    tags: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
  delivery: z.optional(z.object({ timestamp })),
  open: z.optional(z.object({ timestamp })),
  click: z.optional(z.object({ timestamp, link: z.string() })),
  bounce: z.optional(z.object({ timestamp, bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']) })),
  complaint: z.optional(z.object({ timestamp, complaintFeedbackType: z.optional(z.string()) })),
})
type SesEvent = z.infer<typeof sesEvent>

export type Feedback =
  | {
      readonly kind: 'fact'
      readonly leadId: string
      readonly fact: Fact
      /** What else the event puts on record. */
      readonly also?: readonly Fact[]
      readonly suppresses?: SuppressionReason
    }
  /** An email to sales or marketing did not arrive, or was reported as spam: somebody waits for it in vain. */
  | {
      readonly kind: 'teamEmailLost'
      readonly purpose: string
      readonly eventType: string
      readonly bounceType?: string
      readonly messageId: string
    }
  /** Nothing a lead's facts speak of: a mail to sales that arrived, or an event that only operations care about. */
  | { readonly kind: 'ignored'; readonly eventType: string; readonly messageId: string }
  /** SES says by plain text that it found the topic: it speaks of no email. */
  | { readonly kind: 'notice' }

/** Emails are rendered before SES has them, so this says that one was sent by a template: a mistake of ours. */
export class EmailNotRendered extends LoggableError {
  override readonly name = 'EmailNotRendered'

  constructor(messageId: string) {
    super(`SES could not render the email ${messageId}, though it should have had nothing to render.`)
  }
}

/** Begins what SES posts to a topic, as plain text, whenever an event destination is made or moved. */
const topicFound = 'Successfully validated SNS topic'

/** Purposes of emails that go to the people who run the campaign. */
const teamPurposes: ReadonlySet<string> = new Set(['sales', 'report'])

/**
 * Every kind of bounce among them: a soft one has been tried for hours, and an absence note, which SES reports as one,
 * also says that nobody answers the lead.
 */
const lossEvents: ReadonlySet<string> = new Set(['Bounce', 'Complaint', 'Reject'])

/** A touch and what it carried, as facts about an email name it. */
export type CarriedTouch = TouchRef & { readonly email?: string; readonly variant?: string }

/** By email, how the path of the link ends that it is for. */
export type Goals = Readonly<Record<string, string>>

/** Throws `UnreadableMessage` and `EmailNotRendered`; both wait for a person. */
export const readFeedback = (body: string, goals: Goals): Feedback => {
  if (body.startsWith(topicFound)) return { kind: 'notice' }
  const read = sesEvent.safeParse(parseJson(body, 'An SES event'))
  if (!read.success) throw new UnreadableMessage('An SES event', firstProblem(read.error, 'body'))
  const { eventType, mail } = read.data
  if (eventType === 'Rendering Failure') throw new EmailNotRendered(mail.messageId)
  const purpose = mail.tags?.[emailTags.purpose]?.[0] ?? ''
  if (teamPurposes.has(purpose) && lossEvents.has(eventType)) {
    const { bounceType } = read.data.bounce ?? {}
    return {
      kind: 'teamEmailLost',
      purpose,
      eventType,
      ...(bounceType && { bounceType }),
      messageId: mail.messageId,
    }
  }
  const leadId = mail.tags?.[emailTags.lead]?.[0]
  const enrolment = mail.tags?.[emailTags.enrolment]?.[0]
  const step = mail.tags?.[emailTags.step]?.[0]
  if (!leadId || !enrolment || !step) return { kind: 'ignored', eventType, messageId: mail.messageId }
  const email = mail.tags?.[emailTags.email]?.[0]
  const variant = mail.tags?.[emailTags.variant]?.[0]
  const carried = { ...(email && { email }), ...(variant && { variant }) }
  return factOf(read.data, leadId, { enrolment, step, ...carried }, goals)
}

const factOf = (event: SesEvent, leadId: string, touch: CarriedTouch, goals: Goals): Feedback => {
  const { mail, delivery, open, click, bounce, complaint } = event
  const fact = (content: Fact, suppresses?: SuppressionReason): Feedback => ({
    kind: 'fact',
    leadId,
    fact: content,
    ...(suppresses && { suppresses }),
  })
  if (event.eventType === 'Send')
    return fact({ kind: 'SENT', ...touch, messageId: mail.messageId, atMs: Date.parse(mail.timestamp) })
  if (event.eventType === 'Delivery' && delivery)
    return fact({ kind: 'DELIVERED', ...touch, atMs: Date.parse(delivery.timestamp) })
  if (event.eventType === 'Open' && open)
    return fact({ kind: 'OPENED', ...touch, atMs: Date.parse(open.timestamp) })
  if (event.eventType === 'Click' && click) {
    const atMs = Date.parse(click.timestamp)
    const { clicked, responded } = clickFacts(touch, click.link, atMs, Date.parse(mail.timestamp), goals)
    return { kind: 'fact', leadId, fact: clicked, also: responded }
  }
  if (event.eventType === 'Bounce' && bounce) {
    const kind =
      bounce.bounceType === 'Permanent'
        ? 'permanent'
        : bounce.bounceType === 'Transient'
          ? 'transient'
          : 'undetermined'
    const address = sentTo(mail.destination)
    const bounced: Fact = {
      kind: 'BOUNCED',
      ...touch,
      bounce: kind,
      ...(address !== undefined && { address }),
      atMs: Date.parse(bounce.timestamp),
    }
    return kind === 'permanent' ? fact(bounced, 'hardBounce') : fact(bounced)
  }
  // Some providers report by the same way that a person took an email out of the spam folder.
  if (event.eventType === 'Complaint' && complaint && complaint.complaintFeedbackType !== 'not-spam')
    return fact({ kind: 'COMPLAINED', ...touch, atMs: Date.parse(complaint.timestamp) }, 'complaint')
  // A DeliveryDelay among them: it is no bounce, and a Delivery or a Bounce follows it.
  return { kind: 'ignored', eventType: event.eventType, messageId: mail.messageId }
}

/**
 * Each email goes to one address. The recipients that a bounce names may be others, to which a mailbox forwards; without
 * an address that is certain the bounce speaks of all that the lead has.
 */
const sentTo = (destination: readonly string[] = []): string | undefined =>
  destination.length === 1 ? normaliseAddress(destination[0] ?? '') : undefined

export const recordFeedback = async (
  feedback: Extract<Feedback, { kind: 'fact' }>,
  table: Pick<LeadTable, 'recordFact' | 'recordFactAgain' | 'recordSuppressingFact'>,
): Promise<void> => {
  const { leadId, fact, also = [], suppresses } = feedback
  // Should one of them fail, the event comes again, and what is there already stays as it is.
  for (const one of also) await table.recordFact(leadId, one)
  if (suppresses) await table.recordSuppressingFact(leadId, fact, suppresses)
  // Whoever sent it has recorded it as a rule; the event is for those who got no answer from SES.
  else if (fact.kind === 'SENT') await table.recordFactAgain(leadId, fact)
  else await table.recordFact(leadId, fact)
}

/** What a click puts on record: the link, and that the touch was answered, once for any link and once for its goal. */
export const clickFacts = (
  touch: CarriedTouch,
  link: string,
  atMs: number,
  sentAtMs: number,
  goals: Goals,
): { readonly clicked: LinkClicked; readonly responded: readonly LeadResponded[] } => {
  const path = withoutQuery(link)
  const goal = touch.email === undefined ? undefined : goals[touch.email]
  const to: LeadResponded['to'][] = goal !== undefined && path.endsWith(goal) ? ['link', 'goal'] : ['link']
  return {
    clicked: { kind: 'CLICKED', ...touch, link: path, atMs },
    responded: to.map((what) => ({ kind: 'RESPONDED', ...touch, to: what, atMs: sentAtMs })),
  }
}

/** The same link with other tracking parameters is the same link. */
const withoutQuery = (link: string): string => link.toWellFormed().split(/[?#]/, 1)[0] ?? link
