/** The wait for a yes: when a lead that has not confirmed is asked, and asked again, and when that is over. */
import { dayMs, hourMs } from './cadence.ts'
import type { Campaign } from './campaign.ts'
import { confirmationId, isOfConfirmation } from './enrolment-id.ts'
import { type Fact, type LeadCaptured, touchKey } from './facts.ts'

/** A second submission sooner than this is impatience, and the email is already on its way. */
const askAgainAfterMs = 24 * hourMs

/**
 * A confirmation that could not go out within this time, because too many were asked for, is not sent any more: its reader
 * would not know what it answers. Submitting again starts over.
 */
const lapsesAfterMs = 72 * hourMs

/** Over this long one address is asked `confirmationsPerAddress` times at most, over all forms. */
const addressSpanMs = 30 * dayMs

export interface AwaitedConfirmation {
  /** The enrolment's. */
  readonly id: string
  /** When each confirmation so far was sent, or given up as unresolved: of steps 1, 2 ... */
  readonly askedAtMs: readonly number[]
  /** The submission that the next confirmation answers; absent where none is due. */
  readonly pending?: { readonly dueAtMs: number; readonly network?: string }
  /** The lead was never asked, and it is too late for it. */
  readonly hasLapsed: boolean
}

/** `confirmation`, `confirmation-2` ...: the steps of the wait. */
export const confirmationStep = (ordinal: number): string =>
  ordinal === 1 ? 'confirmation' : `confirmation-${ordinal}`

/** `captured` are the lead's submissions of one form, oldest first; `done` says when each touch was done. */
export const awaitConfirmation = (
  form: string,
  captured: readonly LeadCaptured[],
  done: ReadonlyMap<string, number>,
  allAskedAtMs: readonly number[],
  { confirmationsPerAddress }: Campaign,
  nowMs: number,
): AwaitedConfirmation => {
  const id = confirmationId(form)
  const askedAtMs = askedOf(id, done)
  const lastMs = askedAtMs.at(-1)
  const unanswered = captured.filter(({ atMs }) => lastMs === undefined || atMs >= lastMs + askAgainAfterMs)
  const notBeforeMs = addressFreeAtMs(allAskedAtMs, confirmationsPerAddress)
  const next = unanswered.find(({ atMs }) => Math.max(nowMs, notBeforeMs) < atMs + lapsesAfterMs)
  return {
    id,
    askedAtMs,
    ...(next && {
      pending: {
        dueAtMs: Math.max(next.atMs, notBeforeMs),
        ...(next.network !== undefined && { network: next.network }),
      },
    }),
    hasLapsed: !next && askedAtMs.length === 0,
  }
}

/** Every time the lead was asked, for any form, oldest first. */
export const allAsked = (facts: readonly Fact[]): number[] => {
  const asked = new Map<string, number>()
  for (const fact of facts)
    if ((fact.kind === 'SENT' || fact.kind === 'UNRESOLVED') && isOfConfirmation(fact.enrolment)) {
      const key = touchKey(fact)
      asked.set(key, Math.min(fact.atMs, asked.get(key) ?? fact.atMs))
    }
  return [...asked.values()].sort((a, b) => a - b)
}

const askedOf = (id: string, done: ReadonlyMap<string, number>): number[] => {
  const asked: number[] = []
  for (let ordinal = 1; ; ordinal += 1) {
    const atMs = done.get(touchKey({ enrolment: id, step: confirmationStep(ordinal) }))
    if (atMs === undefined) return asked
    asked.push(atMs)
  }
}

/** When the address may be asked once more: as soon as the oldest of those that count is old enough. */
const addressFreeAtMs = (allAskedAtMs: readonly number[], most: number): number => {
  const oldest = allAskedAtMs.at(-most)
  return oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + addressSpanMs
}
