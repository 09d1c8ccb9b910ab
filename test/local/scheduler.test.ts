import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import { Meter } from '../../local/meter.ts'
import type { AwsCall } from '../../local/service.ts'
import { parseExpression } from '../../local/services/scheduler/expression.ts'
import { SchedulerService } from '../../local/services/scheduler/service.ts'
import { State } from '../../local/state.ts'

const start = Date.parse('2026-03-02T10:00:00Z')
const hour = 3_600_000

describe('an expression', () => {
  test.each([
    ['at(2026-03-02T12:00:00)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-02T12:00:00Z'],
    ['at(2026-03-02T12:00:00)', 'Europe/Berlin', '2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'],
    ['at(2026-07-01T12:00:00)', 'Europe/Berlin', '2026-03-02T10:00:00Z', '2026-07-01T10:00:00Z'],
    ['rate(5 minutes)', 'UTC', '2026-03-02T10:07:00Z', '2026-03-02T10:10:00Z'],
    ['rate(1 day)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z'],
    ['cron(0 7 ? * MON *)', 'Europe/London', '2026-03-02T10:00:00Z', '2026-03-09T07:00:00Z'],
    ['cron(0 7 ? * MON *)', 'Europe/London', '2026-03-29T10:00:00Z', '2026-03-30T06:00:00Z'],
    ['cron(0 12 ? * 2 *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-02T12:00:00Z'],
    ['cron(0 0 29 2 ? *)', 'UTC', '2026-03-02T10:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(0 9 L * ? *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-31T09:00:00Z'],
    ['cron(0 9 ? * 6#1 2026)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-06T09:00:00Z'],
    ['cron(0 9 ? * 6L *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-27T09:00:00Z'],
    ['cron(0 9 ? * 2/2 *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-04T09:00:00Z'],
    ['cron(0 9 ? * 1,*/2 *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-03T09:00:00Z'],
    ['cron(0 9 ? * TUE-THU *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-03T09:00:00Z'],
    // 15 March 2026 is a Sunday, 1 August a Saturday, 31 May a Sunday.
    ['cron(0 9 15W * ? *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-16T09:00:00Z'],
    ['cron(0 9 1W 8 ? *)', 'UTC', '2026-03-02T10:00:00Z', '2026-08-03T09:00:00Z'],
    ['cron(0 9 LW 5 ? *)', 'UTC', '2026-03-02T10:00:00Z', '2026-05-29T09:00:00Z'],
    ['cron(0 * * * ? 2028)', 'UTC', '2026-03-02T10:00:00Z', '2028-01-01T00:00:00Z'],
    // Berlin: 02:30 does not exist on 29 March, and comes twice on 25 October.
    ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
    ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['cron(30 * * * ? *)', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T02:30:00Z'],
    ['cron(30 * * * ? *)', 'Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'],
    ['cron(0 9 ? * L *)', 'UTC', '2026-03-02T10:00:00Z', '2026-03-07T09:00:00Z'],
    ['cron(0 9 31W * ? *)', 'UTC', '2026-03-31T09:00:00Z', '2026-05-29T09:00:00Z'],
    ['cron(* * LW 2 ? *)', 'UTC', '2026-03-02T10:00:00Z', '2027-02-26T00:00:00Z'],
    // Only a leap year that begins on a Thursday has five Sundays in February; 2032 does.
    ['cron(0 9 ? 2 1#5 *)', 'UTC', '2026-03-02T10:00:00Z', '2032-02-29T09:00:00Z'],
    ['cron(0 9 1 1 ? 2026-2030/2)', 'UTC', '2026-03-02T10:00:00Z', '2028-01-01T09:00:00Z'],
    ['cron(0 9 1 1 ? 2025/3)', 'UTC', '2026-03-02T10:00:00Z', '2028-01-01T09:00:00Z'],
    ['rate(5 minutes)', 'UTC', '2026-03-02T09:59:59Z', '2026-03-02T10:00:00Z'],
  ])('%s in %s fires, after %s, at %s', (expression, zone, after, expected) => {
    const next = parseExpression(expression, zone, start)(Date.parse(after))
    expect(next === undefined ? undefined : new Date(next).toISOString()).toBe(
      new Date(expected).toISOString(),
    )
  })

  test.each([
    'at(2026-03-02T12:00:00Z)',
    'at(2026-02-30T12:00:00)',
    'rate(1 days)',
    'rate(5 minute)',
    'rate(0 days)',
    'cron(0 7 * * MON *)',
    'cron(0 7 ? * MON)',
    'cron(? 7 ? * MON *)',
    'cron(0 7 ? ? MON *)',
    'cron(0 7 H * ? *)',
    'cron(0 7 ? * 8 *)',
    'cron(60 7 * * ? *)',
    'cron(0 7 1 1 ? 1969)',
    'cron(0 7 1 1 ? 2200)',
    'every monday',
  ])('%s is refused in AWS’s words', (expression) => {
    expect(() => parseExpression(expression, 'UTC', start)).toThrow(
      `Invalid Schedule Expression ${expression}.`,
    )
  })
})

const world = (deliver: (body: string) => void = () => {}, state = new State()) => {
  const clock = new VirtualClock(start)
  const delivered: [string, string][] = []
  const dropped: string[] = []
  const scheduler = new SchedulerService({
    inventory: { region: 'eu-central-1', scheduleGroups: [{ id: 'Group', name: 'touches' }], schedules: [] },
    state,
    clock,
    meter: new Meter(),
    onDropped: (name, reason) => void dropped.push(`${name}: ${reason}`),
    deliver: ({ body, targetArn }) => {
      if (targetArn.endsWith('send')) deliver(body)
      delivered.push([`${targetArn.split(':').at(-1)} ${body}`, new Date(clock.nowMs()).toISOString()])
    },
  })
  const call = (method: string, name: string, body: Record<string, unknown> = {}): AwsCall => ({
    service: 'scheduler',
    method,
    path: `/schedules/${name}`,
    query: new URLSearchParams('groupName=touches'),
    target: undefined,
    body,
    text: JSON.stringify(body),
    roleArn: '',
    caller: 'test',
  })
  const schedule = (expression: string, more: object = {}) => ({
    GroupName: 'touches',
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: 'arn:aws:sqs:r:1:send',
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      Input: 'hello',
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 },
      DeadLetterConfig: { Arn: 'arn:aws:sqs:r:1:dead' },
    },
    ...more,
  })
  return { clock, delivered, dropped, scheduler, call, schedule }
}

