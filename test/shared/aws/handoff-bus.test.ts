import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, expect, test } from 'vitest'
import { HandOffBus } from '../../../shared/aws/handoff-bus.ts'
import { failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const events = new EventBridgeClient({ region: 'eu-central-1' })
const aws = mockClient(events)
beforeEach(() => void aws.reset())

const bus = new HandOffBus(events, 'hand-offs')

test('a hand-off is one event on the bus', async () => {
  aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] })
  await bus.publish({ handOffId: '7f3c-1', score: 42.5 })
  expect(aws.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)).toEqual([
    {
      Entries: [
        {
          EventBusName: 'hand-offs',
          Source: 'ripen',
          DetailType: 'LeadQualified',
          Detail: '{"handOffId":"7f3c-1","score":42.5}',
        },
      ],
    },
  ])
})

test.each(['ThrottlingException', 'InternalFailure', 'ResourceNotFoundException'])(
  'an answer that says %s of the event is a failure, though the call went through',
  async (ErrorCode) => {
    const ErrorMessage = 'of a lead at ada@example.com'
    aws.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }] })
    expect(await failureOf(bus.publish({ handOffId: '7f3c-1' }))).toMatchObject({
      name: 'HandOffNotPublished',
      message: `The hand-off bus did not take the event: ${ErrorCode}.`,
    })
  },
)

test.each(unknownFailures)('hands on %s', async (_, failure) => {
  aws.on(PutEventsCommand).rejects(failure)
  expect(await failureOf(bus.publish({}))).toBe(failure)
})
