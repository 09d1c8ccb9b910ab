import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { LeadPages } from '../../../shared/aws/lead-pages.ts'
import { failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
const aws = mockClient(dynamo)
beforeEach(() => void aws.reset())

const pages = new LeadPages(dynamo, 'Leads')
const segment = { segment: 2, of: 8 }
const standing = { campaignVersion: 'v1', factsActedOn: 2 }

test('a page gives each lead once, with the kinds of its facts and what its summary says was done, and nothing else of the table', async () => {
  aws.on(ScanCommand).resolves({
    Items: [
      marshall({ pk: 'CAP#all#all', sk: '2026-03-02T10:00:00.000Z' }),
      marshall({ pk: 'LEAD#1', sk: 'FACT#CONFIRMED#guide' }),
      marshall({ pk: 'LEAD#1', sk: 'FACT#SENT#learn-1#one' }),
      marshall({ pk: 'LEAD#1', sk: 'LEAD', ...standing }),
      marshall({ pk: 'LEAD#1', sk: 'SEND#learn-1#one' }),
      marshall({ pk: 'LEAD#2', sk: 'SUPPRESSED' }),
      marshall({ pk: 'LEAD#3', sk: 'FACT#CONFIRMED#guide' }),
      marshall({ pk: 'LEAD#4', sk: 'LEAD', campaignVersion: 1 }),
    ],
  })
  expect(await pages.read(segment, undefined)).toEqual({
    leads: [
      { leadId: '1', facts: [{ kind: 'CONFIRMED' }, { kind: 'SENT' }], standing },
      { leadId: '3', facts: [{ kind: 'CONFIRMED' }], standing: 'none' },
      { leadId: '4', facts: [], standing: 'unreadable' },
    ],
    next: undefined,
  })
})

test('a page asks for what it needs of its segment, and for nothing that names a person', async () => {
  aws.on(ScanCommand).resolves({ Items: [] })
  await pages.read(segment, undefined)
  const input = aws.commandCalls(ScanCommand)[0]?.args[0].input
  expect(input).toMatchObject({ TableName: 'Leads', Segment: 2, TotalSegments: 8 })
  // As many items as DynamoDB gives at once.
  expect(input?.Limit).toBeUndefined()
  const names = input?.ProjectionExpression?.split(', ').map((name) => input.ExpressionAttributeNames?.[name])
  expect(names?.sort()).toEqual([
    'appointment',
    'campaignVersion',
    'factsActedOn',
    'handOffAskedAtMs',
    'pk',
    'sk',
  ])
})

test('a page goes on after the last item of the one before it', async () => {
  aws.on(ScanCommand).resolves({ Items: [], LastEvaluatedKey: { pk: { S: 'LEAD#5' }, sk: { S: 'LEAD' } } })
  expect(await pages.read(segment, { pk: 'LEAD#3', sk: 'FACT#CONFIRMED#guide' })).toEqual({
    leads: [],
    // Empty, and yet not the last.
    next: { pk: 'LEAD#5', sk: 'LEAD' },
  })
  expect(aws.commandCalls(ScanCommand)[0]?.args[0].input.ExclusiveStartKey).toEqual({
    pk: { S: 'LEAD#3' },
    sk: { S: 'FACT#CONFIRMED#guide' },
  })
})

test.each(unknownFailures)('a page hands on %s', async (_, failure) => {
  aws.on(ScanCommand).rejects(failure)
  expect(await failureOf(pages.read(segment, undefined))).toBe(failure)
})
