/** The counters that reports are made from, and the ledger of reports sent. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { counterKey, type DayCount, readCounter } from '../contracts/counters.ts'
import { keys } from '../contracts/names.ts'
import { deleteOwnClaim } from './own-claim.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

export class TallyTable {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /**
   * Adds one window's count to a shard's counter, unless that counter has applied it already. `windowStart` is the
   * window's, or that of one of its parts.
   */
  async add(counter: {
    campaign: string
    day: string
    metric: string
    shard: string
    count: number
    windowStart: string
  }): Promise<void> {
    const update = new UpdateItemCommand({
      TableName: this.#tableName,
      Key: marshall(counterKey(counter)),
      UpdateExpression: 'ADD #count :count SET #window = :window',
      // ISO instants of equal length sort by time, and what follows them by its place in the shard.
      ConditionExpression: 'attribute_not_exists(#window) OR #window < :window',
      ExpressionAttributeNames: { '#count': 'count', '#window': 'window' },
      ExpressionAttributeValues: {
        ':count': { N: String(counter.count) },
        ':window': { S: counter.windowStart },
      },
    })
    await unlessRefused(this.#dynamo.send(update), true, refusedAs(ConditionalCheckFailedException, false))
  }

  /** The day's counts by metric, summed over shards, without those of tests. `day` is `yyyy-mm-dd`, UTC. */
  async read(campaign: string, day: string): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for await (const { metric, count } of this.#counters('pk = :pk', { ':pk': keys.tally(campaign, day) }))
      counts.set(metric, (counts.get(metric) ?? 0) + count)
    return counts
  }

  /** What tests and the hold-out have counted since a day, that day included: an entry per day, metric and shard. */
  async readTests(campaign: string, fromDay: string): Promise<readonly DayCount[]> {
    const counts: DayCount[] = []
    for await (const one of this.#counters('pk = :pk AND sk >= :from', {
      ':pk': keys.tests(campaign),
      ':from': fromDay,
    }))
      counts.push(one)
    return counts
  }

  /** Claims the report that ends on `day`: a schedule that fires twice sends one email. */
  async claimReport(
    campaign: string,
    day: string,
    claimedAtMs: number,
  ): Promise<'claimed' | 'alreadyClaimed'> {
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: { ...reportKey(campaign, day), claimedAtMs: { N: String(claimedAtMs) } },
      ConditionExpression: 'attribute_not_exists(pk)',
    })
    return unlessRefused(
      this.#dynamo.send(put),
      'claimed',
      refusedAs(ConditionalCheckFailedException, 'alreadyClaimed'),
    )
  }

  /** Gives the claim of that time back, after SES refused for certain; one that somebody made since stays. */
  async releaseReport(campaign: string, day: string, claimedAtMs: number): Promise<void> {
    await deleteOwnClaim(this.#dynamo, this.#tableName, reportKey(campaign, day), claimedAtMs)
  }

  async *#counters(condition: string, values: Readonly<Record<string, string>>): AsyncGenerator<DayCount> {
    let from: QueryCommand['input']['ExclusiveStartKey']
    do {
      const page = await this.#dynamo.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: condition,
          ExpressionAttributeValues: marshall(values),
          ...(from && { ExclusiveStartKey: from }),
        }),
      )
      for (const item of page.Items ?? []) {
        const counter = readCounter(unmarshall(item))
        if (counter) yield counter
      }
      from = page.LastEvaluatedKey
    } while (from)
  }
}

const reportKey = (campaign: string, day: string) => ({ pk: { S: keys.report(campaign) }, sk: { S: day } })
