/** Real leads to preview for: those of the pipeline that runs on this machine, read and never written. */

import { resolve } from 'node:path'
import { findRunning } from '../../local/running.ts'
import type { TableItem } from '../../shared/aws/lead-scan.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { keys } from '../../shared/contracts/names.ts'
import { readFacts } from '../../shared/contracts/read-facts.ts'
import { fold, type LeadState } from '../../shared/domain/fold.ts'
import { openStore } from '../leads/open-store.ts'
import type { LeadStore } from '../leads/store.ts'

/** Enough to choose from; a longer list nobody reads to its end. */
const mostLeads = 100

export interface PipelineLeads {
  /** Nobody where no pipeline runs. */
  list(): Promise<{ readonly id: string; readonly name: string }[]>
  /** Nothing where no pipeline runs or it has no such lead. */
  state(leadId: string, campaign: CompiledCampaign): Promise<LeadState | undefined>
}

export const pipelineLeads = (data: string): PipelineLeads => {
  /** A folder whose pipeline does not run is left alone: opening it would keep the pipeline from starting. */
  const withStore = async <T>(otherwise: T, use: (store: LeadStore) => Promise<T>): Promise<T> => {
    if (!(await findRunning(resolve(data)))) return otherwise
    const store = await openStore({ data }, 'read')
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  return {
    list: () =>
      withStore([], async (store) => {
        const leads: { id: string; name: string }[] = []
        for await (const { pk, sk, email, stage } of store.items()) {
          if (sk !== keys.summary) continue
          const id = String(pk).slice(keys.lead('').length)
          leads.push({ id, name: `${String(email)}, ${String(stage)} (${id.slice(0, 8)})` })
          if (leads.length === mostLeads) break
        }
        return leads
      }),
    state: (leadId, { plan }) =>
      withStore(undefined, async (store) => {
        const items: TableItem[] = []
        for await (const item of store.itemsOf(leadId))
          if (String(item.sk).startsWith(keys.factPrefix)) items.push(item)
        const { facts } = readFacts(items)
        const state = fold(leadId, facts, plan, store.nowMs)
        return state.email === undefined ? undefined : state
      }),
  }
}
