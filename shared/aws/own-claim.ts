/** A claim on an email is given back by whoever made it, and by nobody else. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { retryContended } from './fact-writer.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

/**
 * Deletes a claim, unless it is of another time. The call that deletes may be repeated, by us or by the SDK, after its
 * first try went through unheard; by then somebody else may have claimed the same email and be about to send it.
 */
export const deleteOwnClaim = async (
  dynamo: DynamoDBClient,
  tableName: string,
  key: Readonly<Record<'pk' | 'sk', AttributeValue>>,
  claimedAtMs: number,
): Promise<void> => {
  const remove = new DeleteItemCommand({
    TableName: tableName,
    Key: key,
    ConditionExpression: 'claimedAtMs = :own',
    ExpressionAttributeValues: { ':own': { N: String(claimedAtMs) } },
  })
  await unlessRefused(
    retryContended(() => dynamo.send(remove)),
    true,
    refusedAs(ConditionalCheckFailedException, false),
  )
}
