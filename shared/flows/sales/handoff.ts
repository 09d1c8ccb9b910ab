/** A lead is ready: tell the bus and tell sales, with the reasons, and record that it was done. */

import type { HandOffBus } from '../../aws/handoff-bus.ts'
import type { LeadTable } from '../../aws/lead-table.ts'
import type { Mailer } from '../../aws/mailer.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadHandedOff } from '../../domain/facts.ts'
import { fold } from '../../domain/fold.ts'
import { mustBeHandedOff } from '../../domain/readiness.ts'
import { eventDetail, type SalesContext, salesEmail } from './handoff-message.ts'

export interface HandOffDependencies extends SalesContext {
  readonly table: Pick<LeadTable, 'read' | 'recordFact'>
  readonly bus: Pick<HandOffBus, 'publish'>
  readonly mailer: Pick<Mailer, 'send'>
}

/** Sales' email was refused or got no answer. The queue tries again; the hand-off id makes a repeat visible. */
export class SalesNotTold extends LoggableError {
  override readonly name = 'SalesNotTold'

  constructor(handOffId: string, reason: string) {
    super(`The hand-off ${handOffId} did not reach sales by email (${reason}); it will be tried again.`)
  }
}

/** Level-triggered: does nothing unless the lead has qualified and no hand-off of this cycle is recorded. */
export const handOffLead = async (
  leadId: string,
  nowMs: number,
  dependencies: HandOffDependencies,
): Promise<'handedOff' | 'nothingToDo'> => {
  const { campaign, table, bus, mailer } = dependencies
  const { facts } = await table.read(leadId)
  const state = fold(leadId, facts, campaign, nowMs)
  if (!mustBeHandedOff(state.cycle)) return 'nothingToDo'
  const { qualified } = state.cycle
  const handedOff = handedOffFact(leadId, qualified.cycle, nowMs)
  const { handOffId } = handedOff
  await bus.publish(eventDetail(handOffId, leadId, state, qualified, campaign))
  const outcome = await mailer.send(salesEmail(handOffId, leadId, state, qualified, nowMs, dependencies))
  if (outcome.kind !== 'accepted') throw new SalesNotTold(handOffId, outcome.reason)
  await table.recordFact(leadId, handedOff)
  return 'handedOff'
}

/** The id is the lead's and the cycle's, so that whoever gets a hand-off twice sees that it is one. */
export const handedOffFact = (leadId: string, cycle: number, atMs: number): LeadHandedOff => ({
  kind: 'HANDEDOFF',
  cycle,
  handOffId: `${leadId}-${cycle}`,
  atMs,
})
