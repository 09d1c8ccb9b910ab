import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LeadTable } from '../../../shared/aws/lead-table.ts'
import type { Summary } from '../../../shared/contracts/stored.ts'
import {
  conditionFailed,
  conflict,
  failureOf,
  throttled,
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

describe('a fact that another has most likely recorded', () => {
  const record = () =>
    table.recordFactAgain('7f3c', { kind: 'SENT', ...touch, email: 'welcome', messageId: 'm1', atMs })

  test('is asked for, and not written where it is', async () => {
    aws.on(GetItemCommand).resolves({ Item: stored('FACT#SENT#learn-1#one', sent) })
    expect(await record()).toBe('alreadyRecorded')
    // Not consistently: what is not to be seen yet is refused by the write's condition.
    expect(aws.commandCalls(GetItemCommand).map(({ args }) => args[0].input)).toEqual([
      { TableName: 'Leads', Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#SENT#learn-1#one' } } },
    ])
    expect(aws.commandCalls(PutItemCommand)).toHaveLength(0)
  })

  test('is written where it is not, unless it has come meanwhile', async () => {
    aws.on(GetItemCommand).resolves({})
    aws.on(PutItemCommand).resolvesOnce({}).rejects(conditionFailed())
    expect(await record()).toBe('recorded')
    expect(await record()).toBe('alreadyRecorded')
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input.ConditionExpression).toBe(
      'attribute_not_exists(pk)',
    )
  })
})

describe('a claim', () => {
  const take = () =>
    table.claim('7f3c', { ...touch, email: 'welcome' }, atMs, {
      nextCycle: 2,
      to: 'ada@example.com',
      consentAtMs: atMs - 1000,
    })

  const marker = (content: object) => stored('SUPPRESSED', content)
  const finds = (sk: string, Item?: Record<string, AttributeValue>) =>
    aws.on(GetItemCommand, { Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: sk } } }).resolves(Item ? { Item } : {})
  const findsNothing = () => {
    finds('SUPPRESSED')
    finds('FACT#QUALIFIED#2')
  }
  const isTaken = (by = 'somebody else') =>
    aws.on(PutItemCommand).rejects(
      new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        Item: { claimedBy: { S: by } },
      }),
    )
  /** In the order in which they were made. */
  const calls = () => aws.calls().map(({ args }) => args[0].constructor.name)

  test('is one write on the condition that there is none; then what forbids it is read, and not before', async () => {
    aws.on(PutItemCommand).resolves({})
    findsNothing()
    expect(await take()).toBe('claimed')
    expect(calls()).toEqual(['PutItemCommand', 'GetItemCommand', 'GetItemCommand'])
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Leads',
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      Item: {
        pk: { S: 'LEAD#7f3c' },
        sk: { S: 'SEND#learn-1#one' },
        enrolment: { S: 'learn-1' },
        step: { S: 'one' },
        email: { S: 'welcome' },
        claimedAtMs: { N: '1772445600000' },
        claimedBy: { S: expect.any(String) },
      },
    })
    expect(aws.commandCalls(GetItemCommand).map(({ args }) => args[0].input)).toEqual([
      { TableName: 'Leads', Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'SUPPRESSED' } }, ConsistentRead: true },
      {
        TableName: 'Leads',
        Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#QUALIFIED#2' } },
        ConsistentRead: true,
      },
    ])
  })

  test.each<readonly [string, object, string]>([
    ['a no', { reason: 'unsubscribed', atMs: atMs - 1000 }, 'suppressed'],
    ['a no of before the lead asked for it', { reason: 'unsubscribed', atMs: atMs - 1001 }, 'claimed'],
    ['a no of no known time', { reason: 'unsubscribed' }, 'suppressed'],
    ['a complaint, however old', { reason: 'complaint', atMs: 0 }, 'suppressed'],
    ['a bounce of its address', { bounced: new Set(['ada@example.com']) }, 'suppressed'],
    ['a bounce of another address', { bounced: new Set(['ada@example.org']) }, 'claimed'],
    [
      'an answered no, and a bounce of its address',
      { reason: 'unsubscribed', atMs: 0, bounced: new Set(['ada@example.com']) },
      'suppressed',
    ],
    ['nothing that is known', {}, 'claimed'],
  ])('of a lead whose marker speaks of %s is %s', async (_, content, answer) => {
    aws.on(PutItemCommand).resolves({})
    aws.on(DeleteItemCommand).resolves({})
    findsNothing()
    finds('SUPPRESSED', marker(content))
    expect(await take()).toBe(answer)
    expect(aws.commandCalls(DeleteItemCommand)).toHaveLength(answer === 'claimed' ? 0 : 1)
  })

  test('of a lead that has qualified is given back by its time, and so is one that cannot be asked about', async () => {
    aws.on(PutItemCommand).resolves({})
    aws.on(DeleteItemCommand).resolves({})
    findsNothing()
    finds('FACT#QUALIFIED#2', stored('FACT#QUALIFIED#2', {}))
    expect(await take()).toBe('qualified')
    const failure = throttled()
    aws
      .on(GetItemCommand, { Key: { pk: { S: 'LEAD#7f3c' }, sk: { S: 'FACT#QUALIFIED#2' } } })
      .rejects(failure)
    expect(await failureOf(take())).toBe(failure)
    const removed = aws.commandCalls(DeleteItemCommand).map(({ args }) => args[0].input)
    expect(removed.map(({ Key }) => Key?.sk?.S)).toEqual(['SEND#learn-1#one', 'SEND#learn-1#one'])
    expect(removed[0]?.ExpressionAttributeValues).toEqual({ ':own': { N: '1772445600000' } })
  })

  test('that somebody else has made is theirs, and stays', async () => {
    isTaken()
    findsNothing()
    expect(await take()).toBe('alreadyClaimed')
    // Whoever must not be written to at all is not asked what else stands in the way.
    finds('FACT#QUALIFIED#2', stored('FACT#QUALIFIED#2', {}))
    expect(await take()).toBe('qualified')
    finds('SUPPRESSED', marker({ reason: 'complaint', atMs }))
    expect(await take()).toBe('suppressed')
    expect(aws.commandCalls(DeleteItemCommand)).toHaveLength(0)
  })

  test('of a release that did not name its maker is somebody else’s', async () => {
    aws.on(PutItemCommand).rejects(conditionFailed())
    findsNothing()
    expect(await take()).toBe('alreadyClaimed')
  })

  test('that was made unheard is one’s own when it is made again', async () => {
    aws.on(PutItemCommand).callsFake(({ Item }) => {
      throw new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        Item: { claimedBy: Item.claimedBy },
      })
    })
    findsNothing()
    expect(await take()).toBe('claimed')
  })

  test.each(unknownFailures)('hands on %s: nobody may take it for a claim', async (_, failure) => {
    aws.on(PutItemCommand).rejects(failure)
    expect(await failureOf(take())).toBe(failure)
    expect(aws.commandCalls(GetItemCommand)).toHaveLength(0)
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