describe('a schedule', () => {
  test('fires once at its time, and is deleted a minute later', async () => {
    const { clock, delivered, scheduler, call, schedule } = world()
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)')))
    await clock.advanceTo(start + 2 * hour + 59_000)
    expect(delivered).toEqual([['send hello', '2026-03-02T12:00:00.000Z']])
    expect(scheduler.outstanding()).toEqual([])
    expect((await scheduler.handle(call('GET', 'lead-1'))).status).toBe(200)
    await clock.advanceTo(start + 2 * hour + 60_000)
    await expect(scheduler.handle(call('GET', 'lead-1'))).rejects.toMatchObject({ status: 404 })
    expect(delivered).toHaveLength(1)
  })

  test('that has fired is deleted after the next start, where a stop came between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ripen-deletion-'))
    const before = new State(folder)
    const first = world(() => {}, before)
    await first.scheduler.handle(first.call('POST', 'lead-1', first.schedule('at(2026-03-02T12:00:00)')))
    await first.clock.advanceTo(start + 2 * hour)
    before.close()
    const second = world(() => {}, new State(folder))
    await second.clock.advanceTo(start + 5 * hour)
    await expect(second.scheduler.handle(second.call('GET', 'lead-1'))).rejects.toMatchObject({ status: 404 })
    expect(second.delivered).toEqual([])
  })

  test('of the same name is a conflict, and an update moves it', async () => {
    const { clock, delivered, scheduler, call, schedule } = world()
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)')))
    await expect(
      scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T13:00:00)'))),
    ).rejects.toMatchObject({ code: 'ConflictException', status: 409 })
    await scheduler.handle(call('PUT', 'lead-1', schedule('at(2026-03-02T13:00:00)')))
    await clock.advanceTo(start + 5 * 3_600_000)
    expect(delivered).toEqual([['send hello', '2026-03-02T13:00:00.000Z']])
  })

  test.each([
    ['while it fires', 0],
    ['within a minute of its firing', 30_000],
  ])('updated %s is deleted by its name, new time and all', async (_, afterMs) => {
    const { clock, delivered, scheduler, call, schedule } = world()
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)')))
    await clock.advanceTo(start + 2 * hour + afterMs)
    await scheduler.handle(call('PUT', 'lead-1', schedule('at(2026-03-09T12:00:00)')))
    await clock.advanceTo(start + 14 * 24 * hour)
    expect(scheduler.outstanding()).toEqual([])
    expect(delivered).toEqual([['send hello', '2026-03-02T12:00:00.000Z']])
  })

  test('whose target fails is tried three times and then sent to its dead-letter queue', async () => {
    const { clock, delivered, scheduler, call, schedule } = world(() => {
      throw new Error('not there')
    })
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)')))
    await clock.advanceTo(start + 5 * 3_600_000)
    expect(delivered).toEqual([['dead hello', '2026-03-02T12:00:03.000Z']])
  })

  test('whose target fails and that has no dead-letter queue is dropped, told, and does not stop the clock', async () => {
    const { clock, dropped, scheduler, call, schedule } = world(() => {
      throw new Error('not there')
    })
    const { DeadLetterConfig, ...Target } = schedule('').Target
    expect(DeadLetterConfig).toBeDefined()
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)', { Target })))
    await clock.advanceTo(start + 5 * 3_600_000)
    expect(dropped).toEqual(['lead-1: not there'])
    expect(scheduler.outstanding()).toEqual([])
  })

  test('whose target fails goes on at its pace, and each firing is tried on its own', async () => {
    const { clock, delivered, scheduler, call, schedule } = world(() => {
      if (clock.nowMs() < start + 2.1 * hour) throw new Error('not there')
    })
    const Target = { ...schedule('').Target, Input: '<aws.scheduler.scheduled-time>', RetryPolicy: {} }
    await scheduler.handle(call('POST', 'hourly', schedule('cron(0 * * * ? *)', { Target })))
    await clock.advanceTo(start + 3 * hour)
    expect(delivered.map(([what]) => what)).toEqual([
      'send 2026-03-02T12:00:00Z',
      'send 2026-03-02T11:00:00Z',
      'send 2026-03-02T13:00:00Z',
    ])
  })

  test('that is deleted is not tried again', async () => {
    const { clock, delivered, scheduler, call, schedule } = world(() => {
      throw new Error('not there')
    })
    await scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)')))
    await clock.advanceTo(start + 2 * hour)
    expect(clock.next()?.label).toBe('schedule lead-1 is tried again')
    await scheduler.handle(call('DELETE', 'lead-1'))
    expect(clock.next()).toBeUndefined()
    await clock.advanceTo(start + 5 * hour)
    expect(delivered).toEqual([])
  })

  test('that is being tried again is outstanding, and goes on where it was after the next start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ripen-retries-'))
    const before = new State(folder)
    const first = world(() => {
      throw new Error('not there')
    }, before)
    const { call, schedule } = first
    const Target = { ...schedule('').Target, Input: 'attempt <aws.scheduler.attempt-number>' }
    await first.scheduler.handle(call('POST', 'lead-1', schedule('at(2026-03-02T12:00:00)', { Target })))
    await first.clock.advanceTo(start + 2 * hour)
    expect(first.scheduler.outstanding().map(({ name }) => name)).toEqual(['lead-1'])
    before.close()
    const second = world(() => {}, new State(folder))
    await second.clock.advanceTo(start + 5 * hour)
    expect(second.delivered).toEqual([['send attempt 2', '2026-03-02T12:00:01.000Z']])
    expect(second.scheduler.outstanding()).toEqual([])
  })

  describe('that the template declares', () => {
    const properties = {
      ScheduleExpression: 'cron(0 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: 'arn:aws:sqs:r:1:send',
        RoleArn: 'arn:aws:iam::000000000000:role/r',
        Input: 'before',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: 'arn:aws:sqs:r:1:dead' },
      },
    }
    const declared = (name: string, given: Record<string, unknown>) => {
      const target = { arn: '', roleArn: '', input: '', maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 }
      return { id: name, name, groupName: 'default', target, properties: { ...properties, ...given } }
    }
    const startWith = (schedules: ReturnType<typeof declared>[], state: State) =>
      new SchedulerService({
        clock: new VirtualClock(start),
        meter: new Meter(),
        deliver: () => {},
        state,
        inventory: { region: 'r', scheduleGroups: [], schedules },
      })
    const target = (change: object) => ({ Target: { ...properties.Target, ...change } })

    test.each<[string, Record<string, unknown>, object]>([
      ['its time', { ScheduleExpression: 'cron(5 * * * ? *)' }, { expression: 'cron(5 * * * ? *)' }],
      ['its time zone', { ScheduleExpressionTimezone: 'Asia/Kolkata' }, { timeZone: 'Asia/Kolkata' }],
      [
        'its window',
        { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 9 } },
        { windowMinutes: 9 },
      ],
      ['its start', { StartDate: '2026-03-03T00:00:00Z' }, { startMs: 1_772_496_000_000 }],
      ['its end', { EndDate: '2026-03-03T00:00:00Z' }, { endMs: 1_772_496_000_000 }],
      ['its input', target({ Input: 'after' }), { target: { input: 'after' } }],
      ['its target', target({ Arn: 'arn:aws:sqs:r:1:other' }), { target: { arn: 'arn:aws:sqs:r:1:other' } }],
      [
        'its role',
        target({ RoleArn: 'arn:aws:iam::000000000000:role/other' }),
        { target: { roleArn: 'arn:aws:iam::000000000000:role/other' } },
      ],
      [
        'its retries',
        target({ RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 } }),
        { target: { maximumRetryAttempts: 3 } },
      ],
      [
        'its dead-letter queue',
        target({ DeadLetterConfig: { Arn: 'arn:aws:sqs:r:1:grave' } }),
        { target: { deadLetterArn: 'arn:aws:sqs:r:1:grave' } },
      ],
    ])('follows it in %s', (_, change, expected) => {
      const folder = mkdtempSync(join(tmpdir(), 'ripen-schedules-'))
      const before = new State(folder)
      startWith([declared('kept', {})], before)
      before.close()
      expect(startWith([declared('kept', change)], new State(folder)).outstanding()).toMatchObject([expected])
    })

    test('goes when it goes, does not fire once disabled, and is left alone where nothing changed', () => {
      const folder = mkdtempSync(join(tmpdir(), 'ripen-schedules-'))
      const before = new State(folder)
      const first = startWith(
        ['kept', 'gone', 'off'].map((name) => declared(name, {})),
        before,
      )
      const [kept] = first.outstanding()
      expect(first.outstanding().map(({ name }) => name)).toEqual(['kept', 'gone', 'off'])
      before.close()
      const second = startWith(
        [declared('kept', {}), declared('off', { State: 'DISABLED' })],
        new State(folder),
      )
      expect(second.outstanding()).toEqual([kept])
    })
  })

  test('that does not exist cannot be updated or deleted', async () => {
    const { scheduler, call, schedule } = world()
    await expect(scheduler.handle(call('PUT', 'gone', schedule('at(2026-03-02T12:00:00)')))).rejects.toThrow(
      'Schedule gone does not exist.',
    )
    await expect(scheduler.handle(call('DELETE', 'gone'))).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    })
  })

  test('may be refused for what its fields say', async () => {
    const { scheduler, call, schedule } = world()
    await expect(scheduler.handle(call('POST', 'a b', schedule('at(2026-03-02T12:00:00)')))).rejects.toThrow(
      "Value 'a b' at 'name'",
    )
    await expect(
      scheduler.handle(
        call(
          'POST',
          'x',
          schedule('at(2026-03-02T12:00:00)', {
            FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 2000 },
          }),
        ),
      ),
    ).rejects.toThrow('between 1 and 1440')
  })
})
