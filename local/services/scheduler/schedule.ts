/** A schedule as it is kept, and how it is read from a request, refused in AWS's words where it is wrong. */
import { hash } from 'node:crypto'
import type { ScheduleTarget } from '../../inventory.ts'
import { AwsError } from '../../service.ts'
import { parseExpression } from './expression.ts'

export interface StoredSchedule {
  /** `<group>/<name>`. */
  readonly key: string
  readonly name: string
  readonly group: string
  readonly expression: string
  readonly timeZone: string
  /** 0 where the flexible window is off. */
  readonly windowMinutes: number
  /** Recurring schedules fire between these, both included. */
  readonly startMs?: number
  readonly endMs?: number
  readonly state: 'ENABLED' | 'DISABLED'
  readonly deletesItself: boolean
  readonly target: ScheduleTarget
  readonly createdAtMs: number
  /** Where a rate without a start begins to count. */
  readonly updatedAtMs: number
  /** The next firing, its place in the flexible window included. */
  readonly nextAtMs: number | undefined
  readonly clientToken?: string
  /** No two schedules and no two updates have the same, so that a firing can tell whether its schedule was replaced meanwhile. */
  readonly revision: number
  /** The template declares it, and takes it along when it goes. */
  readonly isDeclared?: boolean
  /** As the caller wrote it, for GetSchedule. */
  readonly given: Readonly<Record<string, unknown>>
}

/** Throws `ValidationException`. */
export const readSchedule = (
  body: Readonly<Record<string, unknown>>,
  group: string,
  name: string,
  nowMs: number,
): StoredSchedule => {
  checkName(name)
  const expression = String(body.ScheduleExpression ?? '')
  const timeZone = String(body.ScheduleExpressionTimezone ?? 'UTC')
  const startMs = readInstant(body.StartDate, 'StartDate')
  const endMs = readInstant(body.EndDate, 'EndDate')
  if (startMs !== undefined && endMs !== undefined && startMs >= endMs)
    throw new AwsError('ValidationException', 'The StartDate must be before the EndDate.')
  const schedule: StoredSchedule = {
    key: `${group}/${name}`,
    name,
    group,
    expression,
    timeZone,
    windowMinutes: readWindow(body.FlexibleTimeWindow),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    state: body.State === 'DISABLED' ? 'DISABLED' : 'ENABLED',
    deletesItself: body.ActionAfterCompletion === 'DELETE',
    target: readTarget(body.Target),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    nextAtMs: undefined,
    ...(typeof body.ClientToken === 'string' ? { clientToken: body.ClientToken } : {}),
    revision: 0,
    given: body,
  }
  return { ...schedule, nextAtMs: firstFiringMs(schedule, nowMs) }
}

/**
 * Throws for an expression that cannot be read. A rate without a start begins at once, as AWS documents it; a one-time
 * schedule of the past fires at once.
 */
const firstFiringMs = (schedule: StoredSchedule, nowMs: number): number | undefined => {
  const startsAtOnce = schedule.expression.startsWith('rate(') && schedule.startMs === undefined
  return nextFiringMs(schedule, startsAtOnce ? nowMs - 1 : nowMs) ?? (isOneTime(schedule) ? nowMs : undefined)
}

/** Throws `ValidationException`; schedules and groups are named alike. */
export const checkName = (name: string): void => {
  if (!/^[0-9a-zA-Z\-_.]{1,64}$/.test(name))
    throw constraint(name, 'name', 'Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+')
}

export const isOneTime = ({ expression }: StoredSchedule): boolean => expression.startsWith('at(')

