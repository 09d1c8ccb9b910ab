/** The events that SES publishes about an email, field by field as AWS documents them for SNS. */
import { localAccount } from '../../inventory.ts'
import { domainOf, recipientsOf, type StoredEmail } from './message.ts'

export type SesEvent = Readonly<Record<string, unknown>>

const iso = (atMs: number): string => new Date(atMs).toISOString()

const mail = (email: StoredEmail) => {
  const { to, cc } = email.destination
  const headers: readonly (readonly [string, string])[] = [
    ['From', email.from],
    ...listed('Reply-To', email.replyTo),
    ...listed('To', to),
    ...listed('Cc', cc),
    ['Subject', email.subject],
    ...Object.entries(email.headers),
  ]
  return {
    timestamp: iso(email.sentAtMs),
    messageId: email.messageId,
    source: email.from,
    sourceArn: email.sourceArn,
    sendingAccountId: localAccount,
    destination: recipientsOf(email),
    headersTruncated: false,
    headers: headers.map(([name, value]) => ({ name, value })),
    commonHeaders: {
      from: [email.from],
      ...(email.replyTo.length > 0 && { replyTo: email.replyTo }),
      to,
      ...(cc.length > 0 && { cc }),
      messageId: email.messageId,
      subject: email.subject,
    },
    tags: {
      'ses:operation': ['SendEmail'],
      ...(email.configurationSet && { 'ses:configuration-set': [email.configurationSet] }),
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domainOf(email.from)],
      'ses:caller-identity': ['local'],
      ...Object.fromEntries(Object.entries(email.tags).map(([name, value]) => [name, [value]])),
    },
  }
}

const listed = (name: string, addresses: readonly string[]): [string, string][] =>
  addresses.length > 0 ? [[name, addresses.join(', ')]] : []

const agent = { userAgent: 'Mozilla/5.0 (local)', ipAddress: '192.0.2.1' }

export const sendEvent = (email: StoredEmail): SesEvent => ({
  eventType: 'Send',
  mail: mail(email),
  send: {},
})

export const deliveryEvent = (email: StoredEmail, recipient: string, atMs: number): SesEvent => ({
  eventType: 'Delivery',
  mail: mail(email),
  delivery: {
    timestamp: iso(atMs),
    processingTimeMillis: atMs - email.sentAtMs,
    recipients: [recipient],
    smtpResponse: '250 2.6.0 Message received',
    reportingMTA: 'local.amazonses.com',
  },
})

export const openEvent = (email: StoredEmail, atMs: number): SesEvent => ({
  eventType: 'Open',
  mail: mail(email),
  open: { timestamp: iso(atMs), ...agent },
})

export const clickEvent = (email: StoredEmail, link: string, atMs: number): SesEvent => ({
  eventType: 'Click',
  mail: mail(email),
  click: { timestamp: iso(atMs), link, linkTags: null, ...agent },
})

export const bounceEvent = (
  email: StoredEmail,
  recipient: string,
  bounceType: 'Permanent' | 'Transient',
  atMs: number,
  /** SES knows the address as one that bounces, and does not try it. */
  isSuppressed = false,
): SesEvent => ({
  eventType: 'Bounce',
  mail: mail(email),
  bounce: {
    timestamp: iso(atMs),
    feedbackId: `${email.messageId}-bounce`,
    bounceType,
    bounceSubType: isSuppressed ? 'Suppressed' : 'General',
    bouncedRecipients: [
      { emailAddress: recipient, action: 'failed', status: bounceType === 'Permanent' ? '5.1.1' : '4.2.2' },
    ],
    reportingMTA: 'dsn; local.amazonses.com',
  },
})

export const complaintEvent = (email: StoredEmail, recipient: string, atMs: number): SesEvent => ({
  eventType: 'Complaint',
  mail: mail(email),
  complaint: {
    timestamp: iso(atMs),
    feedbackId: `${email.messageId}-complaint`,
    complainedRecipients: [{ emailAddress: recipient }],
    complaintFeedbackType: 'abuse',
  },
})
