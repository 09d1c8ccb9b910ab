import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { TallyTable } from '../../../shared/aws/tally-table.ts'
import { conditionFailed, failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const tally = new TallyTable(dynamo, 'Leads')
const window = {
  campaign: 'test',
  day: '2026-03-02',
  metric: 'source|Google|captured',
  shard: 'shard-1',
  count: 3,
  windowStart: '2026-03-02T10:00:00Z',
}
const counter = (metric: string, shard: string, count: number) =>
  marshall({ pk: 'TALLY#test#2026-03-02', sk: `${metric}#${shard}`, count })

describe('a window’s count', () => {
  test('is added to its shard’s counter, on the condition that this window has not been', async () => {
    aws.on(UpdateItemCommand).resolves({})
    await tally.add(window)
    expect(aws.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'Leads',
        Key: { pk: { S: 'TALLY#test#2026-03-02' }, sk: { S: 'source|Google|captured#shard-1' } },
        UpdateExpression: 'ADD #count :count SET #window = :window',
        ConditionExpression: 'attribute_not_exists(#window) OR #window < :window',
        ExpressionAttributeNames: { '#count': 'count', '#window': 'window' },
        ExpressionAttributeValues: { ':count': { N: '3' }, ':window': { S: '2026-03-02T10:00:00Z' } },
      },
    ])
  })

  test('that has been added already is done', async () => {
    aws.on(UpdateItemCommand).rejects(conditionFailed())
    await tally.add(window)
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws.on(UpdateItemCommand).rejects(failure)
    expect(await failureOf(tally.add(window))).toBe(failure)
  })
})

describe('a day’s counts', () => {
  test('are summed over shards and pages, past a page that is empty', async () => {
    aws
      .on(QueryCommand)
      .resolvesOnce({
        Items: [counter('source|Google|captured', 'shard-1', 3), counter('source|Google|won', 'shard-1', 1)],
        LastEvaluatedKey: marshall({ pk: 'TALLY#test#2026-03-02', sk: 'a' }),
      })
      .resolvesOnce({ Items: [], LastEvaluatedKey: marshall({ pk: 'TALLY#test#2026-03-02', sk: 'b' }) })
      .resolvesOnce({ Items: [counter('source|Google|captured', 'shard-2', 4)] })
    expect([...(await tally.read('test', '2026-03-02'))]).toEqual([
      ['source|Google|captured', 7],
      ['source|Google|won', 1],
    ])
    expect(aws.commandCalls(QueryCommand).map(({ args }) => args[0].input.ExclusiveStartKey)).toEqual([
      undefined,
      { pk: { S: 'TALLY#test#2026-03-02' }, sk: { S: 'a' } },
      { pk: { S: 'TALLY#test#2026-03-02' }, sk: { S: 'b' } },
    ])
  })

  test.each(unknownFailures)('hand on %s in the middle', async (_, failure) => {
    aws
      .on(QueryCommand)
      .resolvesOnce({ LastEvaluatedKey: marshall({ pk: 'a', sk: 'b' }) })
      .rejectsOnce(failure)
    expect(await failureOf(tally.read('test', '2026-03-02'))).toBe(failure)
  })
})

test('the counts of tests are read from a day on, one by one', async () => {
  aws.on(QueryCommand).resolves({
    Items: [marshall({ pk: 'TESTS#test', sk: '2026-03-02|variant|learn|one|a|sent#shard-1', count: 5 })],
  })
  expect(await tally.readTests('test', '2026-03-01')).toEqual([
    { day: '2026-03-02', metric: 'variant|learn|one|a|sent', count: 5 },
  ])
  expect(aws.commandCalls(QueryCommand)[0]?.args[0].input).toEqual({
    TableName: 'Leads',
    KeyConditionExpression: 'pk = :pk AND sk >= :from',
    ExpressionAttributeValues: { ':pk': { S: 'TESTS#test' }, ':from': { S: '2026-03-01' } },
  })
})

describe('a report', () => {
  const claim = () => tally.claimReport('test', '2026-03-02', 1772445600000)

  test('is claimed once', async () => {
    aws.on(PutItemCommand).resolvesOnce({}).rejectsOnce(conditionFailed())
    expect([await claim(), await claim()]).toEqual(['claimed', 'alreadyClaimed'])
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Leads',
      Item: { pk: { S: 'REPORT#test' }, sk: { S: '2026-03-02' }, claimedAtMs: { N: '1772445600000' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    })
  })

  test('is given back by its key and its time, so that nobody else’s is', async () => {
    aws.on(DeleteItemCommand).resolvesOnce({}).rejectsOnce(conditionFailed())
    await tally.releaseReport('test', '2026-03-02', 1772445600000)
    await tally.releaseReport('test', '2026-03-02', 1772445600000)
    expect(aws.commandCalls(DeleteItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Leads',
      Key: { pk: { S: 'REPORT#test' }, sk: { S: '2026-03-02' } },
      ConditionExpression: 'claimedAtMs = :own',
      ExpressionAttributeValues: { ':own': { N: '1772445600000' } },
    })
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws.on(PutItemCommand).rejects(failure)
    expect(await failureOf(claim())).toBe(failure)
  })
})
