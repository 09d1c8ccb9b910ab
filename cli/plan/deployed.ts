/** The campaign that is in force where the leads are, put together from what its functions have recorded of it. */
import type { StoredReleases } from '../../shared/contracts/releases.ts'
import type { Campaign, Sequence } from '../../shared/domain/campaign.ts'

export interface Deployed {
  readonly campaign: Campaign
  /** Versions of forms and emails by id; absent where an older Ripen is deployed, which keeps its sequences alone. */
  readonly content?: {
    readonly forms: Readonly<Record<string, string>>
    readonly emails: Readonly<Record<string, string>>
  }
}

/** Absent where none was ever in force. What is not on record is taken to be as it is in `next`. */
export const deployedFrom = (
  { history, versionInForce, outline }: StoredReleases,
  next: Campaign,
): Deployed | undefined => {
  if (versionInForce === undefined) return undefined
  const sequences: Record<string, Sequence> = {}
  for (const [id, releases] of Object.entries(history)) {
    const version = outline ? outline.sequences[id] : releases.at(-1)?.sequence.version
    const sequence = releases.findLast((release) => release.sequence.version === version)?.sequence
    if (sequence) sequences[id] = sequence
  }
  const campaign = { ...(outline?.plan ?? next), version: versionInForce, sequences, history }
  return { campaign, ...(outline && { content: { forms: outline.forms, emails: outline.emails } }) }
}
