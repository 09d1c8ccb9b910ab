import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ThrottlingException,
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
const exists = () => new ConflictException(said('Schedule 7f3c.20260302T100001 already exists.'))
const isGone = () => new ResourceNotFoundException(said('Schedule 7f3c.20260302T100001 does not exist.'))

const input = {
  Name: '7f3c.20260302T100001',
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
const dueAtMs = Date.parse('2026-03-02T10:00:00.001Z')
const put = () => schedule.put('7f3c', dueAtMs)
const remove = () => schedule.remove('7f3c', dueAtMs)

const names = () => aws.calls().map(({ args }) => (args[0].input as { readonly Name: string }).Name)

const calls = () => aws.calls().map(({ args }) => [args[0].constructor.name, args[0].input])

describe('a lead’s schedule', () => {
  test('is created', async () => {
    aws.on(CreateScheduleCommand).resolves({})
    await put()
    expect(calls()).toEqual([['CreateScheduleCommand', input]])
  })

  test('of that time which is there already is left as it is', async () => {
    aws.on(CreateScheduleCommand).rejects(exists())
    await put()
    expect(calls()).toHaveLength(1)
  })

  test('for another time is another schedule: a name that has fired is never used again', async () => {
    aws.on(CreateScheduleCommand).resolves({})
    await put()
    await schedule.put('7f3c', dueAtMs + 1000)
    expect(names()).toEqual(['7f3c.20260302T100001', '7f3c.20260302T100002'])
  })

  test('has a name that the Scheduler takes', async () => {
    aws.on(CreateScheduleCommand).resolves({})
    await schedule.put('f'.repeat(32), dueAtMs)
    expect(names()[0]).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/)
  })

  test('is removed, and one that is not there is removed already', async () => {
    aws.on(DeleteScheduleCommand).resolvesOnce({}).rejectsOnce(isGone())
    await remove()
    await remove()
    expect(calls()).toEqual([
      ['DeleteScheduleCommand', { Name: '7f3c.20260302T100001', GroupName: 'leads' }],
      ['DeleteScheduleCommand', { Name: '7f3c.20260302T100001', GroupName: 'leads' }],
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
    expect(await failureOf(remove())).toBe(failure)
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
    expect(await failureOf(remove())).toBe(failure)
  })
})
