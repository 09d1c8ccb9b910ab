import { afterEach, expect, test, vi } from 'vitest'
import { countToken } from '../../../shared/aws/token-rate.ts'
import { failureOf } from '../../support/aws-refusals.ts'
import { answers, misbehavingAws, refuses } from '../../support/misbehaving-aws.ts'

vi.mock('../../../shared/aws/try-again.ts', async (original) => ({
  ...(await original<object>()),
  spreadPause: async () => {},
}))

let aws: Awaited<ReturnType<typeof misbehavingAws>> | undefined
afterEach(async () => {
  await aws?.close()
  aws = undefined
})

const counted = (tokens: string) => answers(200, { Attributes: { tokens: { N: tokens } } })

test('a token is counted by network, in spans of ten minutes that are kept for an hour more', async () => {
  aws = await misbehavingAws(counted('21'))
  expect(await countToken('Leads', 'f00d', Date.parse('2026-03-02T10:19:59.999Z'))).toBe(21)
  expect(aws.asked.map(({ target, body }) => [target, body])).toEqual([
    [
      'DynamoDB_20120810.UpdateItem',
      {
        TableName: 'Leads',
        Key: { pk: { S: 'RATE#f00d' }, sk: { S: '2026-03-02T10:10:00.000Z' } },
        UpdateExpression: 'ADD tokens :one SET expiresAtSeconds = :expires',
        // 11:20, an hour after the span.
        ExpressionAttributeValues: { ':one': { N: '1' }, ':expires': { N: '1772450400' } },
        ReturnValues: 'UPDATED_NEW',
      },
    ],
  ])
})

test('the next span begins on the minute', async () => {
  aws = await misbehavingAws(counted('1'))
  await countToken('Leads', 'f00d', Date.parse('2026-03-02T10:20:00Z'))
  expect(aws.asked[0]?.body).toMatchObject({ Key: { sk: { S: '2026-03-02T10:20:00.000Z' } } })
})

test('a table that stays too busy to count is a failure, by which the caller asks for work', async () => {
  aws = await misbehavingAws(refuses('ProvisionedThroughputExceededException'))
  expect(await failureOf(countToken('Leads', 'f00d', 0))).toMatchObject({
    name: 'CallFailed',
    code: 'ProvisionedThroughputExceededException',
  })
})

test('an answer without a count is a failure too', async () => {
  aws = await misbehavingAws(answers(200, {}))
  expect(await failureOf(countToken('Leads', 'f00d', 0))).toBeInstanceOf(Error)
})
