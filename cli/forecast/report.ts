/** A forecast as figures, with units in their names: what text, page and JSON are made from. */
import type { Bill } from '../../local/bill/bill.ts'
import type { Deployment } from '../../local/bill/deployment.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { totalsOf } from '../../shared/contracts/counters.ts'
import { hourMs } from '../../shared/domain/cadence.ts'
import { makeReport, type Report } from '../../shared/flows/report/report-figures.ts'
import { dayOf } from '../../shared/flows/report/tally.ts'
import { forecastBill } from './bill.ts'
import { type Load, loadOf, type Quota } from './load.ts'
import { type FunnelField, funnelFields, type Measures } from './measures.ts'
import type { Past } from './past.ts'
import type { Refusals } from './population.ts'

export interface ForecastReport {
  readonly campaign: string
  readonly campaignVersion: string
  readonly seed: string
  readonly fromMs: number
  readonly days: number
  readonly who: string
  readonly leads: number
  readonly refusedRows: number
  readonly refusals: Readonly<Record<string, number>>
  readonly leadsQualified: number
  readonly leadsHeldOut: number
  readonly leadsByStage: Readonly<Record<string, number>>
  readonly emails: { readonly touches: number; readonly toSales: number }
  readonly funnelByDay: Readonly<Record<FunnelField, readonly number[]>>
  readonly report: Report
  readonly touchesByWeekHour: readonly number[]
  readonly load: Omit<Load, 'emailsByHour'> & { readonly emailsByHour: readonly number[] }
  /** Hours in which more confirmations were due than the campaign's cap lets out; the cap is not played. */
  readonly confirmationsOverCap: {
    readonly perHour: number
    readonly hours: number
    readonly firstAtMs: number | undefined
  }
  readonly bill: Bill
  readonly past: Omit<Past, 'chances'> | undefined
}

export interface About {
  readonly seed: string
  readonly who: string
  readonly quota: Quota
  readonly refusals: Refusals
  readonly past: Past | undefined
  /** Of the stack that these leads would come to. */
  readonly deployment: Deployment
}

export const makeForecastReport = (
  measures: Measures,
  { plan, intake }: CompiledCampaign,
  { seed, who, quota, refusals, past, deployment }: About,
): ForecastReport => {
  const { startMs, days } = measures
  const counts = measures.dayCounts()
  const { emailsByHour, ...load } = loadOf(measures.emailsByMinute, startMs, quota)
  const { perHour } = intake.confirmations
  const overCap = [...measures.confirmationsByHour.entries()].filter(([, count]) => count > perHour)
  return {
    campaign: plan.name,
    campaignVersion: plan.version,
    seed,
    fromMs: startMs,
    days,
    who,
    leads: measures.leads,
    refusedRows: refusals.count,
    refusals: Object.fromEntries(refusals.byReason),
    leadsQualified: measures.leadsQualified,
    leadsHeldOut: measures.heldOut,
    leadsByStage: Object.fromEntries([...measures.stages].sort(([, a], [, b]) => b - a)),
    emails: { touches: measures.touches, toSales: measures.salesEmails },
    funnelByDay: funnelByDay(measures),
    report: makeReport(plan, totalsOf(counts), counts, dayOf(startMs), dayOf(startMs + days * 24 * hourMs)),
    touchesByWeekHour: [...measures.touchesByWeekHour],
    load: { ...load, emailsByHour: [...emailsByHour] },
    confirmationsOverCap: {
      perHour,
      hours: overCap.length,
      firstAtMs: overCap[0] && startMs + overCap[0][0] * hourMs,
    },
    bill: forecastBill(measures, plan, deployment),
    past: past && { place: past.place, days: past.days, steps: past.steps },
  }
}

/** What happens in the last moment of the last day belongs to it. */
const funnelByDay = ({ funnel, days }: Measures): Readonly<Record<FunnelField, readonly number[]>> => {
  const byDay = (field: FunnelField): number[] => {
    const counts = [...funnel[field]]
    const beyond = counts[days] ?? 0
    return counts.slice(0, days).map((count, day) => (day === days - 1 ? count + beyond : count))
  }
  const [captured, sent, clicked, qualified, exhausted, unsubscribed, bounced] = funnelFields.map(byDay)
  return {
    captured: captured ?? [],
    sent: sent ?? [],
    clicked: clicked ?? [],
    qualified: qualified ?? [],
    exhausted: exhausted ?? [],
    unsubscribed: unsubscribed ?? [],
    bounced: bounced ?? [],
  }
}

/** Sums of seven days each. */
export const byWeek = (days: readonly number[]): number[] =>
  Array.from({ length: Math.ceil(days.length / 7) }, (_, week) =>
    days.slice(week * 7, week * 7 + 7).reduce((sum, count) => sum + count, 0),
  )

export const utcText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What the load means for the account's quota, a sentence each. */
export const loadSentences = ({ load, confirmationsOverCap }: ForecastReport): string[] => {
  const { quota, busiestHour, busiest24Hours, busiestMinute, hoursOverRate, waits, overDailyQuota } = load
  const number = (count: number) => count.toLocaleString('en-US')
  const [first] = hoursOverRate
  const longest = waits.reduce<(typeof waits)[number] | undefined>(
    (most, wait) => (!most || wait.minutes > most.minutes ? wait : most),
    undefined,
  )
  return [
    `Busiest hour: ${number(busiestHour.emails)} emails from ${utcText(busiestHour.fromMs)}; the rate of ${number(quota.emailsPerSecond)} a second lets ${number(quota.emailsPerSecond * 3600)} through in an hour.`,
    `Busiest minute: ${number(busiestMinute.emails)} emails at ${utcText(busiestMinute.fromMs)}; the rate lets ${number(quota.emailsPerSecond * 60)} through.`,
    `Busiest 24 hours: ${number(busiest24Hours.emails)} emails from ${utcText(busiest24Hours.fromMs)}, ${share(busiest24Hours.emails, quota.emailsPer24Hours)} of the quota of ${number(quota.emailsPer24Hours)}.`,
    first
      ? `Hours over the rate: ${hoursOverRate.length}, the first from ${utcText(first.fromMs)}, ${number(first.over)} emails too many; at most ${number(Math.max(...hoursOverRate.map(({ over }) => over)))} too many.`
      : 'No hour is over the rate.',
    longest
      ? `Emails have to wait for the rate ${waits.length === 1 ? 'once' : `${waits.length} times`}; longest ${longest.minutes} minutes from ${utcText(longest.fromMs)}, with up to ${number(longest.mostWaiting)} waiting. The forecast sends them at once.`
      : 'No email has to wait a minute for the rate.',
    overDailyQuota
      ? `The 24-hour quota is passed at ${utcText(overDailyQuota.firstAtMs)} first, for ${number(Math.round(overDailyQuota.minutes / 60))} hours in all: SES would refuse emails until it is free again. Ask AWS for more, or let leads in more slowly.`
      : 'The 24-hour quota is never passed.',
    ...(confirmationsOverCap.firstAtMs === undefined
      ? []
      : [
          `In ${confirmationsOverCap.hours} hours more confirmations are due than the campaign's cap of ${number(confirmationsOverCap.perHour)} an hour, first from ${utcText(confirmationsOverCap.firstAtMs)}; they would go out in the hours after. The forecast does not play caps.`,
        ]),
  ]
}

/** People of the model know nothing of an email but its step. */
export const aboutVerdicts =
  'The model clicks on all variants of a test alike: what a forecast says of them tells how many emails each gets, and what chance alone does.'

export const share = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
