/** Something may have changed for a lead: fold the facts, decide, and make the world match. Running it again is harmless. */
import type { LeadTable } from '../../aws/lead-table.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Appointment, Summary } from '../../contracts/stored.ts'
import type { Campaign } from '../../domain/campaign.ts'
import type { Decision } from '../../domain/decide.ts'
import type { LeadState } from '../../domain/fold.ts'
import { mustBeHandedOff } from '../../domain/readiness.ts'
import { type AppointmentBook, appointmentOf, arrangeLook } from './appointment.ts'
import { recordQualificationChange } from './qualification-change.ts'
import { settleLead } from './settle-lead.ts'
import { saysTheSame, summarise } from './summary.ts'

export interface ReconcileDependencies extends AppointmentBook {
  readonly campaign: Campaign
  readonly table: Pick<LeadTable, 'read' | 'recordFact' | 'writeSummary'>
  readonly handOffQueue: Pick<MessageQueue<LeadNudge>, 'put'>
}

/** A hand-off that was asked for this long ago and is still not recorded is asked for again at the next look. */
const handOffPatienceMs = 60 * 60 * 1000

/** Two functions may look at one lead at once; whoever writes second looks again. */
const attempts = 4

/** With `trustsSummary` false what the summary says is arranged is arranged anew: it may have been lost. */
export const reconcileLead = async (
  leadId: string,
  nowMs: number,
  dependencies: ReconcileDependencies,
  { trustsSummary }: { readonly trustsSummary: boolean } = { trustsSummary: true },
): Promise<void> => {
  const { campaign, table } = dependencies
  let isContended = !trustsSummary
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { record, state, decision } = await settleLead(leadId, campaign, nowMs, table)
    const { summary } = record
    // The fact comes back by the stream; that look sets the schedule and asks for the hand-off.
    if (await recordQualificationChange(leadId, state, decision, nowMs, table)) return
    const atMs = appointmentOf(decision)
    // After a lost race the other writer's arrangement may have replaced ours, or ours theirs: arrange anew.
    const isUnchanged = isSameTouch(decision, summary) && isArranged(atMs, summary?.appointment, isContended)
    const appointment = isUnchanged
      ? summary?.appointment
      : await arrangeLook(leadId, atMs, summary?.appointment, nowMs, dependencies)
    const handOffAskedAtMs = await askForHandOff(leadId, state, summary, nowMs, dependencies)
    const next = summarise(state, decision, campaign, nowMs, summary, appointment, handOffAskedAtMs)
    if (summary && saysTheSame(summary, next)) return
    if ((await table.writeSummary(leadId, next)) === 'written') return
    isContended = true
  }
  throw new LoggableError(
    `Lead ${leadId} was written by others ${attempts} times while it was looked at; it will be looked at again.`,
  )
}

const askForHandOff = async (
  leadId: string,
  state: LeadState,
  summary: Summary | undefined,
  nowMs: number,
  { handOffQueue }: ReconcileDependencies,
): Promise<number | undefined> => {
  const askedAtMs = summary?.handOffAskedAtMs
  if (!mustBeHandedOff(state.cycle)) return undefined
  if (askedAtMs !== undefined && nowMs - askedAtMs < handOffPatienceMs) return askedAtMs
  await handOffQueue.put({ leadId, refusals: 0 })
  return nowMs
}

/** What `send` has deferred is arranged, whoever else writes: looking again must not bring it forward. */
const isArranged = (
  atMs: number | undefined,
  appointment: Appointment | undefined,
  isContended: boolean,
): boolean =>
  (!isContended && atMs === appointment?.atMs) || (atMs !== undefined && atMs === appointment?.deferredFromMs)

/** Two touches may fall due at one time; the summary names the one that is meant. */
const isSameTouch = (decision: Decision, summary: Summary | undefined): boolean => {
  const touch = decision.kind === 'send' ? decision.touch : undefined
  return touch?.enrolment === summary?.nextTouch?.enrolment && touch?.step === summary?.nextTouch?.step
}
