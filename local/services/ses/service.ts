/** SES v2 on one machine: an inbox that keeps what is sent, an account with a rate, and the events that SES would raise. */
import type { VirtualClock } from '../../clock.ts'
import { arnOf, type Inventory } from '../../inventory.ts'
import type { Meter } from '../../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../../service.ts'
import type { Collection, State } from '../../state.ts'
import {
  bounceEvent,
  clickEvent,
  complaintEvent,
  deliveryEvent,
  openEvent,
  type SesEvent,
  sendEvent,
} from './events.ts'
import { addressOf, domainOf, readSendEmail, recipientsOf, type StoredEmail } from './message.ts'
import { packed } from './packed.ts'
import { SendRate } from './rate.ts'
import { track } from './tracking.ts'

/** How a mailbox takes an email. */
export type MailboxBehaviour = 'deliver' | 'bounce' | 'transientBounce' | 'complain' | 'silent'

/** What may go wrong between a caller and SES; for the simulation. */
export type SendFault = 'none' | 'refuse' | 'timeoutBeforeAccept' | 'timeoutAfterAccept'

export interface SesOptions {
  readonly inventory: Pick<Inventory, 'region' | 'configurationSets' | 'identities'>
  readonly state: State
  readonly clock: VirtualClock
  readonly meter: Meter
  /** Where tracked links lead, without a slash at the end. */
  readonly trackingUrl: string
  readonly publish: (topicArn: string, message: string) => void
  readonly behaviour?: (address: string) => MailboxBehaviour
  readonly onAccepted?: (email: StoredEmail) => void
  readonly fault?: (call: AwsCall) => SendFault
  /** How long SES takes to accept an email of a function, on the pipeline's clock; whom that is too long is not sent. */
  readonly slowMs?: (call: AwsCall) => number
  /** Emails per second and in 24 hours; a fresh production account's usual grant. */
  readonly maxSendRate?: number
  readonly max24HourSend?: number
}

export class SesService implements AwsService {
  readonly scopes = ['ses']
  readonly #options: SesOptions
  readonly #inbox: Collection<StoredEmail>
  /** Accepted and on their way: what a restart must still bring to their mailbox. */
  readonly #onTheirWay: Collection<{ readonly arrivesAtMs: number }>
  /** The topic of each destination that SES has found. */
  readonly #destinations: Collection<string>
  readonly #rate: SendRate

  constructor(options: SesOptions) {
    this.#options = options
    this.#inbox = options.state.collection('inbox', packed)
    this.#onTheirWay = options.state.collection('emailsOnTheirWay')
    this.#destinations = options.state.collection('sesDestinations')
    this.#rate = new SendRate(
      { maxSendRate: options.maxSendRate ?? 14, max24HourSend: options.max24HourSend ?? 50_000 },
      this.#inbox.values().flatMap((email) => recipientsOf(email).map(() => email.sentAtMs)),
    )
    for (const [messageId, { arrivesAtMs }] of this.#onTheirWay.entries())
      this.#arriveAt(messageId, arrivesAtMs)
  }

