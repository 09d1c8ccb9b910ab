/** Everything in the table, a page at a time: for whoever takes leads out of it. */
import { type DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'

export type TableItem = Readonly<Record<string, unknown>>

/** One lead's items follow each other: a scan takes one partition key after the other, by sort key within each. */
export async function* scanItems(dynamo: DynamoDBClient, tableName: string): AsyncGenerator<TableItem> {
  for await (const page of paginateScan({ client: dynamo }, { TableName: tableName }))
    for (const item of page.Items ?? []) yield unmarshall(item)
}

export async function* itemsOfLead(
  dynamo: DynamoDBClient,
  tableName: string,
  leadId: string,
): AsyncGenerator<TableItem> {
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: keys.lead(leadId) } },
    ConsistentRead: true,
  }
  for await (const page of paginateQuery({ client: dynamo }, query))
    for (const item of page.Items ?? []) yield unmarshall(item)
}
