/** How far a hand-off has come: who has it in hand, and which of bus and email have it, so that a retry repeats neither. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'

/** How others are told of a ready lead. */
export type Channel = 'bus' | 'email'

export interface HandOff {
  readonly leadId: string
  readonly cycle: number
}

/** Longer than an invocation of the function takes (a minute), and shorter than its queue hides a message (six). */
const attemptMs = 90 * 1000

/** A message that was put back and is this late is lost, and whoever asks next has the hand-off. */
const lostAfterMs = 60 * 60 * 1000

export class HandOffLedger {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /**
   * Takes the hand-off in hand, for the message that was put back `putBacks` times; gives the channels that have it
   * already. `inHand`: another message has it, which is awaited or being worked on.
   */
  async take(handOff: HandOff, putBacks: number, nowMs: number): Promise<ReadonlySet<Channel> | 'inHand'> {
    const update = this.#update(handOff, {
      UpdateExpression: 'SET heldUntilMs = :until REMOVE awaitedPutBacks',
      ConditionExpression:
        'attribute_not_exists(heldUntilMs) OR heldUntilMs <= :now OR awaitedPutBacks = :putBacks',
      ExpressionAttributeValues: {
        ':now': { N: String(nowMs) },
        ':until': { N: String(nowMs + attemptMs) },
        ':putBacks': { N: String(putBacks) },
      },
      ReturnValues: 'ALL_NEW',
    })
    try {
      const { Attributes = {} } = await this.#dynamo.send(update)
      const item = unmarshall(Attributes)
      return new Set((['bus', 'email'] as const).filter((channel) => item[toldAt(channel)] !== undefined))
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'inHand'
      throw error
    }
  }

  /** The channel has taken it. */
  async markTold(handOff: HandOff, channel: Channel, atMs: number): Promise<void> {
    await this.#dynamo.send(
      this.#update(handOff, {
        UpdateExpression: 'SET #told = :at',
        ExpressionAttributeNames: { '#told': toldAt(channel) },
        ExpressionAttributeValues: { ':at': { N: String(atMs) } },
      }),
    )
  }

  /** From now on it waits for the message that was put back `putBacks` times, due at `dueAtMs`. */
  async awaitPutBack(handOff: HandOff, putBacks: number, dueAtMs: number): Promise<void> {
    await this.#dynamo.send(
      this.#update(handOff, {
        UpdateExpression: 'SET heldUntilMs = :until, awaitedPutBacks = :putBacks',
        ExpressionAttributeValues: {
          ':until': { N: String(dueAtMs + lostAfterMs) },
          ':putBacks': { N: String(putBacks) },
        },
      }),
    )
  }

  #update(
    { leadId, cycle }: HandOff,
    change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
  ): UpdateItemCommand {
    const Key = { pk: { S: keys.lead(leadId) }, sk: { S: keys.handOff(cycle) } }
    return new UpdateItemCommand({ TableName: this.#tableName, Key, ...change })
  }
}

const toldAt = (channel: Channel): string => `${channel}ToldAtMs`
