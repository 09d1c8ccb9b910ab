/** Writes facts, each at most once, by its natural key: all of the table that capture and import need. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { type Fact, factKey } from '../domain/facts.ts'
import type { SuppressionReason } from '../domain/fold.ts'
import { cancellationPasses, tryAgain } from './try-again.ts'
import { type Meaning, refusedAs, unlessRefused } from './unless-refused.ts'

export type Recorded = 'recorded' | 'alreadyRecorded'

export const isAbsent = 'attribute_not_exists(pk)'

/** One conditional write. A fact that is there already stays as it is. */
export const recordFact = async (
  dynamo: DynamoDBClient,
  tableName: string,
  leadId: string,
  fact: Fact,
): Promise<Recorded> => {
  const put = new PutItemCommand({
    TableName: tableName,
    Item: factItem(leadId, fact),
    ConditionExpression: isAbsent,
  })
  return unlessRefused(
    retryContended(() => dynamo.send(put)),
    'recorded',
    refusedAs(ConditionalCheckFailedException, 'alreadyRecorded'),
  )
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
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName: tableName, Item: factItem(leadId, fact), ConditionExpression: isAbsent } },
      { Put: { TableName: tableName, Item: marker } },
    ],
  })
  // The marker was written together with the fact that is there already, so nothing is missing.
  return unlessRefused(
    retryContended(() => dynamo.send(transaction)),
    'recorded',
    conditionsFailedAs(['alreadyRecorded']),
  )
}

/** Two who write about one lead at one moment exclude each other; the client leaves it to us to try again. */
export const retryContended = <Given>(call: () => Promise<Given>): Promise<Given> =>
  tryAgain(call, isContended)

const isContended = (failure: unknown): boolean =>
  failure instanceof TransactionConflictException ||
  (failure instanceof TransactionCanceledException &&
    cancellationPasses((failure.CancellationReasons ?? []).map(({ Code }) => Code)))

/** What a cancelled transaction says: the answer in the place of the first item whose condition failed. */
export const conditionsFailedAs =
  <Answer>(answers: readonly Answer[]): Meaning<Answer> =>
  (error) => {
    if (!(error instanceof TransactionCanceledException)) return undefined
    const at = error.CancellationReasons?.findIndex(({ Code }) => Code === 'ConditionalCheckFailed') ?? -1
    return answers[at]
  }

export const factItem = (leadId: string, fact: Fact) =>
  marshall({ pk: keys.lead(leadId), sk: keys.fact(factKey(fact)), ...fact }, { removeUndefinedValues: true })
