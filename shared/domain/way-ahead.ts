/** What a lead is going to get if it does nothing more: the pipeline's own decisions, played forward from its facts. */
import { dayMs } from './cadence.ts'
import type { Campaign } from './campaign.ts'
import type { Decision, Touch } from './decide.ts'
import type { EnrolmentEnded, Fact, StepSkipped } from './facts.ts'
import { foldOn, type LeadState } from './fold.ts'
import { settle, settleFrom } from './settle.ts'

export interface WayAhead {
  /** As it stands at the beginning, with what was due to be on record. */
  readonly state: LeadState
  /** What is decided at the beginning. */
  readonly decision: Decision
  /** In order of time; `dueAtMs` is when each goes out. Ends where the lead passes to sales. */
  readonly touches: readonly Touch[]
  readonly skipped: readonly StepSkipped[]
  /** At the beginning or on the way. */
  readonly ended: readonly EnrolmentEnded[]
}

/** Waits are a year at most; what comes later than this is no answer to a question of today. */
const horizonDays = 5 * 366

/** A sequence of a hundred steps, each looked at twice; a lead in several of them has fewer looks than this. */
const looks = 1_000

export const wayAhead = (
  leadId: string,
  given: readonly Fact[],
  campaign: Campaign,
  nowMs: number,
): WayAhead => {
  const first = settle(leadId, given, campaign, nowMs)
  const records: Fact[] = [...first.records]
  const touches: Touch[] = []
  let { decision, state } = first
  let atMs = nowMs
  for (let look = 0; look < looks; look += 1) {
    const nextMs = nextMoment(decision)
    const happens: Fact[] = []
    if (nextMs === undefined || nextMs > nowMs + horizonDays * dayMs) break
    if (nextMs > atMs) atMs = nextMs
    else if (decision.kind === 'send') {
      const { enrolment, step, email, variant } = decision.touch
      touches.push({ ...decision.touch, dueAtMs: atMs })
      happens.push({
        kind: 'SENT',
        enrolment,
        step,
        email,
        ...(variant !== undefined && { variant }),
        messageId: '',
        atMs,
      })
    } else if (decision.kind === 'cool') happens.push({ kind: 'COOLED', cycle: decision.cycle, atMs })
    else break
    const settled = settleFrom(foldOn(state, happens, campaign, atMs), campaign)
    records.push(...settled.records)
    ;({ decision, state } = settled)
  }
  return {
    state: first.state,
    decision: first.decision,
    touches,
    skipped: records.filter((fact) => fact.kind === 'SKIPPED'),
    ended: records.filter((fact) => fact.kind === 'ENDED'),
  }
}

/** When something next happens of itself; absent where that is never, or up to sales. */
const nextMoment = (decision: Decision): number | undefined => {
  const { kind, lookAgainAtMs } = decision
  if (kind === 'qualify' || (kind === 'stop' && decision.reason === 'qualified')) return undefined
  if (kind === 'cool') return Number.NEGATIVE_INFINITY
  if (kind !== 'send') return lookAgainAtMs
  return Math.min(decision.touch.dueAtMs, lookAgainAtMs ?? Number.POSITIVE_INFINITY)
}
