/** When a schedule fires: `at(...)`, `rate(...)` and `cron(...)` in a time zone, as EventBridge Scheduler reads them. */
import { Temporal } from 'temporal-polyfill'
import { isTimeZone } from '../../../shared/domain/time-zone.ts'
import { AwsError } from '../../service.ts'
import { parseCron } from './cron.ts'

/** The first firing after `afterMs`; nothing where a one-time schedule has fired or a year has passed. */
export type NextFiring = (afterMs: number) => number | undefined

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Throws `ValidationException` in AWS's words. `fromMs` is where rates begin to count. */
export const parseExpression = (expression: string, timeZone: string, fromMs: number): NextFiring => {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? []
  if (!isTimeZone(timeZone))
    throw new AwsError('ValidationException', `Invalid ScheduleExpressionTimezone ${timeZone}.`)
  const next =
    kind === 'at'
      ? parseAt(inner, timeZone)
      : kind === 'rate'
        ? parseRate(inner, fromMs)
        : kind === 'cron'
          ? parseCron(inner, timeZone)
          : undefined
  if (!next) throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`)
  return next
}

const parseAt = (inner: string, timeZone: string): NextFiring | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner)) return undefined
  try {
    const local = Temporal.PlainDateTime.from(inner, { overflow: 'reject' })
    const atMs = local.toZonedDateTime(timeZone).epochMilliseconds
    return (afterMs) => (atMs > afterMs ? atMs : undefined)
  } catch {
    // A date such as 30 February: the caller refuses it like any other expression that cannot be read.
    return undefined
  }
}

const parseRate = (inner: string, fromMs: number): NextFiring | undefined => {
  const [, digits, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? []
  const everyMs = Number(digits) * (unitMs[unit] ?? 0)
  const isPlural = inner.endsWith('s')
  if (!everyMs || isPlural !== Number(digits) > 1) return undefined
  return (afterMs) => fromMs + Math.max(0, Math.floor((afterMs - fromMs) / everyMs) + 1) * everyMs
}
