/** The leads of one page of the table: who they are, what their facts are called, and what their summaries say was done. */
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { readStanding, type Standing, standingFields } from '../contracts/stored.ts'

/** The last item that was read. */
export interface PlaceInTable {
  readonly pk: string
  readonly sk: string
}

/** One of `of` parts of the table, from 0; all items of a lead are in one. */
export interface Segment {
  readonly segment: number
  readonly of: number
}

export interface LeadOnPage {
  readonly leadId: string
  /** Of the lead's facts on this page, the kinds: their keys say them, so that no fact has to be readable. */
  readonly facts: readonly { readonly kind: string }[]
  /** `none`: the lead's summary is not on this page. `unreadable`: it is, and has not the shape of one. */
  readonly standing: Standing | 'none' | 'unreadable'
}

export interface LeadPage {
  /** In the table's order. */
  readonly leads: readonly LeadOnPage[]
  /** Absent after the last page of the segment. */
  readonly next: PlaceInTable | undefined
}

const leadPrefix = keys.lead('')
const fields = [keys.pk, keys.sk, ...standingFields]

export class LeadPages {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /**
   * Leads of the items after `after`, as many as DynamoDB reads at once: a megabyte of items, of which a tenth travels. A
   * lead's summary comes after its facts, and the page's end may part them.
   */
  async read({ segment, of }: Segment, after: PlaceInTable | undefined): Promise<LeadPage> {
    const { Items = [], LastEvaluatedKey } = await this.#dynamo.send(
      new ScanCommand({
        TableName: this.#tableName,
        Segment: segment,
        TotalSegments: of,
        ProjectionExpression: fields.map((_, at) => `#${at}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(fields.map((field, at) => [`#${at}`, field])),
        ...(after && { ExclusiveStartKey: { pk: { S: after.pk }, sk: { S: after.sk } } }),
      }),
    )
    const leads = new Map<string, { facts: { kind: string }[]; standing: LeadOnPage['standing'] }>()
    for (const item of Items) {
      const { pk, sk } = namesOf(item)
      const isSummary = sk === keys.summary
      if (!pk.startsWith(leadPrefix) || !(isSummary || sk.startsWith(keys.factPrefix))) continue
      const leadId = pk.slice(leadPrefix.length)
      const lead = leads.get(leadId) ?? { facts: [], standing: 'none' }
      leads.set(leadId, lead)
      if (isSummary) lead.standing = readStanding(unmarshall(item)) ?? 'unreadable'
      else lead.facts.push({ kind: kindOf(sk) })
    }
    return {
      leads: [...leads].map(([leadId, lead]) => ({ leadId, ...lead })),
      next: LastEvaluatedKey && namesOf(LastEvaluatedKey),
    }
  }
}

const kindOf = (sortKey: string): string => sortKey.slice(keys.factPrefix.length).split('#')[0] ?? ''

const namesOf = ({ pk, sk }: Record<string, AttributeValue>): PlaceInTable => ({
  pk: pk?.S ?? '',
  sk: sk?.S ?? '',
})