/** The first firing after `afterMs`, at the schedule's place in its flexible window. A one-time schedule knows no start and no end. */
export const nextFiringMs = (schedule: StoredSchedule, afterMs: number): number | undefined => {
  const { expression, timeZone, startMs, endMs, updatedAtMs, name, windowMinutes } = schedule
  const placeMs = placeInWindowMs(name, windowMinutes)
  const next = parseExpression(expression, timeZone, startMs ?? updatedAtMs)
  if (isOneTime(schedule)) {
    const atMs = next(afterMs - placeMs)
    return atMs === undefined ? undefined : atMs + placeMs
  }
  const nominalMs = next(Math.max(afterMs - placeMs, (startMs ?? 0) - 1))
  return nominalMs === undefined || (endMs !== undefined && nominalMs > endMs)
    ? undefined
    : nominalMs + placeMs
}

/** The time that the schedule's next firing is for: without its place in the window, and also where that is past. */
export const scheduledTimeMs = (schedule: StoredSchedule): number => {
  const { expression, timeZone, nextAtMs = 0, updatedAtMs, name, windowMinutes } = schedule
  const onceAtMs = isOneTime(schedule)
    ? parseExpression(expression, timeZone, updatedAtMs)(Number.NEGATIVE_INFINITY)
    : undefined
  return onceAtMs ?? nextAtMs - placeInWindowMs(name, windowMinutes)
}

/** The SDK writes dates as epoch seconds, a template as ISO text. */
const readInstant = (given: unknown, field: string): number | undefined => {
  if (given === undefined || given === null) return undefined
  const atMs = typeof given === 'number' ? given * 1000 : Date.parse(String(given))
  if (Number.isNaN(atMs)) throw new AwsError('ValidationException', `Invalid ${field}.`)
  return atMs
}

const readWindow = (given: unknown): number => {
  const window = (given ?? {}) as { Mode?: string; MaximumWindowInMinutes?: number }
  if (window.Mode === 'OFF') return 0
  if (window.Mode !== 'FLEXIBLE')
    throw constraint(
      String(window.Mode),
      'flexibleTimeWindow.mode',
      'Member must satisfy enum value set: [OFF, FLEXIBLE]',
    )
  const minutes = window.MaximumWindowInMinutes ?? 0
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440)
    throw constraint(
      String(minutes),
      'flexibleTimeWindow.maximumWindowInMinutes',
      'Member must have value between 1 and 1440',
    )
  return minutes
}

const readTarget = (given: unknown): ScheduleTarget => {
  const target = (given ?? {}) as {
    Arn?: string
    RoleArn?: string
    Input?: string
    RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number }
    DeadLetterConfig?: { Arn?: string }
  }
  if (!target.Arn?.startsWith('arn:'))
    throw new AwsError('ValidationException', `Provided Arn ${target.Arn} is not in correct format.`)
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(target.RoleArn ?? ''))
    throw new AwsError('ValidationException', `Provided role ${target.RoleArn} is not in correct format.`)
  const { MaximumRetryAttempts: attempts = 185, MaximumEventAgeInSeconds: age = 86_400 } =
    target.RetryPolicy ?? {}
  if (attempts < 0 || attempts > 185)
    throw constraint(
      String(attempts),
      'target.retryPolicy.maximumRetryAttempts',
      'Member must have value between 0 and 185',
    )
  if (age < 60 || age > 86_400)
    throw constraint(
      String(age),
      'target.retryPolicy.maximumEventAgeInSeconds',
      'Member must have value between 60 and 86400',
    )
  return {
    arn: target.Arn,
    roleArn: target.RoleArn ?? '',
    input: target.Input ?? '{}',
    maximumRetryAttempts: attempts,
    maximumEventAgeSeconds: age,
    ...(target.DeadLetterConfig?.Arn ? { deadLetterArn: target.DeadLetterConfig.Arn } : {}),
  }
}

/**
 * Anywhere in the window is right; the name up to its first dot decides, to the minute, so that runs can be compared:
 * schedules `lead.time` of one lead all have the same place.
 */
export const placeInWindowMs = (name: string, windowMinutes: number): number => {
  if (windowMinutes === 0) return 0
  const [series = ''] = name.split('.', 1)
  return (hash('md5', series, 'buffer').readUInt16BE(0) % windowMinutes) * 60_000
}

export const constraint = (value: string, member: string, rule: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  )
