/** Whether a lead is one that nothing else would reach: the summary says what was done, its facts what there was to do. */
import { isFactKind } from '../../contracts/read-facts.ts'
import type { Standing } from '../../contracts/stored.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { isDecisive } from '../../domain/decide.ts'
import { handOffPatienceMs } from './effects.ts'

/** What should have happened this long ago and did not was lost on its way. */
export const lostAfterMs = 60 * 60 * 1000

/** A lead as it is found in the table. */
export interface FoundLead {
  /** How many of its facts can change a decision. */
  readonly decisiveFacts: number
  /** Absent where the lead has no summary, or none that can be read. */
  readonly standing: Standing | undefined
}

/**
 * The lead was never decided on, or by other rules; what it had coming is overdue; sales was asked to take it and has not
 * been told; or it has a fact that no look has acted on. Facts are never taken away, so as many are the same ones: the
 * times in them would not do, because a fact may become known long after what it tells of.
 */
export const needsLook = (
  { decisiveFacts, standing }: FoundLead,
  campaignVersion: string,
  nowMs: number,
): boolean =>
  standing === undefined ||
  standing.campaignVersion !== campaignVersion ||
  standing.factsActedOn !== decisiveFacts ||
  (standing.appointment !== undefined && standing.appointment.atMs < nowMs - lostAfterMs) ||
  isUnconfirmed(standing, nowMs)

/** A summary says since when a hand-off is asked for until it is recorded, and no longer. */
export const isUnconfirmed = (standing: Standing | undefined, nowMs: number): boolean =>
  standing?.handOffAskedAtMs !== undefined && standing.handOffAskedAtMs <= nowMs - handOffPatienceMs

/** A kind that this version does not know counts nowhere: no look of this version could act on it. */
export const countDecisive = (facts: readonly { readonly kind: string }[], campaign: Campaign): number =>
  facts.filter(({ kind }) => isFactKind(kind) && isDecisive(kind, campaign)).length
