import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import { Meter } from '../../local/meter.ts'
import { AwsError } from '../../local/service.ts'
import type { SchedulerDelivery } from '../../local/services/scheduler/invocations.ts'
import { type SchedulerOptions, SchedulerService } from '../../local/services/scheduler/service.ts'
import { State } from '../../local/state.ts'
import { LeadSchedule } from '../../shared/aws/lead-schedule.ts'
import { gatewayTo } from '../support/gateway.ts'
import { hour, monday } from '../support/leads.ts'

let clock: VirtualClock
let client: SchedulerClient
let delivered: string[]
let close: () => Promise<void>

const serve = async (given: Partial<SchedulerOptions> = {}) => {
  clock = new VirtualClock(monday)
  delivered = []
  const service = new SchedulerService({
    inventory: { region: 'eu-central-1', scheduleGroups: [{ id: 'Group', name: 'touches' }], schedules: [] },
    state: new State(),
    clock,
    meter: new Meter(),
    deliver: ({ body }) => void delivered.push(`${body} at ${new Date(clock.nowMs()).toISOString()}`),
    ...given,
  })
  const gateway = await gatewayTo([service], clock)
  client = new SchedulerClient(gateway.client)
  close = gateway.close
}

beforeEach(() => serve())
afterEach(() => close())

const schedule = (Name: string, ScheduleExpression: string, GroupName = 'touches') => ({
  Name,
  GroupName,
  ScheduleExpression,
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  Target: {
    Arn: 'arn:aws:sqs:eu-central-1:000000000000:q',
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    Input: Name,
  },
})

test('a schedule is created, read, moved and deleted through the SDK', async () => {
  const { ScheduleArn } = await client.send(
    new CreateScheduleCommand(schedule('one', 'at(2026-03-02T11:00:00)')),
  )
  expect(ScheduleArn).toBe('arn:aws:scheduler:eu-central-1:000000000000:schedule/touches/one')
  await client.send(new UpdateScheduleCommand(schedule('one', 'at(2026-03-02T12:00:00)')))
  expect(await client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'touches' }))).toMatchObject({
    Name: 'one',
    GroupName: 'touches',
    State: 'ENABLED',
    ScheduleExpression: 'at(2026-03-02T12:00:00)',
    CreationDate: new Date(monday),
  })
  await client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'touches' }))
  await clock.advanceTo(monday + 5 * hour)
  expect(delivered).toEqual([])
})

test('lists are filtered by group and prefix, and paged', async () => {
  for (const name of ['a-1', 'a-2', 'a-3', 'b-1'])
    await client.send(new CreateScheduleCommand(schedule(name, 'at(2026-03-02T11:00:00)')))
  await client.send(new CreateScheduleCommand(schedule('a-9', 'at(2026-03-02T11:00:00)', 'default')))
  const first = await client.send(
    new ListSchedulesCommand({ GroupName: 'touches', NamePrefix: 'a-', MaxResults: 2 }),
  )
  expect(first.Schedules?.map(({ Name }) => Name)).toEqual(['a-1', 'a-2'])
  const second = await client.send(
    new ListSchedulesCommand({ GroupName: 'touches', NamePrefix: 'a-', NextToken: first.NextToken }),
  )
  expect(second.Schedules?.map(({ Name }) => Name)).toEqual(['a-3'])
  expect((await client.send(new ListSchedulesCommand({}))).Schedules).toHaveLength(5)
})

