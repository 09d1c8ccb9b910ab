/** The hourly caps on confirmations: counters that take a slot only while one is left. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { keys } from '../contracts/names.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

/** One slot under one cap. */
export interface CapSlot {
  readonly kind: 'network' | 'domain' | 'all'
  /** Of the network or the domain. */
  readonly name: string
  /** Start of the hour, epoch milliseconds. */
  readonly hourMs: number
}

export class CapTable {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /** One conditional write: whether there was a slot left. */
  async acquire(slot: CapSlot, limit: number): Promise<boolean> {
    const update = new UpdateItemCommand({
      ...this.#item(slot),
      UpdateExpression: `ADD taken :one SET ${keys.expiresAtSeconds} = :expires`,
      ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':limit': { N: String(limit) },
        // A day later nobody asks for it any more.
        ':expires': { N: String(slot.hourMs / 1000 + 86_400) },
      },
    })
    return unlessRefused(this.#dynamo.send(update), true, refusedAs(ConditionalCheckFailedException, false))
  }

  /** The slot was not used after all. */
  async release(slot: CapSlot): Promise<void> {
    await this.#dynamo.send(
      new UpdateItemCommand({
        ...this.#item(slot),
        UpdateExpression: 'ADD taken :less',
        ExpressionAttributeValues: { ':less': { N: '-1' } },
      }),
    )
  }

  #item({ kind, name, hourMs }: CapSlot) {
    return {
      TableName: this.#tableName,
      Key: { pk: { S: keys.cap(kind, name) }, sk: { S: new Date(hourMs).toISOString() } },
    }
  }
}
