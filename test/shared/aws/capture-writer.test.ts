import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Capture, recordCapture } from '../../../shared/aws/capture-writer.ts'
import { failureOf } from '../../support/aws-refusals.ts'
import { captured } from '../../support/leads.ts'
import {
  answers,
  cancels,
  goesThrough,
  misbehavingAws,
  refuses,
  resets,
} from '../../support/misbehaving-aws.ts'

vi.mock('../../../shared/aws/try-again.ts', async (original) => ({
  ...(await original<object>()),
  spreadPause: async () => {},
}))

let aws: Awaited<ReturnType<typeof misbehavingAws>> | undefined
afterEach(async () => {
  await aws?.close()
  aws = undefined
})

const atMs = Date.parse('2026-03-02T10:00:00Z')
const alone: Capture = { leadId: '7f3c', fact: { ...captured(), submission: 's1', atMs } }
const token = { nonce: 'abc-1', expiresAtSeconds: 1773050400 }
const evidence = {
  submission: 's1',
  sourceIp: '192.0.2.7',
  userAgent: 'a browser',
  acceptLanguage: 'en',
  atMs,
  expiresAtSeconds: 1780221600,
}
const withAll: Capture = { ...alone, token, evidence }

describe('a submission', () => {
  test('alone is one conditional write', async () => {
    aws = await misbehavingAws(goesThrough)
    expect(await recordCapture('Leads', alone)).toBe('recorded')
    expect(aws.asked.map(({ target, body }) => [target, body])).toEqual([
      [
        'DynamoDB_20120810.PutItem',
        {
          TableName: 'Leads',
          Item: expect.objectContaining({
            pk: { S: 'LEAD#7f3c' },
            sk: { S: 'FACT#CAPTURED#s1' },
            kind: { S: 'CAPTURED' },
            atMs: { N: '1772445600000' },
          }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      ],
    ])
  })

  test('with a token and evidence stands or falls with them', async () => {
    aws = await misbehavingAws(goesThrough)
    expect(await recordCapture('Leads', withAll)).toBe('recorded')
    expect(aws.asked.map(({ target, body }) => [target, body])).toEqual([
      [
        'DynamoDB_20120810.TransactWriteItems',
        {
          TransactItems: [
            {
              Put: {
                TableName: 'Leads',
                Item: expect.objectContaining({ sk: { S: 'FACT#CAPTURED#s1' } }),
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            },
            {
              Put: {
                TableName: 'Leads',
                Item: {
                  pk: { S: 'USED#abc-1' },
                  sk: { S: 'USED' },
                  leadId: { S: '7f3c' },
                  expiresAtSeconds: { N: '1773050400' },
                },
                ConditionExpression: 'attribute_not_exists(pk) OR leadId = :lead',
                ExpressionAttributeValues: { ':lead': { S: '7f3c' } },
              },
            },
            {
              Put: {
                TableName: 'Leads',
                Item: {
                  pk: { S: 'LEAD#7f3c' },
                  sk: { S: 'CONSENT#s1' },
                  submission: { S: 's1' },
                  sourceIp: { S: '192.0.2.7' },
                  userAgent: { S: 'a browser' },
                  acceptLanguage: { S: 'en' },
                  atMs: { N: '1772445600000' },
                  expiresAtSeconds: { N: '1780221600' },
                },
              },
            },
          ],
        },
      ],
    ])
  })

  test.each([
    ['alone', alone, refuses('ConditionalCheckFailedException'), 'alreadyRecorded'],
    ['with others', withAll, cancels('ConditionalCheckFailed', 'None', 'None'), 'alreadyRecorded'],
    [
      'whose token has served another',
      withAll,
      cancels('None', 'ConditionalCheckFailed', 'None'),
      'replayed',
    ],
    // It is on record: whatever became of the token since, this visitor has nothing left to do.
    [
      'that is there, its token used',
      withAll,
      cancels('ConditionalCheckFailed', 'ConditionalCheckFailed', 'None'),
      'alreadyRecorded',
    ],
  ] as const)('%s that is refused is %4$s', async (_, capture, treatment, outcome) => {
    aws = await misbehavingAws(treatment)
    expect(await recordCapture('Leads', capture)).toBe(outcome)
    expect(aws.asked).toHaveLength(1)
  })
})

describe('a submission whose answer is lost is tried again, and the condition that then fails says that it is on record:', () => {
  test.each([
    ['alone', alone, refuses('ConditionalCheckFailedException')],
    ['with a token and evidence', withAll, cancels('ConditionalCheckFailed', 'None', 'None')],
  ])('%s', async (_, capture, second) => {
    aws = await misbehavingAws(resets, second)
    expect(await recordCapture('Leads', capture)).toBe('alreadyRecorded')
    expect(aws.asked).toHaveLength(2)
  })

  test('a button pressed twice at one moment, of which one transaction meets the other', async () => {
    aws = await misbehavingAws(
      cancels('TransactionConflict', 'TransactionConflict', 'None'),
      cancels('ConditionalCheckFailed', 'None', 'None'),
    )
    expect(await recordCapture('Leads', withAll)).toBe('alreadyRecorded')
  })
})

test.each([
  ['an item that is too large', cancels('ValidationError', 'None', 'None'), 'TransactionCanceledException'],
  ['a grant that is missing', refuses('AccessDeniedException'), 'AccessDeniedException'],
  [
    'a table that stays too busy',
    refuses('ProvisionedThroughputExceededException'),
    'ProvisionedThroughputExceededException',
  ],
  ['a service that is not there', answers(503, ''), ''],
])('%s is thrown as it is: nobody may be told that the submission was kept', async (_, treatment, code) => {
  aws = await misbehavingAws(treatment)
  expect(await failureOf(recordCapture('Leads', withAll))).toMatchObject({ name: 'CallFailed', code })
})
