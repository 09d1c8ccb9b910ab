/** How many confirmations go out: strangers whose addresses someone else typed must not be flooded, nor our name spent. */
import type { CapTable, Room } from '../../aws/cap-table.ts'
import type { Intake } from '../../campaign/compiled/compiled.ts'
import { domainOf } from '../../domain/address.ts'
import { hourMs } from '../../domain/cadence.ts'

export interface CapDependencies {
  readonly confirmations: Intake['confirmations']
  readonly rooms: Pick<CapTable, 'take' | 'giveBack'>
}

export type Taken =
  | { readonly kind: 'taken'; readonly rooms: readonly Room[] }
  | { readonly kind: 'full'; readonly by: Room['kind']; readonly tryAgainAtMs: number }

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
export const takeRooms = async (
  leadId: string,
  email: string,
  network: string | undefined,
  nowMs: number,
  { confirmations, rooms }: CapDependencies,
): Promise<Taken> => {
  const hourStartMs = Math.floor(nowMs / hourMs) * hourMs
  const taken: Room[] = []
  for (const { kind, name, limit } of capsFor(email, network, confirmations)) {
    const room: Room = { kind, name, hourMs: hourStartMs }
    if (!(await rooms.take(room, limit))) {
      await giveBack(taken, rooms)
      return { kind: 'full', by: kind, tryAgainAtMs: hourStartMs + hourMs + spreadMs(leadId) }
    }
    taken.push(room)
  }
  return { kind: 'taken', rooms: taken }
}

export const giveBack = async (taken: readonly Room[], rooms: CapDependencies['rooms']): Promise<void> => {
  for (const room of taken) await rooms.giveBack(room)
}

const capsFor = (
  email: string,
  network: string | undefined,
  { perNetworkPerHour, perDomainPerHour, perHour }: Intake['confirmations'],
): { readonly kind: Room['kind']; readonly name: string; readonly limit: number }[] => {
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
