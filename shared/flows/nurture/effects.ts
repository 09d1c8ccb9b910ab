/** What a look at a lead does, decided purely; the pipeline and the forecast carry it out, each on its own clock. */
import type { Appointment, PlannedTouch } from '../../contracts/stored.ts'
import type { Touch } from '../../domain/decide.ts'
import type { Fact } from '../../domain/facts.ts'
import { mustBeHandedOff } from '../../domain/readiness.ts'
import type { Settled } from '../../domain/settle.ts'
import { type ArrangingEffect, appointmentOf, arrange } from './appointment.ts'
import { qualificationChangeOf } from './qualification-change.ts'

/** What one look sees, and what it comes to. The lead and the time of the look stand in `state`. */
export interface Look extends Settled {
  readonly arranged: Arranged
}

/** What earlier looks have arranged for the lead: the part of its summary that later ones go by. */
export interface Arranged {
  readonly nextTouch?: Pick<PlannedTouch, 'enrolment' | 'step'>
  readonly appointment?: Appointment
  /** When the hand-off was last asked for, epoch milliseconds. */
  readonly handOffAskedAtMs?: number
}

/** One thing to be done. They stand in the order in which they must be done: a crash after any of them loses nothing. */
export type Effect =
  /** Put on record. `isFolded`: the look took it for granted, so its state has it and nobody need look again. */
  | { readonly kind: 'record'; readonly fact: Fact; readonly isFolded: boolean }
  | ArrangingEffect
  | { readonly kind: 'askForHandOff'; readonly cycle: number }
  /** Claim the touch and give it to SES; what comes of that is a matter of what SES answers. */
  | { readonly kind: 'send'; readonly touch: Touch }
  /**
   * Keep what the look has found, and what is arranged now, for whoever asks and for the next look. `hasActedOnAll`: all
   * that the facts call for is done with this. When an appointment comes its touch alone is dealt with.
   */
  | { readonly kind: 'summarise'; readonly arranged: Arranged; readonly hasActedOnAll: boolean }

export type ReconcileEffect = Exclude<Effect, { readonly kind: 'send' }>
export type DueEffect = Exclude<Effect, { readonly kind: 'askForHandOff' }>

/** A hand-off that was asked for this long ago and is still not recorded is asked for again at the next look. */
export const handOffPatienceMs = 60 * 60 * 1000

/**
 * Something may have changed: the lead's one appointment, its hand-off and its summary are made to match. With
 * `trustsSummary` false what `arranged` says is arranged again, because it may have been lost or overwritten.
 */
export const reconcileEffects = (
  look: Look,
  { trustsSummary }: { readonly trustsSummary: boolean },
): ReconcileEffect[] => {
  const { state, decision } = look
  const before: ReconcileEffect[] = recordsOf(look)
  const change = qualificationChangeOf(state, decision)
  // The fact brings about a look of its own, and that one arranges the rest.
  if (change) return [...before, { kind: 'record', fact: change, isFolded: false }]
  const { effects, appointment } = arrangementOf(look, trustsSummary)
  const handOff = handOffOf(look)
  return [
    ...before,
    ...effects,
    ...handOff.effects,
    {
      kind: 'summarise',
      arranged: arrangedNow(look, appointment, handOff.askedAtMs),
      hasActedOnAll: true,
    },
  ]
}

/**
 * The lead's appointment has come: its touch is sent if it is due. Otherwise a way was taken, a step passed over, or the
 * hour was another; the schedule that led here has been used up, and what was recorded brings about no look of its own, so
 * the next one is arranged at once.
 */
export const dueEffects = (look: Look): DueEffect[] => {
  const { state, decision, arranged } = look
  const before: DueEffect[] = recordsOf(look)
  const change = qualificationChangeOf(state, decision)
  if (change) return [...before, { kind: 'record', fact: change, isFolded: false }]
  if (decision.kind === 'send' && decision.touch.dueAtMs <= state.asOfMs)
    return [...before, { kind: 'send', touch: decision.touch }]
  const { effects, appointment } = arrange(appointmentOf(decision), arranged.appointment, state.asOfMs)
  const summary = arrangedNow(look, appointment, arranged.handOffAskedAtMs)
  return [...before, ...effects, { kind: 'summarise', arranged: summary, hasActedOnAll: false }]
}

const recordsOf = ({ records }: Settled) =>
  records.map((fact) => ({ kind: 'record' as const, fact, isFolded: true }))

const handOffOf = ({
  state,
  arranged: { handOffAskedAtMs },
}: Look): { readonly effects: readonly ReconcileEffect[]; readonly askedAtMs?: number } => {
  const { cycle, asOfMs } = state
  if (!mustBeHandedOff(cycle)) return { effects: [] }
  if (handOffAskedAtMs !== undefined && asOfMs - handOffAskedAtMs < handOffPatienceMs)
    return { effects: [], askedAtMs: handOffAskedAtMs }
  return { effects: [{ kind: 'askForHandOff', cycle: cycle.qualified.cycle }], askedAtMs: asOfMs }
}

const arrangedNow = (
  { decision }: Look,
  appointment: Appointment | undefined,
  handOffAskedAtMs: number | undefined,
): Arranged => ({
  ...(decision.kind === 'send' && { nextTouch: decision.touch }),
  ...(appointment && { appointment }),
  ...(handOffAskedAtMs !== undefined && { handOffAskedAtMs }),
})

/** What `send` has deferred stays where it put it, whoever looks: looking again must not bring it forward. */
const arrangementOf = (
  look: Look,
  trustsSummary: boolean,
): { readonly effects: readonly ArrangingEffect[]; readonly appointment?: Appointment | undefined } => {
  const { state, decision, arranged } = look
  const isSame = isSameTouch(look)
  const standing = isSame ? arranged.appointment : undefined
  const dueMs = appointmentOf(decision)
  const isDeferred = dueMs !== undefined && standing?.deferredFromMs === dueMs
  const atMs = isDeferred ? standing.atMs : dueMs
  if (trustsSummary && isSame && atMs === standing?.atMs) return { effects: [], appointment: standing }
  const { effects, appointment } = arrange(atMs, arranged.appointment, state.asOfMs)
  if (!isDeferred || !appointment) return { effects, appointment }
  return { effects, appointment: { ...appointment, deferredFromMs: dueMs } }
}

/** Two touches may fall due at one time; what is arranged names the one that is meant. */
const isSameTouch = ({ decision, arranged: { nextTouch } }: Look): boolean => {
  const touch = decision.kind === 'send' ? decision.touch : undefined
  return touch?.enrolment === nextTouch?.enrolment && touch?.step === nextTouch?.step
}
