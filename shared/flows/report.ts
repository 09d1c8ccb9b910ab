/** What marketing reads: per step and per source, from the tallies. */

import { escapeHtml } from '../../web/html.ts'
import type { Email, Mailer } from '../aws/mailer.ts'
import type { TallyTable } from '../aws/tally-table.ts'
import type { CampaignIdentity } from '../campaign/compiled.ts'
import { emailTags } from '../contracts/names.ts'
import { dayMs } from '../domain/cadence.ts'
import type { Campaign } from '../domain/campaign.ts'
import { dayOf } from './tally.ts'

export const stepMetrics = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'unsubscribed',
  'bounced',
  'complained',
] as const
export type StepMetric = (typeof stepMetrics)[number]

export const sourceMetrics = ['captured', 'qualified', 'accepted', 'returned', 'won', 'lost'] as const
export type SourceMetric = (typeof sourceMetrics)[number]

export interface Report {
  readonly fromDay: string
  readonly toDay: string
  readonly steps: readonly ({ readonly sequence: string; readonly step: string } & Readonly<
    Record<StepMetric, number>
  >)[]
  readonly sources: readonly ({ readonly source: string } & Readonly<Record<SourceMetric, number>>)[]
}

/** SES refused the report for certain; the queue tries again. */
export class ReportRefused extends Error {
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
    readonly table: Pick<TallyTable, 'read' | 'claimReport' | 'releaseReport'>
    readonly mailer: Pick<Mailer, 'send'>
  },
): Promise<'sent' | 'alreadySent' | 'unknown'> => {
  const report = await readReport(campaign, table, nowMs, 7)
  if ((await table.claimReport(campaign.name, report.toDay, nowMs)) === 'alreadyClaimed') return 'alreadySent'
  const outcome = await mailer.send(reportEmail(report, identity))
  if (outcome.kind === 'refused') {
    await table.releaseReport(campaign.name, report.toDay)
    throw new ReportRefused(report.toDay, outcome.reason)
  }
  return outcome.kind === 'accepted' ? 'sent' : 'unknown'
}

/** Counts from the days `[nowMs - days, nowMs]`, both days included, UTC. */
export const readReport = async (
  campaign: Campaign,
  table: Pick<TallyTable, 'read'>,
  nowMs: number,
  days: number,
): Promise<Report> => {
  const wanted = Array.from({ length: days + 1 }, (_, back) => dayOf(nowMs - (days - back) * dayMs))
  const counts = new Map<string, number>()
  for (const day of wanted)
    for (const [metric, count] of await table.read(campaign.name, day))
      counts.set(metric, (counts.get(metric) ?? 0) + count)
  return makeReport(campaign, counts, wanted[0] ?? dayOf(nowMs), dayOf(nowMs))
}

/** Steps in the campaign's order, then those it no longer has; sources by how many they brought. */
export const makeReport = (
  campaign: Campaign,
  counts: ReadonlyMap<string, number>,
  fromDay: string,
  toDay: string,
): Report => {
  const planned = Object.values(campaign.sequences).flatMap(({ id, steps }) =>
    steps.map((step) => `${id}|${step.id}`),
  )
  const counted = [...counts.keys()]
    .filter((metric) => metric.startsWith('step|'))
    .map((metric) => metric.split('|').slice(1, 3).join('|'))
  const sources = new Set(
    [...counts.keys()]
      .filter((metric) => metric.startsWith('source|'))
      .map((metric) => metric.split('|')[1] ?? ''),
  )
  const count = (metric: string): number => counts.get(metric) ?? 0
  return {
    fromDay,
    toDay,
    steps: [...new Set([...planned, ...counted.sort()])].map((id) => {
      const [sequence = '', step = ''] = id.split('|')
      const counts = Object.fromEntries(stepMetrics.map((metric) => [metric, count(`step|${id}|${metric}`)]))
      return { sequence, step, ...(counts as Record<StepMetric, number>) }
    }),
    sources: [...sources]
      .map((source) => {
        const counts = sourceMetrics.map((metric) => [metric, count(`source|${source}|${metric}`)])
        return { source, ...(Object.fromEntries(counts) as Record<SourceMetric, number>) }
      })
      .sort((a, b) => b.captured - a.captured || (a.source < b.source ? -1 : 1)),
  }
}

export const reportEmail = (report: Report, identity: CampaignIdentity): Email => ({
  to: identity.report.email,
  fromName: identity.senderName,
  subject: `${identity.name}: ${sum(report.sources, 'captured')} leads captured, ${sum(report.sources, 'qualified')} qualified, ${report.fromDay} to ${report.toDay}`,
  text: reportText(report),
  html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Campaign report</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;color:#1d2b24;max-width:720px;margin:24px auto;padding:0 16px">
<h1 style="font-size:22px">Campaign report, ${report.fromDay} to ${report.toDay}</h1>
${table(sourceHead, sourceRows(report))}
${table(stepHead, stepRows(report))}
</body></html>`,
  tags: { [emailTags.purpose]: 'report' },
})

/** The report as two aligned tables of plain text. */
export const reportText = (report: Report): string =>
  [
    `Campaign report, ${report.fromDay} to ${report.toDay}`,
    '',
    ...aligned([sourceHead, ...sourceRows(report)]),
    '',
    ...aligned([stepHead, ...stepRows(report)]),
  ].join('\n')

const sourceHead = ['source', ...sourceMetrics]
const stepHead = ['step', ...stepMetrics]

const sourceRows = (report: Report): string[][] =>
  report.sources.map((row) => [row.source, ...sourceMetrics.map((metric) => String(row[metric]))])

const stepRows = (report: Report): string[][] =>
  report.steps.map((row) => [
    `${row.sequence} / ${row.step}`,
    ...stepMetrics.map((metric) => String(row[metric])),
  ])

const aligned = (rows: string[][]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
}

const table = (head: string[], rows: string[][]): string => {
  const cells = (tag: string, row: string[]) =>
    row
      .map(
        (cell, column) =>
          `<${tag} style="text-align:${column === 0 ? 'left' : 'right'};padding:4px 10px;border-bottom:1px solid #dfe6e2">${escapeHtml(cell)}</${tag}>`,
      )
      .join('')
  return `<table style="border-collapse:collapse;margin:16px 0;font-variant-numeric:tabular-nums"><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`
}

const sum = <K extends string>(rows: readonly Readonly<Record<K, number>>[], field: K): number =>
  rows.reduce((total, row) => total + row[field], 0)