  permissions(call: AwsCall): Permission[] {
    if (call.method === 'GET' && call.path === '/v2/email/account')
      return [{ action: 'ses:GetAccount', resource: '*' }]
    if (call.path !== '/v2/email/outbound-emails')
      throw new AwsError(
        'NotFoundException',
        `SES ${call.method} ${call.path} is not served on one machine; add it to local/services/ses.`,
        404,
      )
    const from = String(call.body.FromEmailAddress)
    const identity = this.#identityOf(from)
    const set = call.body.ConfigurationSetName
    // As in an account in the sandbox, where SES asks for the recipients' identities too: what passes here passes in any.
    const resources = [
      ...(identity ? [`identity/${identity}`] : []),
      ...recipientsIn(call).map((recipient) => `identity/${recipient}`),
      ...(set ? [`configuration-set/${set}`] : []),
    ]
    return resources.map((resource) => ({
      action: 'ses:SendEmail',
      resource: arnOf('ses', this.#options.inventory.region, resource),
      // Whether SES tells whom an email is from while it authorises the configuration set is not documented: here it does not.
      context: resource.startsWith('identity/') ? { 'ses:FromAddress': addressOf(from) } : {},
    }))
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    if (call.method === 'GET') return { status: 200, body: this.#account() }
    const fault = this.#options.fault?.(call) ?? 'none'
    if (fault === 'timeoutBeforeAccept') return neverAnswered(call)
    const slowMs = this.#options.slowMs?.(call) ?? 0
    if (slowMs > 0 && (await call.wait?.(slowMs)) === false) return neverAnswered(call)
    if (fault === 'refuse') throw this.#rate.exceeded()
    this.#rate.check(this.#options.clock.nowMs())
    const messageId = this.#accept(call)
    if (fault === 'timeoutAfterAccept') return neverAnswered(call)
    return { status: 200, body: { MessageId: messageId } }
  }

  /**
   * Does what SES does when an event destination is made: posts a plain text to its topic, once. Gives whether any was
   * made since the last start.
   */
  validateDestinations(): boolean {
    const made = this.#options.inventory.configurationSets
      .flatMap(({ destinations }) => destinations)
      .filter(({ id, topicArn }) => this.#destinations.get(id) !== topicArn)
    for (const { id, topicArn } of made) {
      this.#destinations.set(id, topicArn)
      this.#options.publish(topicArn, 'Successfully validated SNS topic for Amazon SES event publishing.')
    }
    return made.length > 0
  }

  /** Everything sent, oldest first. */
  inbox(): StoredEmail[] {
    return this.#inbox.values()
  }

  email(messageId: string): StoredEmail | undefined {
    return this.#inbox.get(messageId)
  }

  open(messageId: string): void {
    const email = this.#inbox.get(messageId)
    if (email) this.#raise(email, 'open', openEvent(email, this.#options.clock.nowMs()))
  }

  /** Raises the click and gives where the link really leads; nothing where there is no such email or link. */
  click(messageId: string, index: number): string | undefined {
    const email = this.#inbox.get(messageId)
    const link = email?.links[index]
    if (email && link !== undefined)
      this.#raise(email, 'click', clickEvent(email, link, this.#options.clock.nowMs()))
    return link
  }

  bounce(messageId: string): void {
    const email = this.#inbox.get(messageId)
    if (email)
      this.#raise(email, 'bounce', bounceEvent(email, email.to, 'Permanent', this.#options.clock.nowMs()))
  }

  complain(messageId: string): void {
    const email = this.#inbox.get(messageId)
    if (email) this.#raise(email, 'complaint', complaintEvent(email, email.to, this.#options.clock.nowMs()))
  }

  #account() {
    return {
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      SendQuota: this.#rate.quota(this.#options.clock.nowMs()),
    }
  }

  #accept(call: AwsCall): string {
    const { clock, inventory, meter, trackingUrl } = this.#options
    const email = readSendEmail(call.body)
    const identity = this.#identityOf(email.from)
    if (!identity)
      throw new AwsError(
        'MessageRejected',
        `Email address is not verified. The following identities failed the check in region ${inventory.region.toUpperCase()}: ${domainOf(email.from)}`,
      )
    const set = email.configurationSet
    if (set && !inventory.configurationSets.some(({ name }) => name === set))
      throw new AwsError('NotFoundException', `Configuration set <${set}> does not exist.`, 404)
    const messageId = `0107018f${String(this.#inbox.size + 1).padStart(8, '0')}-ripen-000000`
    const wants = { clicks: this.#wants(set, 'click'), opens: this.#wants(set, 'open') }
    const stored: StoredEmail = {
      ...email,
      ...track(email.html, messageId, trackingUrl, wants),
      sourceArn: arnOf('ses', inventory.region, `identity/${identity}`),
      messageId,
      sentAtMs: clock.nowMs(),
    }
    this.#inbox.set(messageId, stored)
    // Each recipient counts as one email, for the rate and for the bill.
    const copies = recipientsOf(stored).length
    this.#rate.count(stored.sentAtMs, copies)
    const purpose = stored.tags.purpose ?? 'other'
    meter.count('emails', purpose, copies)
    const bytes = Buffer.byteLength(stored.html) + Buffer.byteLength(stored.text)
    meter.count('emailBytes', purpose, copies * bytes)
    this.#raise(stored, 'send', sendEvent(stored))
    this.#arrive(stored)
    // As it is kept: whoever waits to act on it must not hold its bodies.
    this.#options.onAccepted?.(this.#inbox.get(messageId) ?? stored)
    return messageId
  }

  /** A second on its way, and then what the mailbox makes of it. */
  #arrive(email: StoredEmail): void {
    const arrivesAtMs = this.#options.clock.nowMs() + 1000
    this.#onTheirWay.set(email.messageId, { arrivesAtMs })
    this.#arriveAt(email.messageId, arrivesAtMs)
  }

  #arriveAt(messageId: string, arrivesAtMs: number): void {
    const { clock } = this.#options
    clock.at(arrivesAtMs, `email ${messageId} arrives`, () => {
      const email = this.#inbox.get(messageId)
      this.#onTheirWay.delete(messageId)
      if (!email) return
      for (const recipient of recipientsOf(email)) this.#takeIn(email, recipient, clock.nowMs())
    })
  }

