import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ThrottlingException,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { LeadSchedule } from '../../../shared/aws/lead-schedule.ts'
import { failureOf, unknownFailures } from '../../support/aws-refusals.ts'

const scheduler = new SchedulerClient({ region: 'eu-central-1' })
const aws = mockClient(scheduler)
beforeEach(() => void aws.reset())

const schedule = new LeadSchedule(scheduler, {
  group: 'leads',
  queueArn: 'arn:aws:sqs:eu-central-1:111122223333:send',
  roleArn: 'arn:aws:iam::111122223333:role/schedule',
  deadLetterArn: 'arn:aws:sqs:eu-central-1:111122223333:dead',
})

const said = (Message: string) => ({ message: Message, Message, $metadata: {} })
const exists = () => new ConflictException(said('Schedule 7f3c already exists.'))
const isGone = () => new ResourceNotFoundException(said('Schedule 7f3c does not exist.'))

const input = {
  Name: '7f3c',
  GroupName: 'leads',
  ScheduleExpression: 'at(2026-03-02T10:00:01)',
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  ActionAfterCompletion: 'DELETE',
  Target: {
    Arn: 'arn:aws:sqs:eu-central-1:111122223333:send',
    RoleArn: 'arn:aws:iam::111122223333:role/schedule',
    Input: '{"leadId":"7f3c","refusals":0}',
    RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
    DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-central-1:111122223333:dead' },
  },
}

/** A thousandth after ten: the schedule is for the next whole second, so that what is due is due when it fires. */
const put = () => schedule.put('7f3c', Date.parse('2026-03-02T10:00:00.001Z'))

const calls = () => aws.calls().map(({ args }) => [args[0].constructor.name, args[0].input])

describe('a lead’s schedule', () => {
  test('is created', async () => {
    aws.on(CreateScheduleCommand).resolves({})
    await put()
    expect(calls()).toEqual([['CreateScheduleCommand', input]])
  })

  test('is moved where there is one: an update says all of it, because it replaces what it does not say', async () => {
    aws.on(CreateScheduleCommand).rejects(exists()).on(UpdateScheduleCommand).resolves({})
    await put()
    expect(calls()).toEqual([
      ['CreateScheduleCommand', input],
      ['UpdateScheduleCommand', input],
    ])
  })

  test('that fires between the two is created after all', async () => {
    aws
      .on(CreateScheduleCommand)
      .rejectsOnce(exists())
      .resolves({})
      .on(UpdateScheduleCommand)
      .rejects(isGone())
    await put()
    expect(calls().map(([name]) => name)).toEqual([
      'CreateScheduleCommand',
      'UpdateScheduleCommand',
      'CreateScheduleCommand',
    ])
  })

  test('that comes and goes a third time is left to the next look', async () => {
    aws.on(CreateScheduleCommand).rejects(exists()).on(UpdateScheduleCommand).rejects(isGone())
    expect(await failureOf(put())).toMatchObject({
      message: 'The schedule of lead 7f3c came and went while it was being set; try again.',
    })
    expect(calls()).toHaveLength(3)
  })

  test('is removed, and one that is not there is removed already', async () => {
    aws.on(DeleteScheduleCommand).resolvesOnce({}).rejectsOnce(isGone())
    await schedule.remove('7f3c')
    await schedule.remove('7f3c')
    expect(calls()).toEqual([
      ['DeleteScheduleCommand', { Name: '7f3c', GroupName: 'leads' }],
      ['DeleteScheduleCommand', { Name: '7f3c', GroupName: 'leads' }],
    ])
  })
})

describe('a call that fails otherwise is handed on:', () => {
  const failures: readonly (readonly [string, Error])[] = [
    ['a throttle', new ThrottlingException(said('Rate exceeded'))],
    ['a setting that is wrong', new ValidationException(said('Invalid Schedule Expression.'))],
    ...unknownFailures,
  ]

  test.each(failures)('%s', async (_, failure) => {
    aws.on(CreateScheduleCommand).rejects(failure).on(DeleteScheduleCommand).rejects(failure)
    expect(await failureOf(put())).toBe(failure)
    expect(await failureOf(schedule.remove('7f3c'))).toBe(failure)
  })

  test('a group that is not there, which a creation must not take for a schedule that is gone', async () => {
    const failure = new ResourceNotFoundException(said('Schedule group leads does not exist.'))
    aws.on(CreateScheduleCommand).rejects(failure)
    expect(await failureOf(put())).toBe(failure)
    expect(calls()).toHaveLength(1)
  })

  test('a removal that meets an update of the same schedule', async () => {
    const failure = new ConflictException(said('Schedule 7f3c is being changed.'))
    aws.on(DeleteScheduleCommand).rejects(failure)
    expect(await failureOf(schedule.remove('7f3c'))).toBe(failure)
  })
})