test('a group is made and goes with its schedules', async () => {
  await client.send(new CreateScheduleGroupCommand({ Name: 'other' }))
  await client.send(new CreateScheduleCommand(schedule('one', 'at(2026-03-02T11:00:00)', 'other')))
  expect((await client.send(new GetScheduleGroupCommand({ Name: 'other' }))).State).toBe('ACTIVE')
  expect(
    (await client.send(new ListScheduleGroupsCommand({}))).ScheduleGroups?.map(({ Name }) => Name),
  ).toEqual(['default', 'other', 'touches'])
  await client.send(new DeleteScheduleGroupCommand({ Name: 'other' }))
  await clock.advanceTo(monday + 5 * hour)
  expect(delivered).toEqual([])
  await expect(
    client.send(new CreateScheduleCommand(schedule('two', 'at(2026-03-02T11:00:00)', 'other'))),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('lists of groups are filtered by prefix, and paged', async () => {
  for (const Name of ['b-2', 'b-1', 'b-3', 'c-1']) await client.send(new CreateScheduleGroupCommand({ Name }))
  const first = await client.send(new ListScheduleGroupsCommand({ NamePrefix: 'b-', MaxResults: 2 }))
  expect(first.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['b-1', 'b-2'])
  const { NextToken } = first
  const second = await client.send(new ListScheduleGroupsCommand({ NamePrefix: 'b-', NextToken }))
  expect(second.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['b-3'])
  expect(second.NextToken).toBeUndefined()
  await expect(client.send(new ListScheduleGroupsCommand({ MaxResults: 101 }))).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

test('a group of the same name is a conflict, and the default one stays', async () => {
  const group = { Name: 'other', ClientToken: 'once' }
  const { ScheduleGroupArn } = await client.send(new CreateScheduleGroupCommand(group))
  expect((await client.send(new CreateScheduleGroupCommand(group))).ScheduleGroupArn).toBe(ScheduleGroupArn)
  await expect(client.send(new CreateScheduleGroupCommand({ Name: 'other' }))).rejects.toMatchObject({
    name: 'ConflictException',
  })
  await expect(client.send(new DeleteScheduleGroupCommand({ Name: 'default' }))).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(client.send(new ListSchedulesCommand({ GroupName: 'nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})

test('a schedule is read as it was written, and lists name its target only', async () => {
  const written = {
    ...schedule('one', 'cron(0 9 * * ? *)'),
    ScheduleExpressionTimezone: 'Europe/Berlin',
    Description: 'a morning',
    StartDate: new Date(monday + hour),
    EndDate: new Date(monday + 500 * hour),
    FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: 15 },
    ActionAfterCompletion: 'DELETE' as const,
    State: 'ENABLED' as const,
  }
  const Target = {
    ...written.Target,
    RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 600 },
    DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-central-1:000000000000:dead' },
  }
  await client.send(new CreateScheduleCommand({ ...written, Target }))
  await clock.advanceTo(monday + hour)
  await client.send(new UpdateScheduleCommand({ ...written, Target, Description: 'another' }))
  const { $metadata, ...read } = await client.send(
    new GetScheduleCommand({ Name: 'one', GroupName: 'touches' }),
  )
  expect(read).toEqual({
    ...written,
    Target,
    Description: 'another',
    Arn: 'arn:aws:scheduler:eu-central-1:000000000000:schedule/touches/one',
    CreationDate: new Date(monday),
    LastModificationDate: new Date(monday + hour),
  })
  const { Schedules } = await client.send(new ListSchedulesCommand({ State: 'ENABLED' }))
  expect(Schedules?.map((summary) => summary.Target)).toEqual([{ Arn: Target.Arn }])
})

test('the same client token is the same call only with the same input', async () => {
  const input = { ...schedule('one', 'at(2026-03-02T11:00:00)'), ClientToken: 'token' }
  const first = await client.send(new CreateScheduleCommand(input))
  expect((await client.send(new CreateScheduleCommand(input))).ScheduleArn).toBe(first.ScheduleArn)
  const changed = { ...input, ScheduleExpression: 'at(2026-03-02T12:00:00)' }
  await expect(client.send(new CreateScheduleCommand(changed))).rejects.toMatchObject({
    name: 'ConflictException',
  })
})

test('a recurring schedule keeps to its start and its end', async () => {
  const dates = { StartDate: new Date(monday + 2 * hour), EndDate: new Date(monday + 3.5 * hour) }
  await client.send(new CreateScheduleCommand({ ...schedule('hourly', 'rate(1 hour)'), ...dates }))
  await clock.advanceTo(monday + 8 * hour)
  expect(delivered).toEqual(['hourly at 2026-03-02T12:00:00.000Z', 'hourly at 2026-03-02T13:00:00.000Z'])
})

test('a cron schedule keeps to its start and its end, and a one-time schedule knows neither', async () => {
  const dates = { StartDate: new Date(monday + 2.5 * hour), EndDate: new Date(monday + 4 * hour) }
  await client.send(new CreateScheduleCommand({ ...schedule('cron', 'cron(0 * * * ? *)'), ...dates }))
  await client.send(new CreateScheduleCommand({ ...schedule('early', 'at(2026-03-02T11:00:00)'), ...dates }))
  await client.send(new CreateScheduleCommand({ ...schedule('late', 'at(2026-03-02T16:00:00)'), ...dates }))
  await clock.advanceTo(monday + 9 * hour)
  expect(delivered).toEqual([
    'early at 2026-03-02T11:00:00.000Z',
    'cron at 2026-03-02T13:00:00.000Z',
    'cron at 2026-03-02T14:00:00.000Z',
    'late at 2026-03-02T16:00:00.000Z',
  ])
})

test('a rate without a start begins at once', async () => {
  await client.send(new CreateScheduleCommand(schedule('often', 'rate(2 hours)')))
  await clock.advanceTo(monday + 3 * hour)
  expect(delivered).toEqual(['often at 2026-03-02T10:00:00.000Z', 'often at 2026-03-02T12:00:00.000Z'])
})

test('the context attributes in an input are replaced; the time is the planned one, not its place in the window', async () => {
  const one = schedule('one', 'at(2026-03-02T12:00:00)')
  const Input =
    '<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>'
  const FlexibleTimeWindow = { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: 60 }
  await client.send(
    new CreateScheduleCommand({ ...one, FlexibleTimeWindow, Target: { ...one.Target, Input } }),
  )
  await clock.advanceTo(monday + 3 * hour)
  expect(delivered).toEqual([
    expect.stringMatching(
      /^arn:aws:scheduler:eu-central-1:000000000000:schedule\/touches\/one 2026-03-02T12:00:00Z 1 [0-9a-f]{16} at 2026-03-02T12:/,
    ),
  ])
  expect(delivered[0]).not.toContain('at 2026-03-02T12:00:00')
})

test('a dead letter tells what failed, when, how often and why', async () => {
  await close()
  const letters: SchedulerDelivery[] = []
  await serve({
    deliver: (delivery) => {
      if (delivery.targetArn.endsWith(':q'))
        throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.')
      letters.push(delivery)
    },
  })
  const DeadLetterConfig = { Arn: 'arn:aws:sqs:eu-central-1:000000000000:dead' }
  for (const [name, RetryPolicy] of [
    ['often', { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 }],
    ['long', { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 }],
  ] as const) {
    const given = schedule(name, 'at(2026-03-02T12:00:00)')
    await client.send(
      new CreateScheduleCommand({ ...given, Target: { ...given.Target, RetryPolicy, DeadLetterConfig } }),
    )
  }
  await clock.advanceTo(monday + 3 * hour)
  const told = (name: string, condition: string, attempts: string) => ({
    targetArn: DeadLetterConfig.Arn,
    roleArn: 'arn:aws:iam::000000000000:role/r',
    body: name,
    attributes: {
      ERROR_CODE: 'AWS.SimpleQueueService.NonExistentQueue',
      ERROR_MESSAGE: 'The specified queue does not exist.',
      EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
      EXHAUSTED_RETRY_CONDITION: condition,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: attempts,
      SCHEDULED_TIME: '2026-03-02T12:00:00Z',
      SCHEDULE_ARN: `arn:aws:scheduler:eu-central-1:000000000000:schedule/touches/${name}`,
      TARGET_ARN: 'arn:aws:sqs:eu-central-1:000000000000:q',
    },
  })
  // A second, then double: the next try after five would be 63 seconds old.
  expect(letters).toEqual([
    told('often', 'MaximumRetryAttempts', '2'),
    told('long', 'MaximumEventAgeInSeconds', '5'),
  ])
})

test('a lead’s next schedule outlives the deletion of the one that has fired', async () => {
  const leads = new LeadSchedule(client, {
    group: 'touches',
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:q',
    roleArn: 'arn:aws:iam::000000000000:role/r',
    deadLetterArn: 'arn:aws:sqs:eu-central-1:000000000000:dead',
  })
  const names = async () => {
    const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: 'touches' }))
    return Schedules.map(({ Name }) => Name)
  }
  await leads.put('lead-1', monday + hour)
  // Stops at the very firing: the deletion comes a minute later.
  await clock.advanceTo((clock.next()?.atMs ?? 0) + 1)
  await leads.put('lead-1', monday + 24 * hour)
  expect(await names()).toEqual(['lead-1.20260302T110000', 'lead-1.20260303T100000'])
  await clock.advanceTo(monday + 3 * hour)
  expect(await names()).toEqual(['lead-1.20260303T100000'])
})

test('a disabled schedule does not fire', async () => {
  await client.send(new CreateScheduleCommand({ ...schedule('off', 'rate(1 hour)'), State: 'DISABLED' }))
  await clock.advanceTo(monday + 3 * hour)
  expect(delivered).toEqual([])
})
