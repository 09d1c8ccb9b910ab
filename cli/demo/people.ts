/** Lets the modelled people act on the local pipeline: their mailboxes, what they do with email, what sales answers. */
import type { VirtualClock } from '../../local/clock.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import type { SesService } from '../../local/services/ses/service.ts'
import type { Act, People, SalesAct } from '../people/model.ts'
import { askAgain } from './again.ts'

export interface World {
  readonly clock: VirtualClock
  readonly ses: SesService
}

export class Recipients {
  readonly #people: People
  /** Hand-offs that sales knows of: the second email of one is recognised by its id. */
  readonly #known = new Set<string>()

  constructor(people: People) {
    this.#people = people
  }

  /** Plans what the recipient does with an email, on the clock. */
  receive(email: StoredEmail, world: World): void {
    const { purpose, enrolment = '', step = '' } = email.tags
    if (purpose === 'sales') this.#answer(email, world.clock)
    if (purpose !== 'marketing' && purpose !== 'confirmation') return
    const { to, sentAtMs, links } = email
    const acts = this.#people.reactions({ to, purpose, enrolment, step, sentAtMs, links: links.length })
    for (const act of acts) world.clock.at(act.atMs, `a person ${act.kind}`, () => perform(act, email, world))
  }

  #answer(email: StoredEmail, clock: VirtualClock): void {
    const handOffId = email.headers['X-Ripen-Hand-Off'] ?? ''
    if (this.#known.has(handOffId)) return
    this.#known.add(handOffId)
    const link = linkIn(email, 'sales')
    for (const { kind, atMs } of this.#people.answers(handOffId, email.sentAtMs))
      clock.at(atMs, `sales ${kind} a lead`, () => post(link, salesBodies[kind], clock))
  }
}

const salesBodies: Readonly<Record<SalesAct['kind'], string>> = {
  accepts: 'answer=accept',
  returns: 'answer=return&reason=notNow',
  wins: 'answer=won&value=1200',
  loses: 'answer=lost',
}

const perform = async (act: Act, email: StoredEmail, { ses, clock }: World): Promise<void> => {
  switch (act.kind) {
    case 'opens':
      return ses.open(email.messageId)
    case 'clicks':
      ses.click(email.messageId, act.link)
      return
    case 'confirms':
      return post(linkIn(email, 'confirm'), 'press=yes', clock)
    case 'unsubscribes':
      return post(unsubscribeUrl(email), 'List-Unsubscribe=One-Click', clock)
  }
}

/** As a form or a mailbox provider does it: one POST to the address in the header, RFC 8058. */
const post = (url: string, body: string, clock: VirtualClock): Promise<void> => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return askAgain(
    clock,
    () => fetch(url, { method: 'POST', headers, body }),
    ({ ok, status }) => {
      if (!ok) throw new Error(`A signed link answered ${status}.`)
    },
  )
}

const unsubscribeUrl = (email: StoredEmail): string =>
  /<(https?:[^>]+)>/.exec(email.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

const linkIn = (email: StoredEmail, page: string): string =>
  new RegExp(`href="([^"]+/${page}/[^"]+)"`).exec(email.html)?.[1] ?? ''
