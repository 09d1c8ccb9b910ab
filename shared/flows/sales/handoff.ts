/** A lead is ready: tell the bus and tell sales, each until it has it and no further, and record that it was done. */

import type { HandOffBus } from '../../aws/handoff-bus.ts'
import type { Channel, HandOff, HandOffLedger } from '../../aws/handoff-ledger.ts'
import type { LeadTable } from '../../aws/lead-table.ts'
import type { Mailer } from '../../aws/mailer.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import { isLoggable, LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { LeadHandedOff } from '../../domain/facts.ts'
import { fold } from '../../domain/fold.ts'
import { mustBeHandedOff } from '../../domain/readiness.ts'
import { putBackDelaySeconds } from '../put-back.ts'
import { eventDetail, type SalesContext, salesEmail } from './handoff-message.ts'

export interface HandOffDependencies extends SalesContext {
  readonly table: Pick<LeadTable, 'read' | 'recordFact'>
  readonly ledger: Pick<HandOffLedger, 'take' | 'markTold' | 'awaitPutBack'>
  readonly bus: Pick<HandOffBus, 'publish'>
  readonly mailer: Pick<Mailer, 'send'>
  readonly queue: Pick<MessageQueue<LeadNudge>, 'put'>
}

export type HandOffResult =
  | { readonly kind: 'handedOff' | 'nothingToDo' }
  /** Another message has this hand-off, and goes on with it. */
  | { readonly kind: 'inHand' }
  | {
      readonly kind: 'putBack'
      /** Which channel has not taken it, and why. */
      readonly untold: readonly Untold[]
      /** Sales has waited so long for this lead that a person should know. */
      readonly isOverdue: boolean
    }

interface Untold {
  readonly channel: Channel
  readonly reason: string
}

/** For four days a hand-off could not be made. The dead-letter queue keeps it, and the next sweep asks for it again. */
export class SalesNotTold extends LoggableError {
  override readonly name = 'SalesNotTold'

  constructor(handOffId: string, untold: readonly Untold[]) {
    const reasons = untold.map(({ channel, reason }) => `${channel}: ${reason}`).join(', ')
    super(`The hand-off ${handOffId} was put back ${putBackLimit} times (${reasons}).`)
  }
}

/** At a quarter of an hour each these are four days: longer than a weekend, and than any outage of SES so far. */
const putBackLimit = 400

/** The put-backs of an hour outlast what passes by itself. */
const overdueAfterMs = 60 * 60 * 1000

/**
 * Level-triggered: does nothing unless the lead has qualified and no hand-off of this cycle is recorded. What a channel
 * has taken is kept at once, and only the other is told again. An email whose fate is unknown is sent again: sales must
 * hear of every lead, and the hand-off's id shows that two are one. Throws `EmailRejected`, which waiting does not
 * change, `SalesNotTold` and what the table throws.
 */
export const handOffLead = async (
  { leadId, refusals }: LeadNudge,
  nowMs: number,
  dependencies: HandOffDependencies,
): Promise<HandOffResult> => {
  const { campaign, table, ledger, bus, mailer, queue } = dependencies
  const { facts } = await table.read(leadId)
  const state = fold(leadId, facts, campaign, nowMs)
  if (!mustBeHandedOff(state.cycle)) return { kind: 'nothingToDo' }
  const { qualified } = state.cycle
  const handOff: HandOff = { leadId, cycle: qualified.cycle }
  const handedOff = handedOffFact(leadId, qualified.cycle, nowMs)
  const { handOffId } = handedOff
  const told = await ledger.take(handOff, refusals, nowMs)
  if (told === 'inHand') return { kind: 'inHand' }

  const untold: Untold[] = []
  const tell = async (channel: Channel, reasonAgainst: () => Promise<string | undefined>): Promise<void> => {
    if (told.has(channel)) return
    const reason = await reasonAgainst()
    if (reason === undefined) await ledger.markTold(handOff, channel, nowMs)
    else untold.push({ channel, reason })
  }
  await tell('bus', () =>
    bus.publish(eventDetail(handOffId, leadId, state, qualified, campaign)).then(
      () => undefined,
      // Of an error that is not ours the name alone: its message may repeat the event.
      (error: unknown) =>
        isLoggable(error) ? error.message : error instanceof Error ? error.name : 'unknown',
    ),
  )
  await tell('email', async () => {
    const outcome = await mailer.send(salesEmail(handOffId, leadId, state, qualified, nowMs, dependencies))
    return outcome.kind === 'accepted' ? undefined : outcome.reason
  })

  if (untold.length === 0) {
    await table.recordFact(leadId, handedOff)
    return { kind: 'handedOff' }
  }
  if (refusals >= putBackLimit) throw new SalesNotTold(handOffId, untold)
  const delaySeconds = putBackDelaySeconds(leadId, refusals)
  await queue.put({ leadId, refusals: refusals + 1 }, delaySeconds)
  await ledger.awaitPutBack(handOff, refusals + 1, nowMs + delaySeconds * 1000)
  return { kind: 'putBack', untold, isOverdue: nowMs - qualified.atMs > overdueAfterMs }
}

/** The id is the lead's and the cycle's, so that whoever gets a hand-off twice sees that it is one. */
export const handedOffFact = (leadId: string, cycle: number, atMs: number): LeadHandedOff => ({
  kind: 'HANDEDOFF',
  cycle,
  handOffId: `${leadId}-${cycle}`,
  atMs,
})
