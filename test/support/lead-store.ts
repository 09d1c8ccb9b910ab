/** A place for leads in memory, with what DynamoDB promises of conditional writes; it can be made to fail. */

import type { LeadStore } from '../../cli/leads/store.ts'
import { readReleases } from '../../shared/contracts/releases.ts'
import { type Fact, factKey } from '../../shared/domain/facts.ts'
import { monday } from './leads.ts'

export interface MemoryStore extends LeadStore {
  /** Everything in it, by partition and sort key. */
  readonly content: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly isClosed: boolean
}

export const memoryStore = (given: { nowMs?: number; failAfterWrites?: number } = {}): MemoryStore => {
  const content = new Map<string, Readonly<Record<string, unknown>>>()
  let writes = 0
  const closed = { isClosed: false }
  const put = (leadId: string, sk: string, item: object): 'recorded' | 'alreadyRecorded' => {
    writes += 1
    if (writes > (given.failAfterWrites ?? Number.POSITIVE_INFINITY)) throw new Error('The table is away.')
    const key = `LEAD#${leadId}|${sk}`
    if (content.has(key)) return 'alreadyRecorded'
    content.set(key, { pk: `LEAD#${leadId}`, sk, ...item })
    return 'recorded'
  }
  const record = (leadId: string, fact: Fact) => put(leadId, `FACT#${factKey(fact)}`, fact)
  const sorted = () => [...content.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  return {
    place: 'memory',
    identityKey: 'identity key',
    nowMs: given.nowMs ?? monday,
    content,
    get isClosed() {
      return closed.isClosed
    },
    recordFact: async (leadId, fact) => record(leadId, fact),
    recordSuppressingFact: async (leadId, fact, reason) => {
      const recorded = record(leadId, fact)
      if (recorded === 'recorded') put(leadId, 'SUPPRESSED', { reason, atMs: fact.atMs })
      return recorded
    },
    async *items() {
      yield* sorted()
    },
    async *itemsOf(leadId) {
      yield* sorted().filter(({ pk }) => pk === `LEAD#${leadId}`)
    },
    releases: async (campaign) => readReleases(sorted().filter(({ pk }) => pk === `RELEASE#${campaign}`)),
    readTally: async () => new Map(),
    close: async () => {
      closed.isClosed = true
    },
  }
}
