import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { itemsOfLead, scanItems } from '../../../shared/aws/lead-scan.ts'
import { failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const first = { pk: 'LEAD#1', sk: 'LEAD', version: 1 }
const last = { pk: 'TALLY#test#2026-03-02', sk: 'source|Google|captured#shard', count: 2 }
const empty = { Items: [], LastEvaluatedKey: marshall({ pk: 'LEAD#2', sk: 'LEAD' }) }

const all = async (items: AsyncIterable<unknown>) => {
  const given: unknown[] = []
  for await (const item of items) given.push(item)
  return given
}

describe('a scan', () => {
  test('gives every item of every page, and does not stop at an empty one', async () => {
    aws
      .on(ScanCommand)
      .resolvesOnce({ Items: [marshall(first)], LastEvaluatedKey: marshall({ pk: 'LEAD#1', sk: 'LEAD' }) })
      .resolvesOnce(empty)
      .resolvesOnce({ Items: [marshall(last)] })
    expect(await all(scanItems(dynamo, 'Leads'))).toEqual([first, last])
    expect(aws.commandCalls(ScanCommand)).toHaveLength(3)
  })

  test.each(unknownFailures)('hands on %s in the middle', async (_, failure) => {
    aws.on(ScanCommand).resolvesOnce(empty).rejectsOnce(failure)
    expect(await failureOf(all(scanItems(dynamo, 'Leads')))).toBe(failure)
  })
})

test('one lead’s items are asked for consistently, and given to the last page', async () => {
  const pages = [empty, { Items: [marshall(first)] }]
  // Copied, because the paginator goes on with one and the same object.
  const asked: object[] = []
  aws.on(QueryCommand).callsFake((input) => {
    asked.push({ ...input })
    return pages.shift()
  })
  expect(await all(itemsOfLead(dynamo, 'Leads', '1'))).toEqual([first])
  const query = {
    TableName: 'Leads',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'LEAD#1' } },
    ConsistentRead: true,
  }
  expect(asked).toEqual([query, { ...query, ExclusiveStartKey: { pk: { S: 'LEAD#2' }, sk: { S: 'LEAD' } } }])
})
