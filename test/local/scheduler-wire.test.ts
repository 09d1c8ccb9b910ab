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
import { SchedulerService } from '../../local/services/scheduler/service.ts'
import { State } from '../../local/state.ts'
import { gatewayTo } from '../support/gateway.ts'
import { hour, monday } from '../support/leads.ts'

let clock: VirtualClock
let client: SchedulerClient
let delivered: string[]
let close: () => Promise<void>

beforeEach(async () => {
  clock = new VirtualClock(monday)
  delivered = []
  const service = new SchedulerService({
    inventory: { region: 'eu-central-1', scheduleGroups: [{ id: 'Group', name: 'touches' }], schedules: [] },
    state: new State(),
    clock,
    meter: new Meter(),
    deliver: ({ body }) => void delivered.push(`${body} at ${new Date(clock.nowMs()).toISOString()}`),
  })
  const gateway = await gatewayTo([service], clock)
  client = new SchedulerClient(gateway.client)
  close = gateway.close
})
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
  ).toEqual(['default', 'touches', 'other'])
  await client.send(new DeleteScheduleGroupCommand({ Name: 'other' }))
  await clock.advanceTo(monday + 5 * hour)
  expect(delivered).toEqual([])
  await expect(
    client.send(new CreateScheduleCommand(schedule('two', 'at(2026-03-02T11:00:00)', 'other'))),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
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

test('a disabled schedule does not fire', async () => {
  await client.send(new CreateScheduleCommand({ ...schedule('off', 'rate(1 hour)'), State: 'DISABLED' }))
  await clock.advanceTo(monday + 3 * hour)
  expect(delivered).toEqual([])
})
