/** How many confirmations go out: strangers whose addresses someone else typed must not be flooded, nor our name spent. */
import type { CapSlot, CapTable } from '../../aws/cap-table.ts'
import type { Intake } from '../../campaign/compiled/compiled.ts'
import { domainOf } from '../../domain/address.ts'
import { hourMs } from '../../domain/cadence.ts'

export interface CapDependencies {
  readonly confirmations: Intake['confirmations']
  readonly capSlots: Pick<CapTable, 'acquire' | 'release'>
}

export type Acquired =
  | { readonly kind: 'acquired'; readonly slots: readonly CapSlot[] }
  | { readonly kind: 'full'; readonly by: CapSlot['kind']; readonly tryAgainAtMs: number }

/**
 * Where a large part of all people have their mailbox. The cap per domain protects a company's mail server and the
 * people behind it; these have defences of their own, and a campaign's real sign-ups come from few of them.
 */
const mailboxProviders = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'yahoo.com',
  'icloud.com',
  'aol.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'mail.ru',
  'qq.com',
  '163.com',
])

/**
 * Takes a place under each cap, from the one that one attacker fills first to the one that all fill together; places
 * already taken are given back where a later cap is full, so that a full domain does not use up its visitors' networks.
 */
export const acquireSlots = async (
  leadId: string,
  email: string,
  network: string | undefined,
  nowMs: number,
  { confirmations, capSlots }: CapDependencies,
): Promise<Acquired> => {
  const hourStartMs = Math.floor(nowMs / hourMs) * hourMs
  const taken: CapSlot[] = []
  for (const { kind, name, limit } of capsFor(email, network, confirmations)) {
    const slot: CapSlot = { kind, name, hourMs: hourStartMs }
    if (!(await capSlots.acquire(slot, limit))) {
      await releaseSlots(taken, capSlots)
      return { kind: 'full', by: kind, tryAgainAtMs: hourStartMs + hourMs + spreadMs(leadId) }
    }
    taken.push(slot)
  }
  return { kind: 'acquired', slots: taken }
}

export const releaseSlots = async (
  taken: readonly CapSlot[],
  capSlots: CapDependencies['capSlots'],
): Promise<void> => {
  for (const slot of taken) await capSlots.release(slot)
}

const capsFor = (
  email: string,
  network: string | undefined,
  { perNetworkPerHour, perDomainPerHour, perHour }: Intake['confirmations'],
): { readonly kind: CapSlot['kind']; readonly name: string; readonly limit: number }[] => {
  const domain = domainOf(email)
  // Half of everything: a flood at one provider leaves the other half to everyone else.
  const perDomain = mailboxProviders.has(domain)
    ? Math.max(perDomainPerHour, Math.ceil(perHour / 2))
    : perDomainPerHour
  return [
    ...(network === undefined ? [] : [{ kind: 'network' as const, name: network, limit: perNetworkPerHour }]),
    { kind: 'domain', name: domain, limit: perDomain },
    { kind: 'all', name: 'all', limit: perHour },
  ]
}

/** Over three quarters of an hour, steady for a lead: who waited does not come back all at once, nor into the hour after. */
const spreadMs = (leadId: string): number => (Number.parseInt(leadId.slice(0, 6), 16) % 2700) * 1000
