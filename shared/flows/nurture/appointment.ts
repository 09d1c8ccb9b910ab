/** Makes the world match a decision: the lead is looked at again at one time, by its one schedule, or not at all. */
import type { LeadSchedule } from '../../aws/lead-schedule.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Appointment } from '../../contracts/stored.ts'
import type { Decision } from '../../domain/decide.ts'

export interface AppointmentBook {
  readonly schedule: Pick<LeadSchedule, 'put' | 'remove'>
  readonly sendQueue: Pick<MessageQueue<LeadNudge>, 'put'>
}

/** The Scheduler fires to the minute, so what is due sooner than this goes on the queue directly. */
export const soonMs = 120_000

/** When the lead must be looked at again although nothing happens: for its touch, or because its points change. */
export const appointmentOf = (decision: Decision): number | undefined => {
  const times = [decision.kind === 'send' ? decision.touch.dueAtMs : undefined, decision.lookAgainAtMs]
  const known = times.filter((atMs) => atMs !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/**
 * Arranges a look at `atMs`, or none, where `arranged` is what was arranged before. Repeating it is harmless: the
 * schedule is named by the lead, and a second message finds nothing more to do.
 */
export const arrangeLook = async (
  leadId: string,
  atMs: number | undefined,
  arranged: Appointment | undefined,
  nowMs: number,
  { schedule, sendQueue }: AppointmentBook,
): Promise<Appointment | undefined> => {
  if (atMs === undefined) {
    if (arranged?.on === 'schedule') await schedule.remove(leadId)
    return undefined
  }
  const isSoon = atMs - nowMs < soonMs
  if (isSoon) await sendQueue.put({ leadId, refusals: 0 }, (atMs - nowMs) / 1000)
  else await schedule.put(leadId, atMs)
  return { atMs, on: isSoon ? 'queue' : 'schedule' }
}
