/** A forecast for a terminal. */
import pc from 'picocolors'
import { billText } from '../../local/bill/bill-text.ts'
import { reportText } from '../../shared/flows/report/report-text.ts'
import { enoughSends } from './past.ts'
import { aboutVerdicts, byWeek, type ForecastReport, loadSentences, share, utcText } from './report.ts'

export const forecastText = (report: ForecastReport): string => {
  const { leads, emails, leadsByStage } = report
  return [
    '',
    pc.bold(
      `${report.campaign} ${report.campaignVersion}: ${report.days} days from ${utcText(report.fromMs)}, seed "${report.seed}"`,
    ),
    `${leads.toLocaleString('en-US')} leads: ${report.who}`,
    ...refusalText(report),
    `${emails.touches.toLocaleString('en-US')} emails to leads, ${emails.toSales.toLocaleString('en-US')} to sales; ${report.leadsQualified.toLocaleString('en-US')} leads qualify (${share(report.leadsQualified, leads)})`,
    ...(report.leadsHeldOut > 0 ? [`${report.leadsHeldOut} leads are held out for comparison`] : []),
    `At the end: ${Object.entries(leadsByStage)
      .map(([stage, count]) => `${count.toLocaleString('en-US')} ${stage}`)
      .join(', ')}`,
    '',
    ...pastText(report),
    pc.bold('By week'),
    ...weekTable(report),
    '',
    pc.bold('Against the SES quota'),
    ...loadSentences(report).map((sentence) => `  ${sentence}`),
    '',
    pc.bold('Of these leads'),
    reportText(report.report).split('\n').slice(2).join('\n'),
    ...testText(report),
    '',
    billText(report.bill, Math.max(1, leads)),
    '',
    pc.dim('What a forecast plays and what it leaves out: docs/forecast.md'),
  ].join('\n')
}

const refusalText = ({ refusedRows, refusals }: ForecastReport): string[] =>
  refusedRows === 0
    ? []
    : [
        pc.yellow(`${refusedRows} rows are refused by the form:`),
        ...Object.entries(refusals)
          .slice(0, 5)
          .map(([reason, rows]) => `  ${rows}: ${reason}`),
      ]

const pastText = ({ past }: ForecastReport): string[] => {
  if (!past) return []
  const percent = (part: number, whole: number) => share(part, whole).padStart(8)
  return [
    pc.bold(`Behaviour of the past ${past.days} days, from ${past.place}`),
    ...past.steps.map(({ sequence, step, sent, clicked, unsubscribed, bounced, isUsed }) =>
      isUsed
        ? `  ${`${sequence} / ${step}`.padEnd(28)}${String(sent).padStart(8)} sent ${percent(clicked, sent)} clicked ${percent(unsubscribed, sent)} unsubscribed ${percent(bounced, sent)} bounced`
        : `  ${`${sequence} / ${step}`.padEnd(28)}${String(sent).padStart(8)} sent: fewer than ${enoughSends}, the model's chances are used`,
    ),
    '',
  ]
}

const columns = ['captured', 'sent', 'clicked', 'qualified', 'exhausted', 'unsubscribed', 'bounced'] as const

const weekTable = ({ funnelByDay, fromMs }: ForecastReport): string[] => {
  const weeks = columns.map((column) => byWeek(funnelByDay[column]))
  const rows = (weeks[0] ?? []).map((_, week) => [
    new Date(fromMs + week * 7 * 86_400_000).toISOString().slice(0, 10),
    ...weeks.map((counts) => (counts[week] ?? 0).toLocaleString('en-US')),
  ])
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(12) : cell.padStart(13))).join('')}`
  return [
    line(['week from', ...columns]),
    ...rows.map(line),
    ...columns.map((column) => `  ${column.padEnd(13)}${sparkline(funnelByDay[column])}`),
  ]
}

const bars = '▁▂▃▄▅▆▇█'

/** One sign a day; a day without anything is a dot. */
const sparkline = (counts: readonly number[]): string => {
  const most = Math.max(1, ...counts)
  return counts
    .map((count) => (count === 0 ? '·' : (bars[Math.ceil((count / most) * bars.length) - 1] ?? '█')))
    .join('')
}

const testText = ({ report }: ForecastReport): string[] =>
  report.tests.length === 0 ? [] : ['', pc.dim(aboutVerdicts)]
