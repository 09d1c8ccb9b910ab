import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { ReleaseTable } from '../../../shared/aws/release-table.ts'
import type { Outline } from '../../../shared/contracts/releases.ts'
import { conditionFailed, failureOf, unknownFailures } from '../../support/aws-refusals.ts'
import { emailStep, sequence } from '../../support/leads.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const releases = new ReleaseTable(dynamo, 'Leads')
const sinceMs = Date.parse('2026-03-02T10:00:00Z')
const learn = sequence('learn', [emailStep('one')])
const release = { pk: 'RELEASE#test', sk: 'learn#1772445600000', sinceMs, sequence: JSON.stringify(learn) }
const version = { pk: 'RELEASE#test', sk: 'VERSION', version: 'v2', replaced: 'v1', sinceMs }

describe('the releases on record', () => {
  test('are read to the last page, past one that is empty', async () => {
    aws
      .on(QueryCommand)
      .resolvesOnce({
        Items: [marshall(release)],
        LastEvaluatedKey: marshall({ pk: 'RELEASE#test', sk: 'a' }),
      })
      .resolvesOnce({ Items: [], LastEvaluatedKey: marshall({ pk: 'RELEASE#test', sk: 'b' }) })
      .resolvesOnce({ Items: [marshall(version)] })
    expect(await releases.read('test')).toEqual({
      history: { learn: [{ sinceMs, sequence: learn }] },
      versionInForce: 'v2',
      replaced: { version: 'v1', atMs: sinceMs },
    })
  })

  test('are none before the first', async () => {
    aws.on(QueryCommand).resolves({ Items: [] })
    expect(await releases.read('test')).toEqual({ history: {}, versionInForce: undefined })
  })

  test('fail by name where one cannot be read', async () => {
    aws.on(QueryCommand).resolves({ Items: [marshall({ ...release, sequence: '{' })] })
    expect(await failureOf(releases.read('test'))).toMatchObject({
      name: 'UnreadableRelease',
      message:
        'The stored release learn#1772445600000 cannot be read. It was written by another version; correct or remove it.',
      cause: expect.any(SyntaxError),
    })
  })

  test.each(unknownFailures)('hand on %s', async (_, failure) => {
    aws.on(QueryCommand).rejects(failure)
    expect(await failureOf(releases.read('test'))).toBe(failure)
  })
})

describe('a release', () => {
  test('is recorded under its sequence and its beginning', async () => {
    aws.on(PutItemCommand).resolves({})
    await releases.add('test', { sinceMs, sequence: learn })
    expect(aws.commandCalls(PutItemCommand).map(({ args }) => args[0].input)).toEqual([
      {
        TableName: 'Leads',
        Item: marshall(release),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    ])
  })

  test('that another function recorded a moment before is on record all the same', async () => {
    aws.on(PutItemCommand).rejects(conditionFailed())
    await releases.add('test', { sinceMs, sequence: learn })
  })

  test.each(unknownFailures)('hands on %s', async (_, failure) => {
    aws.on(PutItemCommand).rejects(failure)
    expect(await failureOf(releases.add('test', { sinceMs, sequence: learn }))).toBe(failure)
  })
})

describe('the version in force', () => {
  const { name, version: _, ...rest } = { name: 'test', version: 'v2' }
  const outline = { plan: { name, ...rest }, sequences: {}, forms: {}, emails: {} } as unknown as Outline

  test('is announced by whoever is first', async () => {
    aws.on(PutItemCommand).resolvesOnce({}).rejectsOnce(conditionFailed())
    expect(await releases.announce('test', 'v2', 'v1', sinceMs, outline)).toBe(true)
    expect(await releases.announce('test', 'v2', 'v1', sinceMs, outline)).toBe(false)
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Leads',
      Item: {
        pk: { S: 'RELEASE#test' },
        sk: { S: 'VERSION' },
        version: { S: 'v2' },
        replaced: { S: 'v1' },
        sinceMs: { N: '1772445600000' },
        outline: { S: '{"plan":{"name":"test"},"sequences":{},"forms":{},"emails":{}}' },
      },
      ConditionExpression: 'attribute_not_exists(pk) OR version <> :version',
      ExpressionAttributeValues: { ':version': { S: 'v2' } },
    })
  })

  test('that replaced none says so by saying nothing', async () => {
    aws.on(PutItemCommand).resolves({})
    await releases.announce('test', 'v1', undefined, sinceMs, outline)
    expect(aws.commandCalls(PutItemCommand)[0]?.args[0].input.Item).not.toHaveProperty('replaced')
  })
})
