/** How people take email: a seeded model, so that the same seed is the same sixty days. */
import { createHash } from 'node:crypto'
import type { VirtualClock } from '../../local/clock.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import type { MailboxBehaviour, SesService } from '../../local/services/ses/service.ts'

/**
 * Chances per email unless said otherwise; invented, of the order that mailbox benchmarks report for opted-in
 * educational mail. `interest` scales clicking between people: most hardly click, a few click often.
 */
const chances = {
  addressBouncesForGood: 0.02,
  bouncesForNow: 0.005,
  complains: 0.0005,
  opens: 0.42,
  clicks: 0.3,
  unsubscribes: 0.008,
  confirms: 0.7,
  /** What sales does with a lead; an accepted one is won or lost within weeks. */
  accepts: 0.75,
  wins: 0.4,
} as const

const hourMs = 3_600_000

export interface World {
  readonly clock: VirtualClock
  readonly ses: SesService
}

export class People {
  readonly #seed: string
  /** Hand-offs that sales has heard of: the second email of one is recognised by its id. */
  readonly #known = new Set<string>()

  constructor(seed: string) {
    this.#seed = seed
  }

  /** A number in [0, 1) that only what it is for decides, never the order in which things are asked. */
  chance(...about: readonly string[]): number {
    const digest = createHash('sha256')
      .update([this.#seed, ...about].join('|'))
      .digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }

  mailbox(address: string): MailboxBehaviour {
    if (this.chance(address, 'bounces') < chances.addressBouncesForGood) return 'bounce'
    if (this.chance(address, 'complains') < chances.complains) return 'complain'
    return this.chance(address, 'bouncesForNow') < chances.bouncesForNow ? 'transientBounce' : 'deliver'
  }

  /** Plans what the recipient does with an email, on the clock. */
  receive(email: StoredEmail, { clock, ses }: World): void {
    const { purpose, enrolment = '', step = '' } = email.tags
    if (purpose === 'sales') this.#answer(email, clock)
    const about = [email.to, enrolment, step]
    const happens = (what: keyof typeof chances, factor = 1) =>
      this.chance(...about, what) < chances[what] * factor
    const after = (what: string, fromHours: number, toHours: number) =>
      email.sentAtMs + (fromHours + this.chance(...about, what, 'when') * (toHours - fromHours)) * hourMs
    if (this.mailbox(email.to) !== 'deliver') return
    if (purpose === 'confirmation' && happens('confirms'))
      clock.at(after('confirms', 0.2, 30), 'a person confirms', () =>
        post(linkIn(email, 'confirm'), 'press=yes'),
      )
    if (purpose !== 'marketing') return
    const isOpened = happens('opens')
    const interest = 2 * this.chance(email.to, 'interest') ** 2
    if (isOpened)
      clock.at(after('opens', 0.1, 40), 'a person opens an email', () => ses.open(email.messageId))
    if (isOpened && happens('clicks', interest)) {
      const link = Math.floor(this.chance(...about, 'link') * email.links.length)
      clock.at(after('clicks', 41, 70), 'a person clicks', () => void ses.click(email.messageId, link))
    }
    if (happens('unsubscribes'))
      clock.at(after('unsubscribes', 0.1, 40), 'a person unsubscribes', () =>
        post(unsubscribeUrl(email), 'List-Unsubscribe=One-Click'),
      )
  }

  /** A salesperson answers by the link within two days, and tells the outcome within a month. */
  #answer(email: StoredEmail, clock: VirtualClock): void {
    const handOffId = email.headers['X-Ripen-Hand-Off'] ?? ''
    if (this.#known.has(handOffId)) return
    this.#known.add(handOffId)
    const link = linkIn(email, 'sales')
    const happens = (what: 'accepts' | 'wins') => this.chance(handOffId, what) < chances[what]
    const after = (what: string, fromHours: number, toHours: number) =>
      email.sentAtMs + (fromHours + this.chance(handOffId, what, 'when') * (toHours - fromHours)) * hourMs
    if (!happens('accepts')) {
      clock.at(after('answers', 2, 48), 'sales gives a lead back', () =>
        post(link, 'answer=return&reason=notNow'),
      )
      return
    }
    clock.at(after('answers', 2, 48), 'sales accepts a lead', () => post(link, 'answer=accept'))
    clock.at(after('ends', 100, 700), 'sales tells the outcome', () =>
      post(link, happens('wins') ? 'answer=won&value=1200' : 'answer=lost'),
    )
  }
}

/** As a form or a mailbox provider does it: one POST to the address in the header, RFC 8058. */
const post = async (url: string, body: string): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  if (!response.ok) throw new Error(`A signed link answered ${response.status}.`)
}

const unsubscribeUrl = (email: StoredEmail): string =>
  /<(https?:[^>]+)>/.exec(email.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

const linkIn = (email: StoredEmail, page: string): string =>
  new RegExp(`href="([^"]+/${page}/[^"]+)"`).exec(email.html)?.[1] ?? ''
