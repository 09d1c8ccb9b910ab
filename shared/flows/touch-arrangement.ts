/** Makes the world match a decision: the lead's one schedule exists at the touch's time, or does not exist. */
import type { LeadQueue } from '../aws/lead-queue.ts'
import type { LeadSchedule } from '../aws/lead-schedule.ts'
import type { ArrangedTouch } from '../contracts/stored.ts'
import type { Touch } from '../domain/decide.ts'

export interface TouchArrangement {
  readonly schedule: Pick<LeadSchedule, 'put' | 'remove'>
  readonly sendQueue: Pick<LeadQueue, 'put'>
}

/** The Scheduler fires to the minute, so what is due sooner than this goes on the queue directly. */
const soonMs = 120_000

/**
 * Arranges `touch`, or nothing, where `arranged` is what was arranged before. Repeating it is harmless: the schedule is
 * named by the lead, and a second message finds the touch claimed.
 */
export const arrangeTouch = async (
  leadId: string,
  touch: Touch | undefined,
  arranged: ArrangedTouch | undefined,
  nowMs: number,
  { schedule, sendQueue }: TouchArrangement,
): Promise<ArrangedTouch | undefined> => {
  if (!touch) {
    if (arranged?.on === 'schedule') await schedule.remove(leadId)
    return undefined
  }
  const { enrolment, step, dueAtMs } = touch
  const isSoon = dueAtMs - nowMs < soonMs
  if (isSoon) await sendQueue.put({ leadId, refusals: 0 }, (dueAtMs - nowMs) / 1000)
  else await schedule.put(leadId, dueAtMs)
  return { enrolment, step, dueAtMs, on: isSoon ? 'queue' : 'schedule' }
}

/** Whether this very touch is arranged for this very time. */
export const isArranged = (touch: Touch | undefined, arranged: ArrangedTouch | undefined): boolean =>
  touch?.enrolment === arranged?.enrolment &&
  touch?.step === arranged?.step &&
  touch?.dueAtMs === arranged?.dueAtMs
