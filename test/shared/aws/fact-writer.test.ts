import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordFact, recordSuppressingFact } from '../../../shared/aws/fact-writer.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import {
  cancelled,
  conditionFailed,
  conflict,
  failureOf,
  unknownFailures,
} from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => {
  aws.reset()
  // Nobody waits in a test for the pause before a call is made again.
  vi.useFakeTimers()
})
afterEach(() => void vi.useRealTimers())

/** What becomes of it once every pause is over. */
const inTime = async <T>(call: Promise<T>): Promise<T> => {
  call.catch(() => {})
  await vi.runAllTimersAsync()
  return call
}

const atMs = Date.parse('2026-03-02T10:00:00Z')
const sent: Fact = { kind: 'SENT', enrolment: 'learn-1', step: 'one', email: 'one', messageId: 'm1', atMs }
const unsubscribed: Fact = { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs }

describe('a fact', () => {
  const record = () => recordFact(dynamo, 'Leads', '7f3c', sent)

  test('is one write by its natural key, on the condition that it is not there', async () => {
    aws.on(PutItemCommand).resolves({})
    expect(await record()).toBe('recorded')
    expect(aws.commandCalls(PutItemCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'Leads',
        Item: {
          pk: { S: 'LEAD#7f3c' },
          sk: { S: 'FACT#SENT#learn-1#one' },
          kind: { S: 'SENT' },
          enrolment: { S: 'learn-1' },
          step: { S: 'one' },
          email: { S: 'one' },
          messageId: { S: 'm1' },
          atMs: { N: '1772445600000' },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ])
  })

  test('that is there already stays as it is', async () => {
    aws.on(PutItemCommand).rejects(conditionFailed())
    expect(await record()).toBe('alreadyRecorded')
  })

  test('that meets a transaction on its item is written a moment later', async () => {
    aws.on(PutItemCommand).rejectsOnce(conflict()).rejectsOnce(conflict()).resolves({})
    expect(await inTime(record())).toBe('recorded')
    expect(aws.commandCalls(PutItemCommand)).toHaveLength(3)
  })

  test('that meets one each time is left to the caller after four tries', async () => {
    aws.on(PutItemCommand).rejects(conflict())
    expect(await failureOf(inTime(record()))).toMatchObject({ name: 'TransactionConflictException' })
    expect(aws.commandCalls(PutItemCommand)).toHaveLength(4)
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws.on(PutItemCommand).rejects(failure)
    expect(await failureOf(record())).toBe(failure)
  })
})

describe('a fact that stops every later send', () => {
  const record = () => recordSuppressingFact(dynamo, 'Leads', '7f3c', unsubscribed, 'unsubscribed')

  test('is written together with the marker, unless that forbids more already', async () => {
    aws.on(TransactWriteItemsCommand).resolves({})
    expect(await record()).toBe('recorded')
    expect(aws.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TransactItems: [
          {
            Put: {
              TableName: 'Leads',
              Item: {
                pk: { S: 'LEAD#7f3c' },
                sk: { S: 'FACT#UNSUBSCRIBED#learn-1#one' },
                kind: { S: 'UNSUBSCRIBED' },
                enrolment: { S: 'learn-1' },
                step: { S: 'one' },
                via: { S: 'page' },
                atMs: { N: '1772445600000' },
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Put: {
              TableName: 'Leads',
              Item: {
                pk: { S: 'LEAD#7f3c' },
                sk: { S: 'SUPPRESSED' },
                reason: { S: 'unsubscribed' },
                atMs: { N: '1772445600000' },
              },
              ConditionExpression: 'attribute_not_exists(reason) OR (reason = :unsubscribed AND atMs < :at)',
              ExpressionAttributeValues: {
                ':unsubscribed': { S: 'unsubscribed' },
                ':at': { N: '1772445600000' },
              },
            },
          },
        ],
      },
    ])
  })

  test('that is there already has its marker already', async () => {
    aws.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'))
    expect(await record()).toBe('alreadyRecorded')
  })

  test('is written alone where the marker is of later, or a person’s alone to lift', async () => {
    aws.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ConditionalCheckFailed'))
    aws.on(PutItemCommand).resolves({})
    expect(await record()).toBe('recorded')
    expect(aws.commandCalls(PutItemCommand)).toHaveLength(1)
  })

  test('of a bounce adds its address to the marker, and takes nothing from it', async () => {
    aws.on(TransactWriteItemsCommand).resolves({})
    const about = { enrolment: 'learn-1', step: 'one', address: 'ada+gone@example.com', atMs }
    const bounced: Fact = { kind: 'BOUNCED', bounce: 'permanent', ...about }
    await recordSuppressingFact(dynamo, 'Leads', '7f3c', bounced, 'hardBounce')
    expect(aws.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems?.[1]).toEqual({
      Update: {
        TableName: 'Leads',
        Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'SUPPRESSED' } },
        UpdateExpression: 'ADD bounced :address',
        ExpressionAttributeValues: { ':address': { SS: ['ada+gone@example.com'] } },
      },
    })
  })

  test('without an address, and a complaint, take the marker whole: nothing may be sent to the lead', async () => {
    aws.on(TransactWriteItemsCommand).resolves({})
    const about = { enrolment: 'learn-1', step: 'one', atMs }
    await recordSuppressingFact(dynamo, 'Leads', '7f3c', { kind: 'COMPLAINED', ...about }, 'complaint')
    const bounced: Fact = { kind: 'BOUNCED', bounce: 'permanent', ...about }
    await recordSuppressingFact(dynamo, 'Leads', '7f3c', bounced, 'hardBounce')
    const markers = aws
      .commandCalls(TransactWriteItemsCommand)
      .map(({ args }) => args[0].input.TransactItems?.[1]?.Put)
    expect(markers).toMatchObject([
      { Item: { reason: { S: 'complaint' } } },
      { Item: { reason: { S: 'hardBounce' } } },
    ])
    for (const marker of markers) expect(marker).not.toHaveProperty('ConditionExpression')
  })

  test('is written though its lead is being claimed for an email at that moment', async () => {
    aws
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict'))
      .rejectsOnce(cancelled('TransactionConflict', 'None'))
      .resolves({})
    expect(await inTime(record())).toBe('recorded')
  })

  test('is on record where the conflict was with itself, sent twice', async () => {
    aws
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('TransactionConflict', 'None'))
      .rejects(cancelled('ConditionalCheckFailed', 'None'))
    expect(await inTime(record())).toBe('alreadyRecorded')
  })

  test.each<readonly [string, Error]>([
    ['an item that is too large', cancelled('None', 'ItemSizeLimitExceeded')],
    ...unknownFailures,
  ])('hands on %s', async (_, failure) => {
    aws.on(TransactWriteItemsCommand).rejects(failure)
    expect(await failureOf(record())).toBe(failure)
  })
})
