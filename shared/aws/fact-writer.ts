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
import type { SuppressionReason } from '../domain/contact.ts'
import { type Fact, factKey } from '../domain/facts.ts'
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

/** The fact and the marker that stops later sends, together or not at all. */
export const recordSuppressingFact = async (
  dynamo: DynamoDBClient,
  tableName: string,
  leadId: string,
  fact: Fact,
  reason: SuppressionReason,
): Promise<Recorded> => {
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName: tableName, Item: factItem(leadId, fact), ConditionExpression: isAbsent } },
      markerWrite(tableName, leadId, fact, reason),
    ],
  })
  // The marker was written together with the fact that is there already, so nothing is missing.
  const written = await unlessRefused(
    retryContended(() => dynamo.send(transaction)),
    'recorded' as const,
    conditionsFailedAs(['alreadyRecorded' as const, 'markerHolds' as const]),
  )
  return written === 'markerHolds' ? recordFact(dynamo, tableName, leadId, fact) : written
}

/**
 * One item for a lead: `reason` and `atMs` where nothing may be sent to it at all, and in `bounced` the addresses that
 * take no mail. An unsubscribe does not replace a later one, nor a reason that only a person can lift.
 */
const markerWrite = (TableName: string, leadId: string, fact: Fact, reason: SuppressionReason) => {
  const key = { pk: { S: keys.lead(leadId) }, sk: { S: keys.suppressed } }
  if (fact.kind === 'BOUNCED' && fact.address !== undefined)
    return {
      Update: {
        TableName,
        Key: key,
        UpdateExpression: 'ADD bounced :address',
        ExpressionAttributeValues: { ':address': { SS: [fact.address] } },
      },
    }
  const put = { TableName, Item: { ...key, reason: { S: reason }, atMs: { N: String(fact.atMs) } } }
  if (reason !== 'unsubscribed') return { Put: put }
  const condition = {
    ConditionExpression: 'attribute_not_exists(reason) OR (reason = :unsubscribed AND atMs < :at)',
    ExpressionAttributeValues: { ':unsubscribed': { S: 'unsubscribed' }, ':at': { N: String(fact.atMs) } },
  }
  return { Put: { ...put, ...condition } }
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
