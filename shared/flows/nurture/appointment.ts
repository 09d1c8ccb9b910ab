/** When a lead is looked at again although nothing happens, and how that is arranged: at one time, or not at all. */
import type { Appointment } from '../../contracts/stored.ts'
import type { Decision } from '../../domain/decide.ts'

/** By a schedule, or on the send queue where that would be too late. */
export type ArrangingEffect =
  | { readonly kind: 'schedule'; readonly atMs: number }
  /** Take back the schedule that was set for that time. */
  | { readonly kind: 'unschedule'; readonly atMs: number }
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
 * How a look at `atMs`, or none, is arranged where `standing` is what stands. The new one comes first, so that a crash
 * between the two leaves a schedule too many and never one too few: that one fires, finds nothing due, and is gone.
 * Doing it twice is harmless: a schedule is named by lead and time, and a second message finds nothing more to do.
 */
export const arrange = (
  atMs: number | undefined,
  standing: Appointment | undefined,
  nowMs: number,
): { readonly effects: readonly ArrangingEffect[]; readonly appointment?: Appointment } => {
  const appointment = appointmentAt(atMs, nowMs)
  const outdated = isReplaced(standing, appointment, nowMs)
    ? [{ kind: 'unschedule' as const, atMs: standing.atMs }]
    : []
  if (!appointment) return { effects: outdated }
  const kind = appointment.on === 'schedule' ? ('schedule' as const) : ('enqueue' as const)
  return { effects: [{ kind, atMs: appointment.atMs }, ...outdated], appointment }
}

const appointmentAt = (atMs: number | undefined, nowMs: number): Appointment | undefined =>
  atMs === undefined ? undefined : { atMs, on: atMs - nowMs < soonMs ? 'queue' : 'schedule' }

/** A schedule still to fire, at another second than the one that takes its place. One whose time has come deletes itself. */
const isReplaced = (
  standing: Appointment | undefined,
  next: Appointment | undefined,
  nowMs: number,
): standing is Appointment =>
  standing?.on === 'schedule' &&
  standing.atMs > nowMs &&
  !(next?.on === 'schedule' && secondOf(next.atMs) === secondOf(standing.atMs))

const secondOf = (atMs: number): number => Math.ceil(atMs / 1000)
