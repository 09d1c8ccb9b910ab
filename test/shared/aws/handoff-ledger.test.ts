import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { HandOffLedger } from '../../../shared/aws/handoff-ledger.ts'
import { conditionFailed, failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const ledger = new HandOffLedger(dynamo, 'Leads')
const handOff = { leadId: 'a1', cycle: 2 }
const Key = { pk: { S: 'LEAD#a1' }, sk: { S: 'HANDOFF#2' } }
const inputs = () => aws.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input)

test('a hand-off is taken for a minute and a half, where nobody has it or the message is the one that it waits for', async () => {
  aws.on(UpdateItemCommand).resolves({})
  expect(await ledger.take(handOff, 3, 1_000_000)).toEqual(new Set())
  expect(inputs()).toEqual([
    {
      TableName: 'Leads',
      Key,
      UpdateExpression: 'SET heldUntilMs = :until REMOVE awaitedPutBacks',
      ConditionExpression:
        'attribute_not_exists(heldUntilMs) OR heldUntilMs <= :now OR awaitedPutBacks = :putBacks',
      ExpressionAttributeValues: {
        ':now': { N: '1000000' },
        ':until': { N: '1090000' },
        ':putBacks': { N: '3' },
      },
      ReturnValues: 'ALL_NEW',
    },
  ])
})

test('whoever takes it learns which channels have it', async () => {
  aws.on(UpdateItemCommand).resolves({ Attributes: { heldUntilMs: { N: '1' }, emailToldAtMs: { N: '1' } } })
  expect(await ledger.take(handOff, 0, 0)).toEqual(new Set(['email']))
})

test('a hand-off that another has is left alone', async () => {
  aws.on(UpdateItemCommand).rejects(conditionFailed())
  expect(await ledger.take(handOff, 0, 0)).toBe('inHand')
})

test('a channel that took it is marked, and a message that was put back is awaited until an hour after its time', async () => {
  aws.on(UpdateItemCommand).resolves({})
  await ledger.markTold(handOff, 'bus', 7)
  await ledger.awaitPutBack(handOff, 4, 100_000)
  expect(inputs()).toEqual([
    {
      TableName: 'Leads',
      Key,
      UpdateExpression: 'SET #told = :at',
      ExpressionAttributeNames: { '#told': 'busToldAtMs' },
      ExpressionAttributeValues: { ':at': { N: '7' } },
    },
    {
      TableName: 'Leads',
      Key,
      UpdateExpression: 'SET heldUntilMs = :until, awaitedPutBacks = :putBacks',
      ExpressionAttributeValues: { ':until': { N: '3700000' }, ':putBacks': { N: '4' } },
    },
  ])
})

test.each(unknownFailures)('%s is handed on', async (_, failure) => {
  aws.on(UpdateItemCommand).rejects(failure)
  expect(await failureOf(ledger.take(handOff, 0, 0))).toBe(failure)
  expect(await failureOf(ledger.markTold(handOff, 'bus', 0))).toBe(failure)
  expect(await failureOf(ledger.awaitPutBack(handOff, 1, 0))).toBe(failure)
})
