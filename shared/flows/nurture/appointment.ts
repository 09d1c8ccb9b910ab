/** When a lead is looked at again although nothing happens, and how that is arranged: at one time, or not at all. */
import type { Appointment } from '../../contracts/stored.ts'
import type { Decision } from '../../domain/decide.ts'

/** By the lead's one schedule, or on the send queue where that would be too late. */
export type ArrangingEffect =
  | { readonly kind: 'schedule'; readonly atMs: number }
  | { readonly kind: 'unschedule' }
  | { readonly kind: 'enqueue'; readonly atMs: number }

/** The Scheduler fires to the minute, so what is due sooner than this goes on the queue directly. */
const soonMs = 120_000

/** For its touch, or because its points change with time: whichever comes first. */
export const appointmentOf = (decision: Decision): number | undefined => {
  const touchMs = decision.kind === 'send' ? decision.touch.dueAtMs : undefined
  const { lookAgainAtMs } = decision
  if (touchMs === undefined || lookAgainAtMs === undefined) return touchMs ?? lookAgainAtMs
  return Math.min(touchMs, lookAgainAtMs)
}

/**
 * How a look at `atMs`, or none, is arranged where `standing` is what stands. Doing it twice is harmless: the schedule is
 * named by the lead, and a second message finds nothing more to do.
 */
export const arrange = (
  atMs: number | undefined,
  standing: Appointment | undefined,
  nowMs: number,
): { readonly effects: readonly ArrangingEffect[]; readonly appointment?: Appointment } => {
  if (atMs === undefined) return { effects: standing?.on === 'schedule' ? [{ kind: 'unschedule' }] : [] }
  if (atMs - nowMs < soonMs)
    return { effects: [{ kind: 'enqueue', atMs }], appointment: { atMs, on: 'queue' } }
  return { effects: [{ kind: 'schedule', atMs }], appointment: { atMs, on: 'schedule' } }
}
