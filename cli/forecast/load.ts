/** What the emails ask of the account's sending quota: the busiest hour and day, and how long a queue builds up. */

export interface Quota {
  readonly emailsPer24Hours: number
  readonly emailsPerSecond: number
}

export interface Busiest {
  readonly fromMs: number
  readonly emails: number
}

export interface Load {
  readonly quota: Quota
  readonly emailsByHour: Uint32Array
  readonly busiestMinute: Busiest
  readonly busiestHour: Busiest
  readonly busiest24Hours: Busiest
  /** Hours with more emails than the rate lets through in an hour. */
  readonly hoursOverRate: readonly {
    readonly fromMs: number
    readonly emails: number
    readonly over: number
  }[]
  /** Times in which emails wait for their turn at the rate: SES refuses them, and the send queue brings them back. */
  readonly waits: readonly {
    readonly fromMs: number
    readonly minutes: number
    readonly mostWaiting: number
  }[]
  /** When the daily quota is first passed, and for how many minutes in all it is. */
  readonly overDailyQuota: { readonly firstAtMs: number; readonly minutes: number } | undefined
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const minutesPerDay = 24 * 60

/** A queue that empties within a minute is no wait. */
const shortWaitMinutes = 1

export const loadOf = (emailsByMinute: Uint32Array, startMs: number, quota: Quota): Load => {
  const emailsByHour = new Uint32Array(Math.ceil(emailsByMinute.length / 60))
  for (const [minute, emails] of emailsByMinute.entries()) {
    const hour = Math.floor(minute / 60)
    emailsByHour[hour] = (emailsByHour[hour] ?? 0) + emails
  }
  const ratePerHour = quota.emailsPerSecond * 3600
  const day = rollingDay(emailsByMinute, startMs, quota.emailsPer24Hours)
  return {
    quota,
    emailsByHour,
    busiestMinute: busiestOf(emailsByMinute, startMs, minuteMs),
    busiestHour: busiestOf(emailsByHour, startMs, hourMs),
    ...day,
    hoursOverRate: [...emailsByHour].flatMap((emails, hour) =>
      emails > ratePerHour
        ? [{ fromMs: startMs + hour * hourMs, emails, over: Math.ceil(emails - ratePerHour) }]
        : [],
    ),
    waits: waitsOf(emailsByMinute, startMs, quota.emailsPerSecond * 60),
  }
}

const busiestOf = (counts: Uint32Array, startMs: number, eachMs: number): Busiest => {
  let at = 0
  for (const [place, emails] of counts.entries()) if (emails > (counts[at] ?? 0)) at = place
  return { fromMs: startMs + at * eachMs, emails: counts[at] ?? 0 }
}

const rollingDay = (
  counts: Uint32Array,
  startMs: number,
  most: number,
): Pick<Load, 'busiest24Hours' | 'overDailyQuota'> => {
  let inDay = 0
  let busiest = { fromMs: startMs, emails: 0 }
  let firstAtMs: number | undefined
  let minutes = 0
  for (const [minute, emails] of counts.entries()) {
    inDay += emails - (counts[minute - minutesPerDay] ?? 0)
    if (inDay > busiest.emails)
      busiest = { fromMs: startMs + Math.max(0, minute + 1 - minutesPerDay) * minuteMs, emails: inDay }
    if (inDay <= most) continue
    firstAtMs ??= startMs + minute * minuteMs
    minutes += 1
  }
  return {
    busiest24Hours: busiest,
    overDailyQuota: firstAtMs === undefined ? undefined : { firstAtMs, minutes },
  }
}

const waitsOf = (counts: Uint32Array, startMs: number, perMinute: number): Load['waits'] => {
  const waits: { fromMs: number; minutes: number; mostWaiting: number }[] = []
  let waiting = 0
  let current: (typeof waits)[number] | undefined
  for (const [minute, emails] of counts.entries()) {
    waiting = Math.max(0, waiting + emails - perMinute)
    if (waiting <= 0) {
      current = undefined
      continue
    }
    if (!current) {
      current = { fromMs: startMs + minute * minuteMs, minutes: 0, mostWaiting: 0 }
      waits.push(current)
    }
    current.minutes += 1
    current.mostWaiting = Math.max(current.mostWaiting, Math.ceil(waiting))
  }
  return waits.filter(({ minutes }) => minutes > shortWaitMinutes)
}
