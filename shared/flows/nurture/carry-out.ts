/** Reads a lead and settles what to do; and carries out, one after the other, the effects that this comes to. */

import { thisFunction } from '../../aws/environment.ts'
import type { LeadSchedule } from '../../aws/lead-schedule.ts'
import type { LeadRecord, LeadTable } from '../../aws/lead-table.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import { countOpaqueFacts } from '../../aws/metrics.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { type Fact, factKey } from '../../domain/facts.ts'
import { settle } from '../../domain/settle.ts'
import type { Effect, Look } from './effects.ts'
import { saysTheSame, summarise } from './summary.ts'

/** What every look at a lead needs. */
export interface LookDependencies {
  readonly campaign: Campaign
  readonly table: Pick<LeadTable, 'read' | 'recordFact' | 'writeSummary'>
  readonly schedule: Pick<LeadSchedule, 'put' | 'remove'>
  readonly sendQueue: Pick<MessageQueue<LeadNudge>, 'put'>
}

/** A look at a lead in the table, with all that the table had of it. */
export interface LeadLook extends Look {
  readonly record: LeadRecord
}

/** Somebody else wrote that fact or that summary after the lead was read: what was decided may not hold any more. */
export type Overtaken = 'byFact' | 'bySummary'

/** Two functions may look at one lead at once, and the one that writes second looks again; nobody loses five races. */
export const lookAttempts = 5

/** A lead changed under every look at it. The queue or the stream brings it back. */
export class LeadContended extends LoggableError {
  override readonly name = 'LeadContended'

  constructor(leadId: string) {
    super(
      `Lead ${leadId} was written by others ${lookAttempts} times while it was looked at; it will be looked at again.`,
    )
  }
}

/** Throws what the table throws. */
export const lookAt = async (
  leadId: string,
  nowMs: number,
  { campaign, table }: LookDependencies,
): Promise<LeadLook> => {
  const record = await table.read(leadId)
  if (record.opaque.length > 0) countOpaqueFacts(record.opaque, thisFunction(), nowMs)
  return { ...settle(leadId, record.facts, campaign, nowMs), arranged: record.summary ?? {}, record }
}

/** Stops at the first effect that was overtaken, and says by what. */
export const inOrder = async <E extends Effect>(
  effects: readonly E[],
  carry: (effect: E) => Promise<Overtaken | undefined>,
): Promise<Overtaken | undefined> => {
  for (const effect of effects) {
    const overtaken = await carry(effect)
    if (overtaken) return overtaken
  }
  return undefined
}

/** Carries out one effect that any function can. Doing it again is harmless. */
export const carryOut = async (
  effect: Exclude<Effect, { readonly kind: 'send' | 'askForHandOff' }>,
  look: LeadLook,
  { campaign, table, schedule, sendQueue }: LookDependencies,
): Promise<Overtaken | undefined> => {
  const { leadId, asOfMs } = look.state
  switch (effect.kind) {
    case 'record':
      // What another wrote under the same key is what counts, and may lead elsewhere; but not if it cannot be read: looking
      // again would find the same.
      return (await table.recordFact(leadId, effect.fact)) === 'alreadyRecorded' &&
        !isOpaqueIn(look, effect.fact)
        ? 'byFact'
        : undefined
    case 'schedule':
      await schedule.put(leadId, effect.atMs)
      return undefined
    case 'unschedule':
      await schedule.remove(leadId, effect.atMs)
      return undefined
    case 'enqueue':
      await sendQueue.put({ leadId, refusals: 0 }, (effect.atMs - asOfMs) / 1000)
      return undefined
    case 'summarise': {
      const { summary, summaryVersion } = look.record
      const next = summarise(look, effect, campaign, { ...summary, version: summaryVersion })
      if (summary && saysTheSame(summary, next)) return undefined
      return (await table.writeSummary(leadId, next)) === 'written' ? undefined : 'bySummary'
    }
  }
}

const isOpaqueIn = ({ record }: LeadLook, fact: Fact): boolean => {
  const own = factKey(fact)
  return record.opaque.some(({ key }) => key === own)
}
