import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { MessageQueue } from '../../../shared/aws/message-queue.ts'
import type { LeadNudge } from '../../../shared/contracts/messages.ts'
import { failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const sqs = new SQSClient({ region: 'eu-central-1' })
const aws = mockClient(sqs)
beforeEach(() => void aws.reset())

const queue = new MessageQueue<LeadNudge>(sqs, 'https://sqs.example.com/send')

test('a message is put as JSON, at once', async () => {
  aws.on(SendMessageCommand).resolves({ MessageId: '1' })
  await queue.put({ leadId: '7f3c', refusals: 2 })
  expect(aws.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
    {
      QueueUrl: 'https://sqs.example.com/send',
      MessageBody: '{"leadId":"7f3c","refusals":2}',
      DelaySeconds: 0,
    },
  ])
})

test.each([
  [0.2, 1],
  [60, 60],
  [900, 900],
  [901, 900],
  [86_400, 900],
  [-5, 0],
])('a delay of %d seconds is one of %d', async (asked, put) => {
  aws.on(SendMessageCommand).resolves({})
  await queue.put({ leadId: '7f3c', refusals: 0 }, asked)
  expect(aws.commandCalls(SendMessageCommand)[0]?.args[0].input.DelaySeconds).toBe(put)
})

test.each(unknownFailures)('hands on %s', async (_, failure) => {
  aws.on(SendMessageCommand).rejects(failure)
  expect(await failureOf(queue.put({ leadId: '7f3c', refusals: 0 }))).toBe(failure)
})
