/** Writes facts: each at most once, by its natural key. Apart from the rest of the table so that capture stays small. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { type Fact, factKey } from '../domain/facts.ts'
import type { SuppressionReason } from '../domain/fold.ts'

export type Recorded = 'recorded' | 'alreadyRecorded'

export const isAbsent = 'attribute_not_exists(pk)'

/** One conditional write. A fact that is there already stays as it is. */
export const recordFact = async (
  dynamo: DynamoDBClient,
  tableName: string,
  leadId: string,
  fact: Fact,
): Promise<Recorded> => {
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: tableName,
        Item: factItem(leadId, fact),
        ConditionExpression: isAbsent,
      }),
    )
    return 'recorded'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'alreadyRecorded'
    throw error
  }
}

/** The fact and the marker that stops every later send, together or not at all. */
export const recordSuppressingFact = async (
  dynamo: DynamoDBClient,
  tableName: string,
  leadId: string,
  fact: Fact,
  reason: SuppressionReason,
): Promise<Recorded> => {
  const marker = marshall({ pk: keys.lead(leadId), sk: keys.suppressed, reason, atMs: fact.atMs })
  try {
    await dynamo.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: tableName, Item: factItem(leadId, fact), ConditionExpression: isAbsent } },
          { Put: { TableName: tableName, Item: marker } },
        ],
      }),
    )
    return 'recorded'
  } catch (error) {
    // The marker was written together with the fact that is there already, so nothing is missing.
    if (error instanceof TransactionCanceledException && failedCondition(error) === 0)
      return 'alreadyRecorded'
    throw error
  }
}

/** Index of the first element whose condition failed, or -1 where the transaction failed for another reason. */
export const failedCondition = (error: TransactionCanceledException): number =>
  error.CancellationReasons?.findIndex((reason) => reason.Code === 'ConditionalCheckFailed') ?? -1

export const factItem = (leadId: string, fact: Fact) =>
  marshall({ pk: keys.lead(leadId), sk: keys.fact(factKey(fact)), ...fact }, { removeUndefinedValues: true })
