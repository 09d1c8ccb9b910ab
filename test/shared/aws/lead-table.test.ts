import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LeadTable } from '../../../shared/aws/lead-table.ts'
import type { Summary } from '../../../shared/contracts/stored.ts'
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

const table = new LeadTable(dynamo, 'Leads')
const atMs = Date.parse('2026-03-02T10:00:00Z')
const touch = { enrolment: 'learn-1', step: 'one' }
const summary: Summary = {
  version: 4,
  profile: {},
  source: 'Google',
  timeZone: 'UTC',
  stage: 'nurturing',
  scoreHundredths: 0,
  scoreLines: [],
  gates: [],
  campaignVersion: 'v1',
  updatedAtMs: atMs,
}

const stored = (sk: string, content: object) => marshall({ pk: 'LEAD#7f3c', sk, ...content })
const confirmed = { kind: 'CONFIRMED', form: 'guide', atMs }
const sent = { kind: 'SENT', ...touch, messageId: 'm1', atMs }
const claim = { ...touch, email: 'welcome', claimedAtMs: atMs }

describe('reading a lead', () => {
  test('gives its facts, claims and summary, and passes over the marker and the evidence', async () => {
    aws.on(QueryCommand).resolves({
      Items: [
        stored('CONSENT#s1', { submission: 's1' }),
        stored('FACT#CONFIRMED#guide', confirmed),
        stored('FACT#SENT#learn-1#one', sent),
        stored('LEAD', summary),
        stored('SEND#learn-1#one', claim),
        stored('SUPPRESSED', { reason: 'unsubscribed', atMs }),
      ],
    })
    expect(await table.read('7f3c')).toEqual({
      facts: [confirmed, sent],
      opaque: [],
      claims: [claim],
      summary,
      summaryVersion: 4,
    })
  })

  test('asks consistently, and goes on from where a page ended, even if that page was empty', async () => {
    const first = { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#CONFIRMED#guide' } }
    const second = { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#SENT#learn-1#one' } }
    aws
      .on(QueryCommand)
      .resolvesOnce({ Items: [stored('FACT#CONFIRMED#guide', confirmed)], LastEvaluatedKey: first })
      .resolvesOnce({ Items: [], LastEvaluatedKey: second })
      .resolvesOnce({ Items: [stored('LEAD', summary)] })
    expect(await table.read('7f3c')).toMatchObject({ facts: [confirmed], claims: [], summary })
    const asked = {
      TableName: 'Leads',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'LEAD#7f3c' } },
      ConsistentRead: true,
    }
    expect(aws.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toEqual([
      asked,
      { ...asked, ExclusiveStartKey: first },
      { ...asked, ExclusiveStartKey: second },
    ])
  })

  test('of whom nothing is known gives nothing', async () => {
    aws.on(QueryCommand).resolves({})
    expect(await table.read('7f3c')).toEqual({
      facts: [],
      opaque: [],
      claims: [],
      summary: undefined,
      summaryVersion: 0,
    })
  })

  test('keeps a fact that cannot be read apart, with the key that it takes', async () => {
    aws.on(QueryCommand).resolves({
      Items: [
        stored('FACT#CONFIRMED#guide', { kind: 'CONFIRMED', atMs }),
        stored('FACT#SENT#learn-1#one', sent),
      ],
    })
    expect(await table.read('7f3c')).toMatchObject({
      facts: [sent],
      opaque: [{ of: 'CONFIRMED', key: 'CONFIRMED#guide', why: 'malformed' }],
    })
  })

  test('with a claim that is none fails by that name: its email could else be sent twice', async () => {
    aws.on(QueryCommand).resolves({ Items: [stored('SEND#learn-1#one', touch)] })
    expect(await failureOf(table.read('7f3c'))).toMatchObject({ name: 'UnreadableClaim' })
  })

  test.each([
    ['a word of tomorrow', { ...summary, stage: 'asleep' }, 4],
    ['a version that is none', { ...summary, version: 'four' }, 0],
  ])('takes a summary with %s for none, and knows which it replaces', async (_, content, summaryVersion) => {
    aws.on(QueryCommand).resolves({ Items: [stored('LEAD', content)] })
    expect(await table.read('7f3c')).toMatchObject({ summary: undefined, summaryVersion })
  })

  test('is not stopped by a number that JavaScript cannot hold', async () => {
    const fact = stored('FACT#SENT#learn-1#one', sent)
    aws.on(QueryCommand).resolves({ Items: [{ ...fact, serial: { N: '9007199254740993' } }] })
    expect(await table.read('7f3c')).toMatchObject({ facts: [sent] })
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws
      .on(QueryCommand)
      .resolvesOnce({ LastEvaluatedKey: { pk: { S: 'a' } } })
      .rejectsOnce(failure)
    expect(await failureOf(table.read('7f3c'))).toBe(failure)
  })
})

describe('a summary', () => {
  test('replaces the one of the version before it, and no other', async () => {
    aws.on(PutItemCommand).resolves({})
    expect(await table.writeSummary('7f3c', summary)).toBe('written')
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Leads',
      Item: {
        pk: { S: 'LEAD#7f3c' },
        sk: { S: 'LEAD' },
        version: { N: '4' },
        profile: { M: {} },
        source: { S: 'Google' },
        timeZone: { S: 'UTC' },
        stage: { S: 'nurturing' },
        scoreHundredths: { N: '0' },
        scoreLines: { L: [] },
        gates: { L: [] },
        campaignVersion: { S: 'v1' },
        updatedAtMs: { N: '1772445600000' },
      },
      ConditionExpression: 'NOT attribute_type(version, :number) OR version = :previous',
      ExpressionAttributeValues: { ':previous': { N: '3' }, ':number': { S: 'N' } },
    })
  })

  test('of a lead without an address is written without one', async () => {
    aws.on(PutItemCommand).resolves({})
    await table.writeSummary('7f3c', { ...summary, email: undefined })
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input.Item).not.toHaveProperty('email')
  })

  test('that another writer has overtaken is outdated', async () => {
    aws.on(PutItemCommand).rejects(conditionFailed())
    expect(await table.writeSummary('7f3c', summary)).toBe('outdated')
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws.on(PutItemCommand).rejects(failure)
    expect(await failureOf(table.writeSummary('7f3c', summary))).toBe(failure)
  })
})

