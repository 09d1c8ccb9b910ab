/** Where leads live: on this machine or in a deployed stack, import and export ask the same few things of it. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Recorded, recordFact, recordSuppressingFact } from '../../shared/aws/fact-writer.ts'
import { itemsOfLead, scanItems, type TableItem } from '../../shared/aws/lead-scan.ts'
import { ReleaseTable } from '../../shared/aws/release-table.ts'
import { TallyTable } from '../../shared/aws/tally-table.ts'
import type { StoredReleases } from '../../shared/contracts/releases.ts'
import type { SuppressionReason } from '../../shared/domain/contact.ts'
import type { Fact } from '../../shared/domain/facts.ts'

export interface LeadStore {
  /** For a person to read: "the pipeline that runs on .ripen". */
  readonly place: string
  /** Turns an address into a lead's id. */
  readonly identityKey: string
  /** When the store was opened, by the clock that its pipeline lives by. */
  readonly nowMs: number
  recordFact(leadId: string, fact: Fact): Promise<Recorded>
  /** The fact and the marker that stops every later send. */
  recordSuppressingFact(leadId: string, fact: Fact, reason: SuppressionReason): Promise<Recorded>
  /** All items of all leads; one lead's follow each other. */
  items(): AsyncIterable<TableItem>
  itemsOf(leadId: string): AsyncIterable<TableItem>
  /** What the deployed functions have seen of this campaign. Throws `UnreadableRelease`. */
  releases(campaign: string): Promise<StoredReleases>
  /** A day's counts by metric. */
  readTally: TallyTable['read']
  /** What must happen before leads that were written are scored and written to; absent: nothing, it happens. */
  readonly waitsFor?: string
  close(): Promise<void>
}

export interface TableStoreOptions {
  readonly place: string
  readonly dynamo: DynamoDBClient
  readonly tableName: string
  readonly identityKey: string
  readonly nowMs: number
  readonly close: () => Promise<void>
}

export const tableStore = (options: TableStoreOptions): LeadStore => {
  const { place, dynamo, tableName, identityKey, nowMs } = options
  const tally = new TallyTable(dynamo, tableName)
  return {
    place,
    identityKey,
    nowMs,
    recordFact: (leadId, fact) => recordFact(dynamo, tableName, leadId, fact),
    recordSuppressingFact: (leadId, fact, reason) =>
      recordSuppressingFact(dynamo, tableName, leadId, fact, reason),
    items: () => scanItems(dynamo, tableName),
    itemsOf: (leadId) => itemsOfLead(dynamo, tableName, leadId),
    releases: (campaign) => new ReleaseTable(dynamo, tableName).read(campaign),
    readTally: (campaign, day) => tally.read(campaign, day),
    close: async () => {
      dynamo.destroy()
      await options.close()
    },
  }
}