  #takeIn(email: StoredEmail, recipient: string, nowMs: number): void {
    const behaviour = simulated(recipient) ?? this.#options.behaviour?.(recipient) ?? 'deliver'
    const isSuppressed = recipient.startsWith('suppressionlist')
    if (behaviour === 'silent') return
    if (behaviour === 'bounce')
      this.#raise(email, 'bounce', bounceEvent(email, recipient, 'Permanent', nowMs, isSuppressed))
    else if (behaviour === 'transientBounce')
      this.#raise(email, 'bounce', bounceEvent(email, recipient, 'Transient', nowMs))
    else this.#raise(email, 'delivery', deliveryEvent(email, recipient, nowMs))
    if (behaviour === 'complain') this.#raise(email, 'complaint', complaintEvent(email, recipient, nowMs))
  }

  #raise(email: StoredEmail, type: string, event: SesEvent): void {
    const set = this.#options.inventory.configurationSets.find(({ name }) => name === email.configurationSet)
    for (const { topicArn, eventTypes } of set?.destinations ?? [])
      if (eventTypes.includes(type)) this.#options.publish(topicArn, JSON.stringify(event))
  }

  #wants(set: string | undefined, type: string): boolean {
    const found = this.#options.inventory.configurationSets.find(({ name }) => name === set)
    return found?.destinations.some(({ eventTypes }) => eventTypes.includes(type)) ?? false
  }

  /** The verified identity that an address belongs to: itself, its domain, or a domain above that. */
  #identityOf(from: string): string | undefined {
    const address = addressOf(from)
    const domain = domainOf(from)
    return this.#options.inventory.identities
      .map(({ identity }) => identity)
      .find((identity) => identity === address || identity === domain || domain.endsWith(`.${identity}`))
  }
}

const neverAnswered = async ({ wait }: AwsCall): Promise<never> => {
  await wait?.(Number.POSITIVE_INFINITY)
  return new Promise(() => {})
}

const recipientsIn = ({ body }: AwsCall): string[] =>
  Object.values(Object(body.Destination) as Record<string, unknown>).flatMap((addresses) =>
    Array.isArray(addresses) ? addresses.map((address) => addressOf(String(address))) : [],
  )

/** AWS's mailbox simulator. */
const simulated = (address: string): MailboxBehaviour | undefined => {
  const [, name] = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(address) ?? []
  const behaviours: Readonly<Record<string, MailboxBehaviour>> = {
    success: 'deliver',
    ooto: 'deliver',
    bounce: 'bounce',
    suppressionlist: 'bounce',
    complaint: 'complain',
  }
  return name === undefined ? undefined : behaviours[name.toLowerCase()]
}