describe('a claim', () => {
  const take = () =>
    table.claim('7f3c', { ...touch, email: 'welcome' }, atMs, {
      nextCycle: 2,
      to: 'ada@example.com',
      consentAtMs: atMs - 1000,
    })

  test('is one transaction: no marker that forbids it, no qualification of the next cycle, no claim before it', async () => {
    aws.on(TransactWriteItemsCommand).resolves({})
    expect(await take()).toBe('claimed')
    const absent = { TableName: 'Leads', ConditionExpression: 'attribute_not_exists(pk)' }
    expect(aws.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TransactItems: [
          {
            ConditionCheck: {
              TableName: 'Leads',
              Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'SUPPRESSED' } },
              ConditionExpression:
                'attribute_not_exists(pk) OR ((attribute_not_exists(reason) OR (reason = :unsubscribed AND atMs < :consent)) AND NOT contains(bounced, :to))',
              ExpressionAttributeValues: {
                ':unsubscribed': { S: 'unsubscribed' },
                ':consent': { N: '1772445599000' },
                ':to': { S: 'ada@example.com' },
              },
            },
          },
          { ConditionCheck: { ...absent, Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#QUALIFIED#2' } } } },
          {
            Put: {
              ...absent,
              Item: {
                pk: { S: 'LEAD#7f3c' },
                sk: { S: 'SEND#learn-1#one' },
                enrolment: { S: 'learn-1' },
                step: { S: 'one' },
                email: { S: 'welcome' },
                claimedAtMs: { N: '1772445600000' },
              },
            },
          },
        ],
      },
    ])
  })

  test.each([
    [['ConditionalCheckFailed', 'None', 'None'], 'suppressed'],
    [['None', 'ConditionalCheckFailed', 'None'], 'qualified'],
    [['None', 'None', 'ConditionalCheckFailed'], 'alreadyClaimed'],
    // Whoever must not be written to at all is not asked what else stands in the way.
    [['ConditionalCheckFailed', 'ConditionalCheckFailed', 'ConditionalCheckFailed'], 'suppressed'],
    [['None', 'ConditionalCheckFailed', 'ConditionalCheckFailed'], 'qualified'],
    // A condition that failed says more than a conflict beside it.
    [['ConditionalCheckFailed', 'None', 'TransactionConflict'], 'suppressed'],
  ])('that is cancelled for %j is %s', async (codes, answer) => {
    aws.on(TransactWriteItemsCommand).rejects(cancelled(...codes))
    expect(await take()).toBe(answer)
  })

  test('that meets an unsubscription is tried again, and then knows of it', async () => {
    aws
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('TransactionConflict', 'None', 'None'))
      .rejects(cancelled('ConditionalCheckFailed', 'None', 'None'))
    const claimed = take()
    await vi.runAllTimersAsync()
    expect(await claimed).toBe('suppressed')
    expect(aws.commandCalls(TransactWriteItemsCommand)).toHaveLength(2)
  })

  test.each<readonly [string, Error]>([
    ['a cancellation for another reason', cancelled('None', 'None', 'ValidationError')],
    ['a cancellation that gives no reasons', cancelled()],
    ...unknownFailures,
  ])('hands on %s: nobody may take it for a claim', async (_, failure) => {
    aws.on(TransactWriteItemsCommand).rejects(failure)
    expect(await failureOf(take())).toBe(failure)
  })

  test('is given back by its key and its time, so that nobody else’s is', async () => {
    aws.on(DeleteItemCommand).resolves({})
    await table.releaseClaim('7f3c', touch, 1772445600000)
    expect(aws.commandCalls(DeleteItemCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'Leads',
        Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'SEND#learn-1#one' } },
        ConditionExpression: 'claimedAtMs = :own',
        ExpressionAttributeValues: { ':own': { N: '1772445600000' } },
      },
    ])
  })

  test('that somebody else has made since is left to them', async () => {
    aws.on(DeleteItemCommand).rejects(conditionFailed())
    await table.releaseClaim('7f3c', touch, 1772445600000)
    expect(aws.commandCalls(DeleteItemCommand)).toHaveLength(1)
  })

  test('that cannot be given back while a transaction works on it is given back after it', async () => {
    aws.on(DeleteItemCommand).rejectsOnce(conflict()).resolves({})
    const released = table.releaseClaim('7f3c', touch, 1772445600000)
    await vi.runAllTimersAsync()
    await released
    expect(aws.commandCalls(DeleteItemCommand)).toHaveLength(2)
  })
})
