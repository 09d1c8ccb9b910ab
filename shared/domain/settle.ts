/** Decides on a lead, taking for granted what must be on record first, and says what that is. */
import type { Campaign } from './campaign.ts'
import { type Decision, decide } from './decide.ts'
import type { Fact } from './facts.ts'
import { fold, foldOn, type LeadState } from './fold.ts'

export interface Settled {
  /** To be recorded, in this order, before anything else is done. */
  readonly records: readonly Fact[]
  /** With the records among its facts. */
  readonly state: LeadState
  readonly decision: Exclude<Decision, { readonly kind: 'record' }>
}

/** A sequence of a hundred steps that are all skipped at once takes this many rounds; none has more. */
const rounds = 200

export const settle = (leadId: string, facts: readonly Fact[], campaign: Campaign, nowMs: number): Settled =>
  settleFrom(fold(leadId, facts, campaign, nowMs), campaign)

/** The same of a lead whose facts were folded already; the time is the state's. */
export const settleFrom = (given: LeadState, campaign: Campaign): Settled => {
  const { leadId, asOfMs } = given
  const records: Fact[] = []
  let state = given
  for (let round = 0; round < rounds; round += 1) {
    const decision = decide(state, campaign, asOfMs)
    if (decision.kind !== 'record') return { records, state, decision }
    records.push(...decision.facts)
    state = foldOn(state, decision.facts, campaign, asOfMs)
  }
  throw new Error(`Lead ${leadId} was not settled in ${rounds} rounds.`)
}
