/** The leads of one page of the table: who they are and what their summaries say. */
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { readSummary, type Summary } from '../contracts/stored.ts'

/** The last item that was read. */
export interface PlaceInTable {
  readonly pk: string
  readonly sk: string
}

export interface LeadPage {
  readonly leads: readonly { readonly leadId: string; readonly summary: Summary | undefined }[]
  /** Absent after the last page. */
  readonly next: PlaceInTable | undefined
}

/** Some thirty leads with their facts: to look at all of them takes a few seconds. */
export const itemsPerPage = 500

const leadPrefix = keys.lead('')

export class LeadPages {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /**
   * Leads of the items after `after`. A lead's summary comes after its facts, so a lead that the page's end cuts in two
   * may be given without its summary, and again on the next page. A summary that cannot be read counts as none.
   */
  async read(after: PlaceInTable | undefined): Promise<LeadPage> {
    const { Items = [], LastEvaluatedKey } = await this.#dynamo.send(
      new ScanCommand({
        TableName: this.#tableName,
        Limit: itemsPerPage,
        ...(after && { ExclusiveStartKey: { pk: { S: after.pk }, sk: { S: after.sk } } }),
      }),
    )
    const leads = new Map<string, Summary | undefined>()
    for (const item of Items) {
      const { pk, sk } = namesOf(item)
      if (!pk.startsWith(leadPrefix)) continue
      const leadId = pk.slice(leadPrefix.length)
      if (sk === keys.summary) leads.set(leadId, readSummary(unmarshall(item)))
      else if (sk.startsWith(keys.factPrefix) && !leads.has(leadId)) leads.set(leadId, undefined)
    }
    return {
      leads: [...leads].map(([leadId, summary]) => ({ leadId, summary })),
      next: LastEvaluatedKey && namesOf(LastEvaluatedKey),
    }
  }
}

const namesOf = ({ pk, sk }: Record<string, AttributeValue>): PlaceInTable => ({
  pk: pk?.S ?? '',
  sk: sk?.S ?? '',
})
