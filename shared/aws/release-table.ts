/** The releases of a campaign's sequences, as the deployed functions saw them, and which version they saw last. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { type Outline, readReleases, type StoredReleases } from '../contracts/releases.ts'
import type { Release } from '../domain/campaign.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

export class ReleaseTable {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /** Throws `UnreadableRelease`. */
  async read(campaign: string): Promise<StoredReleases> {
    const items: Record<string, unknown>[] = []
    const query = {
      TableName: this.#tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: keys.releases(campaign) } },
      ConsistentRead: true,
    }
    for await (const page of paginateQuery({ client: this.#dynamo }, query))
      items.push(...(page.Items ?? []).map((item) => unmarshall(item)))
    return readReleases(items)
  }

  /** A release that begins at the same moment is the same one. */
  async add(campaign: string, { sinceMs, sequence }: Release): Promise<void> {
    await this.#put(
      {
        pk: keys.releases(campaign),
        sk: keys.release(sequence.id, sinceMs),
        sinceMs,
        // As text: nothing asks for a part of it, and a map would be read back with other types.
        sequence: JSON.stringify(sequence),
      },
      'attribute_not_exists(pk)',
    )
  }

  /** Says which version is in force, and in place of which. Gives whether it was another before. */
  async announce(
    campaign: string,
    version: string,
    replaced: string | undefined,
    sinceMs: number,
    outline: Outline,
  ): Promise<boolean> {
    return this.#put(
      {
        pk: keys.releases(campaign),
        sk: keys.versionInForce,
        version,
        ...(replaced !== undefined && { replaced }),
        sinceMs,
        outline: JSON.stringify(outline),
      },
      'attribute_not_exists(pk) OR version <> :version',
      { ':version': { S: version } },
    )
  }

  /** False where the condition does not hold. */
  async #put(
    item: Record<string, unknown>,
    condition: string,
    values?: Record<string, { S: string }>,
  ): Promise<boolean> {
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: marshall(item),
      ConditionExpression: condition,
      ...(values && { ExpressionAttributeValues: values }),
    })
    return unlessRefused(this.#dynamo.send(put), true, refusedAs(ConditionalCheckFailedException, false))
  }
}
