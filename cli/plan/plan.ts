/** Goes through all leads, one at a time, and gathers what a change of the campaign does to them. Writes nothing. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { contentVersionsOf } from '../../shared/campaign/compiled/content-versions.ts'
import type { StoredReleases } from '../../shared/contracts/releases.ts'
import type { Campaign, Sequence } from '../../shared/domain/campaign.ts'
import { type LeadChange, planChange } from '../../shared/domain/plan-change.ts'
import { stepChanges } from '../../shared/domain/step-changes.ts'
import { withCurrent } from '../../shared/flows/nurture/release.ts'
import { leadsOf } from '../leads/export.ts'
import type { LeadStore } from '../leads/store.ts'
import type { PlannedChange, SequenceChange } from './change.ts'
import { type Deployed, deployedFrom } from './deployed.ts'
import {
  emailDifferences,
  formDifferences,
  scoreDifferences,
  sequenceDifferences,
  settingDifferences,
} from './outside.ts'
import { LeadTally, SequenceTally } from './tally.ts'
import { warningsOf } from './warnings.ts'

export type PlanStore = Pick<LeadStore, 'place' | 'nowMs' | 'items' | 'releases' | 'close'>

/**
 * Absent where no version of this campaign was ever in force there. Throws `UnreadableFact` and `UnreadableRelease`.
 */
export const planOf = async (
  compiled: CompiledCampaign,
  store: PlanStore,
  quota: number,
  onLead: (leadId: string, change: LeadChange) => void = () => {},
): Promise<PlannedChange | undefined> => {
  const releases = await store.releases(compiled.plan.name)
  const deployed = deployedFrom(releases, compiled.plan)
  if (!deployed) return undefined
  const { nowMs } = store
  const next = { ...compiled.plan, history: withCurrent(compiled.plan, releases.history, nowMs) }
  const tally = new LeadTally()
  const thresholds = {
    before: deployed.campaign.scoring.thresholds.leave,
    after: next.scoring.thresholds.leave,
  }
  for await (const { id, facts } of leadsOf(store.items())) {
    if (facts.length === 0) continue
    const change = planChange(id, facts, deployed.campaign, next, nowMs)
    tally.add(change, thresholds)
    onLead(id, change)
  }
  return gathered(compiled, { deployed, next, releases, tally, store, quota })
}

const gathered = (
  compiled: CompiledCampaign,
  given: {
    readonly deployed: Deployed
    readonly next: Campaign
    readonly releases: StoredReleases
    readonly tally: LeadTally
    readonly store: PlanStore
    readonly quota: number
  },
): PlannedChange => {
  const { deployed, next, tally, store, quota } = given
  const before = deployed.campaign
  const versions = contentVersionsOf(compiled)
  const { leads: all, underWay, waitingToConfirm, withSales, suppressed } = tally
  const { qualifyNow, qualifyNoMore, fallBack, confirmationsGone, confirmationsNew } = tally
  return {
    campaign: next.name,
    place: store.place,
    nowMs: store.nowMs,
    timeZone: next.timeZone,
    before: before.version,
    after: next.version,
    isRestUnknown: deployed.content === undefined,
    leads: { all, underWay, waitingToConfirm, withSales, suppressed },
    sequences: sequencesOf(before, next, given.releases, tally),
    scoring: { differences: scoreDifferences(before, next), qualifyNow, qualifyNoMore, fallBack },
    forms: {
      differences: formDifferences(
        { campaign: before, ...(deployed.content && { content: deployed.content }) },
        { campaign: next, content: versions },
      ),
      confirmationsGone,
      confirmationsNew,
    },
    emails: emailDifferences(deployed.content?.emails ?? versions.emails, versions.emails).map(
      (difference) => ({ ...difference, toCome: tally.emails.get(difference.what) ?? 0 }),
    ),
    settings: settingDifferences(before, next),
    warnings: warningsOf({
      before,
      after: next,
      emails: new Set(Object.keys(compiled.emails)),
      tally,
      quota,
    }),
  }
}

const sequencesOf = (
  before: Campaign,
  after: Campaign,
  { history }: StoredReleases,
  tally: LeadTally,
): SequenceChange[] => {
  const ids = [...new Set([...Object.keys(before.sequences), ...Object.keys(after.sequences)])].sort()
  return ids.flatMap((id) => {
    const older = before.sequences[id]
    const newer = after.sequences[id]
    const counts = tally.sequences.get(id) ?? new SequenceTally()
    const kind = kindOf(older, newer)
    if (kind === 'same' && !isTouched(counts)) return []
    const { moves, madeDue } = counts
    return [
      {
        id,
        kind,
        onChange: (newer ?? older)?.onChange ?? 'migrate',
        differences: older && newer ? sequenceDifferences(older, newer) : [],
        steps: older && newer ? stepChanges(older, newer) : [],
        underWay: counts.underWay,
        outcomes: Object.fromEntries(counts.outcomes),
        ends: Object.fromEntries(counts.ends),
        ...(moves && { moves }),
        stepCounts: Object.fromEntries(counts.steps),
        pinned: [...counts.pinned].map(([version, leads]) => ({
          version,
          sinceMs: history[id]?.findLast(({ sequence }) => sequence.version === version)?.sinceMs ?? 0,
          leads,
        })),
        ...(madeDue && { madeDue }),
        sentTwice: counts.sentTwice,
        hasConditions: newer !== undefined && hasConditions(newer),
      },
    ]
  })
}

const kindOf = (older: Sequence | undefined, newer: Sequence | undefined): SequenceChange['kind'] => {
  if (!older) return 'added'
  if (!newer) return 'removed'
  return older.version === newer.version ? 'same' : 'changed'
}

/** A change elsewhere does something to its leads. */
const isTouched = ({ outcomes }: SequenceTally): boolean =>
  [...outcomes.keys()].some(
    (outcome) => !['asBefore', 'finished', 'withSales', 'suppressed'].includes(outcome),
  )

const hasConditions = ({ steps, goal, exits }: Sequence): boolean =>
  goal !== undefined || exits.length > 0 || steps.some((step) => 'arms' in step || step.when !== undefined)
