import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { SendBreaker } from '../../../shared/aws/send-breaker.ts'
import { conditionFailed, failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const breaker = new SendBreaker(dynamo, 'Leads')
const item = { TableName: 'Leads', Key: { pk: { S: 'SES' }, sk: { S: 'SES' } } }

test('no item means that SES answers; else it says how often in a row SES did not', async () => {
  aws
    .on(GetItemCommand)
    .resolvesOnce({})
    .resolvesOnce({ Item: { unanswered: { N: '5' } } })
  expect([await breaker.unanswered(), await breaker.unanswered()]).toEqual([0, 5])
  expect(aws.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({ ...item, ConsistentRead: true })
})

test('a call without an answer is added, and an answer takes the item away', async () => {
  aws.on(UpdateItemCommand).resolves({}).on(DeleteItemCommand).resolves({})
  await breaker.countUnanswered(1000)
  await breaker.reset()
  expect(aws.commandCalls(UpdateItemCommand)[0]?.args[0].input).toEqual({
    ...item,
    UpdateExpression: 'ADD unanswered :one SET probeAtMs = :probe',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':probe': { N: '1000' } },
  })
  expect(aws.commandCalls(DeleteItemCommand)[0]?.args[0].input).toEqual(item)
})

test('of those who would probe one does', async () => {
  aws.on(UpdateItemCommand).resolvesOnce({}).rejectsOnce(conditionFailed())
  expect([await breaker.takeProbe(1000, 2000), await breaker.takeProbe(1000, 2000)]).toEqual([true, false])
  expect(aws.commandCalls(UpdateItemCommand)[0]?.args[0].input).toEqual({
    ...item,
    UpdateExpression: 'SET probeAtMs = :next',
    ConditionExpression: 'probeAtMs <= :now',
    ExpressionAttributeValues: { ':now': { N: '1000' }, ':next': { N: '2000' } },
  })
})

test.each(unknownFailures)('%s is handed on', async (_, failure) => {
  aws.on(GetItemCommand).rejects(failure).on(UpdateItemCommand).rejects(failure)
  aws.on(DeleteItemCommand).rejects(failure)
  expect(await failureOf(breaker.unanswered())).toBe(failure)
  expect(await failureOf(breaker.countUnanswered(0))).toBe(failure)
  expect(await failureOf(breaker.takeProbe(0, 0))).toBe(failure)
  expect(await failureOf(breaker.reset())).toBe(failure)
})
