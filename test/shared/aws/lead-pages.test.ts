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
const summary = {
  version: 1,
  profile: {},
  source: 'Google',
  timeZone: 'UTC',
  stage: 'nurturing',
  scoreHundredths: 0,
  scoreLines: [],
  gates: [],
  campaignVersion: 'v1',
  updatedAtMs: 1772445600000,
}

test('a page gives each lead once, with its summary where the page has it, and nothing else of the table', async () => {
  aws.on(ScanCommand).resolves({
    Items: [
      marshall({ pk: 'CAP#all#all', sk: '2026-03-02T10:00:00.000Z', taken: 3 }),
      marshall({ pk: 'LEAD#1', sk: 'FACT#CONFIRMED#guide' }),
      marshall({ pk: 'LEAD#1', sk: 'FACT#SENT#learn-1#one' }),
      marshall({ pk: 'LEAD#1', sk: 'LEAD', ...summary }),
      marshall({ pk: 'LEAD#1', sk: 'SEND#learn-1#one' }),
      marshall({ pk: 'LEAD#2', sk: 'SUPPRESSED' }),
      marshall({ pk: 'LEAD#3', sk: 'FACT#CONFIRMED#guide' }),
    ],
  })
  expect(await pages.read(undefined)).toEqual({
    leads: [
      { leadId: '1', summary },
      { leadId: '3', summary: undefined },
    ],
    next: undefined,
  })
  expect(aws.commandCalls(ScanCommand).map(({ args }) => args[0].input)).toEqual([
    { TableName: 'Leads', Limit: 500 },
  ])
})

test('a page goes on after the last item of the one before it', async () => {
  aws.on(ScanCommand).resolves({ Items: [], LastEvaluatedKey: { pk: { S: 'LEAD#5' }, sk: { S: 'LEAD' } } })
  expect(await pages.read({ pk: 'LEAD#3', sk: 'FACT#CONFIRMED#guide' })).toEqual({
    leads: [],
    // Empty, and yet not the last.
    next: { pk: 'LEAD#5', sk: 'LEAD' },
  })
  expect(aws.commandCalls(ScanCommand)[0]?.args[0].input.ExclusiveStartKey).toEqual({
    pk: { S: 'LEAD#3' },
    sk: { S: 'FACT#CONFIRMED#guide' },
  })
})

test('a summary that cannot be read counts as none, and holds up no page', async () => {
  aws.on(ScanCommand).resolves({ Items: [marshall({ pk: 'LEAD#1', sk: 'LEAD', version: 'one' })] })
  expect((await pages.read(undefined)).leads).toEqual([{ leadId: '1', summary: undefined }])
})

test.each(unknownFailures)('a page hands on %s', async (_, failure) => {
  aws.on(ScanCommand).rejects(failure)
  expect(await failureOf(pages.read(undefined))).toBe(failure)
})
