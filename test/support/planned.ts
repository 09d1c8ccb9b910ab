/** Leads of the sample campaign in memory, with the campaign deployed there, to plan changes against. */
import type { PlanStore } from '../../cli/plan/plan.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { contentVersionsOf } from '../../shared/campaign/compiled/content-versions.ts'
import type { StoredReleases } from '../../shared/contracts/releases.ts'
import { type Fact, factKey } from '../../shared/domain/facts.ts'
import { recordAndAnnounceCampaign } from '../../shared/flows/nurture/release.ts'
import { ReleaseMemory } from './release-memory.ts'

/** Each campaign in force from its moment on, recorded by the code that the functions run as they start. */
export const deployed = async (
  ...versions: readonly (readonly [CompiledCampaign, number])[]
): Promise<StoredReleases> => {
  const table = new ReleaseMemory()
  for (const [compiled, sinceMs] of versions)
    await recordAndAnnounceCampaign(compiled.plan, contentVersionsOf(compiled), sinceMs, table)
  return table.stored
}

export const planStore = (
  releases: StoredReleases,
  leads: Readonly<Record<string, readonly Fact[]>>,
  nowMs: number,
): PlanStore => ({
  place: 'memory',
  nowMs,
  releases: async () => releases,
  async *items() {
    for (const [id, facts] of Object.entries(leads))
      for (const fact of facts) yield { pk: `LEAD#${id}`, sk: `FACT#${factKey(fact)}`, ...fact }
  },
  close: async () => {},
})
