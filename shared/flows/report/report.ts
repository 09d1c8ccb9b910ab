/** Once a week: the counts are read, and the report goes to marketing, once per day it ends on. */
import type { Mailer } from '../../aws/mailer.ts'
import type { TallyTable } from '../../aws/tally-table.ts'
import type { CampaignIdentity } from '../../campaign/compiled/compiled.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import { dayMs } from '../../domain/cadence.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { reportEmail } from './report-email.ts'
import { makeReport, type Report } from './report-figures.ts'
import { dayOf } from './tally.ts'

/**
 * Tests are read at most this many days back: a year covers every season, and older readers were other people.
 * It also bounds what is read.
 */
const testDays = 366

/** SES refused the report for certain; the queue tries again. */
export class ReportRefused extends LoggableError {
  override readonly name = 'ReportRefused'

  constructor(day: string, reason: string) {
    super(`The report that ends on ${day} was refused by SES (${reason}); it will be tried again.`)
  }
}

/**
 * Sends the report of the last seven days, at most once per day it ends on. As with a touch, a call to SES that
 * got no answer keeps its claim: the report may be out, and is not sent blind again.
 */
export const sendReport = async (
  campaign: Campaign,
  identity: CampaignIdentity,
  nowMs: number,
  {
    table,
    mailer,
  }: {
    readonly table: Pick<TallyTable, 'read' | 'readTests' | 'claimReport' | 'releaseReport'>
    readonly mailer: Pick<Mailer, 'send'>
  },
): Promise<'sent' | 'alreadySent' | 'unknown'> => {
  const report = await readReport(campaign, table, nowMs, 7)
  if ((await table.claimReport(campaign.name, report.toDay, nowMs)) === 'alreadyClaimed') return 'alreadySent'
  const release = () => table.releaseReport(campaign.name, report.toDay, nowMs)
  const outcome = await mailer.send(reportEmail(report, identity)).catch(async (error: unknown) => {
    // Thrown only where SES certainly did not take it.
    await release()
    throw error
  })
  if (outcome.kind === 'refused') {
    await release()
    throw new ReportRefused(report.toDay, outcome.reason)
  }
  return outcome.kind === 'accepted' ? 'sent' : 'unknown'
}

/** Counts from the days `[nowMs - days, nowMs]`, both days included, UTC; of tests and the hold-out from up to a year. */
const readReport = async (
  campaign: Campaign,
  table: Pick<TallyTable, 'read' | 'readTests'>,
  nowMs: number,
  days: number,
): Promise<Report> => {
  const wanted = Array.from({ length: days + 1 }, (_, back) => dayOf(nowMs - (days - back) * dayMs))
  const counts = new Map<string, number>()
  for (const day of wanted)
    for (const [metric, count] of await table.read(campaign.name, day))
      counts.set(metric, (counts.get(metric) ?? 0) + count)
  const tests = await table.readTests(campaign.name, dayOf(nowMs - testDays * dayMs))
  return makeReport(campaign, counts, tests, wanted[0] ?? dayOf(nowMs), dayOf(nowMs))
}
