/** Reads a lead, decides, and has what must be on record first recorded. */
import type { LeadRecord, LeadTable } from '../../aws/lead-table.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { type Settled, settle } from '../../domain/settle.ts'

/** Someone who looks at the same moment may come first, and may be overtaken in turn. */
const attempts = 4

export const settleLead = async (
  leadId: string,
  campaign: Campaign,
  nowMs: number,
  table: Pick<LeadTable, 'read' | 'recordFact'>,
): Promise<Settled & { readonly record: LeadRecord }> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record = await table.read(leadId)
    const settled = settle(leadId, record.facts, campaign, nowMs)
    const outcomes = []
    for (const fact of settled.records) outcomes.push(await table.recordFact(leadId, fact))
    // What another wrote under the same key is what counts, and may lead elsewhere.
    if (!outcomes.includes('alreadyRecorded')) return { ...settled, record }
  }
  throw new LoggableError(
    `Lead ${leadId} was recorded on by others ${attempts} times while it was decided on; it will be looked at again.`,
  )
}
