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
  readonly pending?: { readonly dueAtMs: number; readonly answers: LeadCaptured }
  /** The lead was never asked, and it is too late for it. */
  readonly hasLapsed: boolean
  /** Each submission that needs a yes was asked about, whatever came of that. */
  readonly isAnswered: boolean
}

/** `confirmation`, `confirmation-2` ...: the steps of the wait. */
export const confirmationStep = (ordinal: number): string =>
  ordinal === 1 ? 'confirmation' : `confirmation-${ordinal}`

/**
 * `captured` are the lead's submissions of one form, oldest first, and `mustConfirm` says which of them still need a yes;
 * `done` says when each touch was done.
 */
export const awaitConfirmation = (
  form: string,
  captured: readonly LeadCaptured[],
  mustConfirm: (submission: LeadCaptured) => boolean,
  done: ReadonlyMap<string, number>,
  allAskedAtMs: readonly number[],
  { confirmationsPerAddress }: Campaign,
  nowMs: number,
): AwaitedConfirmation => {
  const id = confirmationId(form)
  const askedAtMs = askedOf(id, done)
  const unanswered = unansweredOf(captured, mustConfirm, askedAtMs).filter(mustConfirm)
  const notBeforeMs = addressFreeAtMs(allAskedAtMs, confirmationsPerAddress)
  const next = unanswered.find(({ atMs }) => Math.max(nowMs, notBeforeMs) < atMs + lapsesAfterMs)
  return {
    id,
    askedAtMs,
    ...(next && {
      pending: {
        dueAtMs: Math.max(next.atMs, notBeforeMs),
        answers: next,
      },
    }),
    hasLapsed: !next && askedAtMs.length === 0,
    isAnswered: unanswered.length === 0,
  }
}

/** When each form was first confirmed since the lead last withdrew. */
export const confirmationsOf = (
  facts: readonly Fact[],
  asked: readonly LeadCaptured[],
  withdrawnAtMs: number,
): Map<string, number> => {
  const confirmedAtMs = new Map<string, number>()
  for (const fact of facts) {
    if (fact.kind !== 'CONFIRMED' || confirmedAtMs.has(fact.form)) continue
    // A link of before the lead withdrew may be pressed later, and answers what does not count any more.
    const isCounted =
      withdrawnAtMs === Number.NEGATIVE_INFINITY ||
      asked.some(({ submission }) => submission === fact.submission)
    if (isCounted) confirmedAtMs.set(fact.form, fact.atMs)
  }
  return confirmedAtMs
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

/**
 * The submissions that no question has answered. Each question went to one address, that of the first submission open
 * at the time, and answers all from it until a day later. A lead may be asked at a second address on the same day: if
 * not, somebody who types a variant of a stranger's address first would keep the stranger from being asked.
 */
const unansweredOf = (
  captured: readonly LeadCaptured[],
  mustConfirm: (submission: LeadCaptured) => boolean,
  askedAtMs: readonly number[],
): readonly LeadCaptured[] =>
  askedAtMs.reduce((open, atMs) => {
    const askable = open.filter((one) => one.atMs <= atMs)
    const asked = askable.find((one) => mustConfirm(one) && atMs < one.atMs + lapsesAfterMs) ?? askable[0]
    return open.filter((one) => one.email !== asked?.email || one.atMs >= atMs + askAgainAfterMs)
  }, captured)

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
