import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { CapTable } from '../../../shared/aws/cap-table.ts'
import { conditionFailed, failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const caps = new CapTable(dynamo, 'Leads')
const slot = { kind: 'domain', name: 'example.com', hourMs: Date.parse('2026-03-02T10:00:00Z') } as const
const Key = { pk: { S: 'CAP#domain#example.com' }, sk: { S: '2026-03-02T10:00:00.000Z' } }

test('a slot is taken by one conditional write, and its counter lives a day beyond its hour', async () => {
  aws.on(UpdateItemCommand).resolves({})
  expect(await caps.acquire(slot, 30)).toBe(true)
  expect(aws.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)).toEqual([
    {
      TableName: 'Leads',
      Key,
      UpdateExpression: 'ADD taken :one SET expiresAtSeconds = :expires',
      ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':limit': { N: '30' },
        ':expires': { N: '1772532000' },
      },
    },
  ])
})

test('a full hour has no slot', async () => {
  aws.on(UpdateItemCommand).rejects(conditionFailed())
  expect(await caps.acquire(slot, 30)).toBe(false)
})

test('a slot that was not used is given back', async () => {
  aws.on(UpdateItemCommand).resolves({})
  await caps.release(slot)
  expect(aws.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)).toEqual([
    {
      TableName: 'Leads',
      Key,
      UpdateExpression: 'ADD taken :less',
      ExpressionAttributeValues: { ':less': { N: '-1' } },
    },
  ])
})

test.each(unknownFailures)('%s is neither a slot nor the want of one', async (_, failure) => {
  aws.on(UpdateItemCommand).rejects(failure)
  expect(await failureOf(caps.acquire(slot, 30))).toBe(failure)
  expect(await failureOf(caps.release(slot))).toBe(failure)
})
