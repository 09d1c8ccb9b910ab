/** How often in a row SES has not answered: one item in the table, which all instances of the function go by. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { keys } from '../contracts/names.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

export class SendBreaker {
  readonly #dynamo: DynamoDBClient
  readonly #item: { TableName: string; Key: { pk: { S: string }; sk: { S: string } } }

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#item = { TableName: tableName, Key: { pk: { S: keys.sesAnswers }, sk: { S: keys.sesAnswers } } }
  }

  /** Calls in a row that got no answer. */
  async unanswered(): Promise<number> {
    const { Item } = await this.#dynamo.send(new GetItemCommand({ ...this.#item, ConsistentRead: true }))
    return Number(Item?.unanswered?.N ?? 0)
  }

  /** One more that got none; nobody probes before `probeAtMs`. */
  async countUnanswered(probeAtMs: number): Promise<void> {
    await this.#dynamo.send(
      new UpdateItemCommand({
        ...this.#item,
        UpdateExpression: 'ADD unanswered :one SET probeAtMs = :probe',
        ExpressionAttributeValues: { ':one': { N: '1' }, ':probe': { N: String(probeAtMs) } },
      }),
    )
  }

  /** Whether the caller is the one who probes now; the next may at `nextAtMs`. */
  async takeProbe(nowMs: number, nextAtMs: number): Promise<boolean> {
    const update = new UpdateItemCommand({
      ...this.#item,
      UpdateExpression: 'SET probeAtMs = :next',
      ConditionExpression: 'probeAtMs <= :now',
      ExpressionAttributeValues: { ':now': { N: String(nowMs) }, ':next': { N: String(nextAtMs) } },
    })
    return unlessRefused(this.#dynamo.send(update), true, refusedAs(ConditionalCheckFailedException, false))
  }

  /** SES has answered. */
  async reset(): Promise<void> {
    await this.#dynamo.send(new DeleteItemCommand(this.#item))
  }
}
