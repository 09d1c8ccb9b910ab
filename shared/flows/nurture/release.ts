/** A function starts: which versions of the campaign's sequences have been in force, and is this one new? */
import type { ReleaseTable } from '../../aws/release-table.ts'
import type { ContentVersions } from '../../campaign/compiled/content-versions.ts'
import type { Outline, StoredReleases } from '../../contracts/releases.ts'
import type { Campaign, Release } from '../../domain/campaign.ts'

export interface InForce {
  /** With its history. */
  readonly campaign: Campaign
  /** No function has started with this version before: leads under way must be looked at. */
  readonly isNew: boolean
}

/**
 * The campaign with the history of its sequences. A sequence that differs from the one seen last is a release from now
 * on, and is recorded. Functions that start together may each record it; what is on record counts for all.
 */
export const recordCampaign = async (
  plan: Campaign,
  nowMs: number,
  table: Pick<ReleaseTable, 'read' | 'add'>,
): Promise<Campaign> => (await recordReleases(plan, nowMs, table)).campaign

/**
 * As `recordCampaign`, and says which version is in force. One kind of function does so, and has the leads looked at
 * when it is new: did another, the one that can would not know.
 */
export const recordAndAnnounceCampaign = async (
  plan: Campaign,
  versions: ContentVersions,
  nowMs: number,
  table: Pick<ReleaseTable, 'read' | 'add' | 'announce'>,
): Promise<InForce> => {
  const { campaign, versionInForce, isStraggler } = await recordReleases(plan, nowMs, table)
  if (versionInForce === plan.version || isStraggler) return { campaign, isNew: false }
  const isNew = await table.announce(
    plan.name,
    plan.version,
    versionInForce,
    nowMs,
    outlineOf(plan, versions),
  )
  return { campaign, isNew }
}

const recordReleases = async (
  plan: Campaign,
  nowMs: number,
  table: Pick<ReleaseTable, 'read' | 'add'>,
): Promise<{ campaign: Campaign; versionInForce: string | undefined; isStraggler: boolean }> => {
  const { history, versionInForce, replaced } = await table.read(plan.name)
  const isStraggler = wasJustReplaced(plan, replaced, nowMs)
  const releases = isStraggler ? [] : newReleases(plan, history, nowMs)
  if (releases.length === 0) return { campaign: { ...plan, history }, versionInForce, isStraggler }
  for (const release of releases) await table.add(plan.name, release)
  // Another function may have recorded the same release a moment before.
  const recorded = await table.read(plan.name)
  const campaign = { ...plan, history: withCurrent(plan, recorded.history, nowMs) }
  return { campaign, versionInForce: recorded.versionInForce, isStraggler }
}

/** A deploy changes one function after the other, and one of the old ones may still start within this time. */
const deployMs = 15 * 60_000

/** The version that was just replaced, whatever the change, and no return to it. */
const wasJustReplaced = (
  { version }: Campaign,
  replaced: StoredReleases['replaced'],
  nowMs: number,
): boolean => replaced?.version === version && nowMs - replaced.atMs < deployMs

/** The sequences that are not as they were seen last. */
export const newReleases = (
  { sequences }: Campaign,
  history: Readonly<Record<string, readonly Release[]>>,
  nowMs: number,
): Release[] =>
  Object.values(sequences)
    .filter(({ id, version }) => history[id]?.at(-1)?.sequence.version !== version)
    .map((sequence) => ({ sinceMs: nowMs, sequence }))

/** The history as it is once the plan is in force. */
export const withCurrent = (
  plan: Campaign,
  history: Readonly<Record<string, readonly Release[]>>,
  nowMs: number,
): Record<string, readonly Release[]> => {
  const complete: Record<string, readonly Release[]> = { ...history }
  for (const release of newReleases(plan, history, nowMs))
    complete[release.sequence.id] = [...(history[release.sequence.id] ?? []), release]
  return complete
}

/** What is kept of the version in force beside its sequences' steps, which are kept as releases. */
const outlineOf = (
  { sequences, history: _, ...plan }: Campaign,
  { forms, emails }: ContentVersions,
): Outline => ({
  plan,
  sequences: Object.fromEntries(Object.values(sequences).map(({ id, version }) => [id, version])),
  forms,
  emails,
})
