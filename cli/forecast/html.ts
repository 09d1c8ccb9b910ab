/** A forecast as one page: nothing from elsewhere, no script, in the look of our own pages. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type BillLine, emailPlans } from '../../local/bill/bill.ts'
import { countText, pricesText } from '../../local/bill/bill-text.ts'
import { skipReasons } from '../../shared/flows/report/report-text.ts'
import { type Html, html, raw } from '../../web/html.ts'
import { enoughSends } from './past.ts'
import { barTable, columnPlot, folded, tableOf, weekHourPlot } from './plots.ts'
import { aboutVerdicts, byWeek, type ForecastReport, loadSentences, share } from './report.ts'

const look = readFileSync(resolve(import.meta.dirname, '..', '..', 'web', 'pages.css'), 'utf8')

const own = `
main { max-width: 62rem; }
h2 { font: 600 1.25rem/1.3 Georgia, serif; margin: 2.4rem 0 0.8rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.9rem; margin: 1.4rem 0; }
.figures div { border-top: 2px solid var(--leaf); padding-top: 0.4rem; }
.figures dt { color: var(--soft); font-size: 0.9em; } .figures dd { margin: 0; font: 600 1.5rem/1.3 Georgia, serif; font-variant-numeric: tabular-nums; }
.plot { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 0.6rem; margin: 0 0 1.2rem; }
.plot svg { width: 100%; height: 9rem; border-bottom: 1px solid var(--line); overflow: visible; }
.small .plot svg { height: 4rem; }
.scale, .ticks { display: flex; justify-content: space-between; color: var(--soft); font-size: 0.8rem; font-variant-numeric: tabular-nums; }
.scale { flex-direction: column; text-align: right; line-height: 1; } .ticks, figcaption { grid-column: 2; }
figcaption { color: var(--soft); font-size: 0.9rem; }
.heat .scale { justify-content: space-around; }
.heat svg { border: 0; }
.bars, .cell { fill: var(--leaf); } .ground { fill: var(--leaf); fill-opacity: 0.05; }
.dense .bars { stroke: var(--leaf); stroke-width: 1; vector-effect: non-scaling-stroke; }
.limit { fill: none; stroke: var(--stop); stroke-width: 2; stroke-dasharray: 6 4; vector-effect: non-scaling-stroke; }
.key { display: inline-block; width: 1.4rem; border-top: 2px dashed var(--stop); vertical-align: middle; }
.small { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 0.6rem 1.6rem; }
.small h3 { margin: 0 0 0.3rem; font-size: 1rem; }
.wide { overflow-x: auto; }
table { width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
th, td, td:first-child { text-align: right; padding: 0.25rem 0.7rem 0.25rem 0; border-bottom: 1px solid color-mix(in srgb, var(--line) 40%, transparent); white-space: nowrap; }
th:first-child { text-align: left; } tbody th { font-weight: 400; }
.named tbody th { min-width: 9rem; } .bar { display: block; width: 100%; height: 0.35rem; margin-top: 0.15rem; }
details { margin: 0.6rem 0 1.4rem; } summary { cursor: pointer; color: var(--leaf); }
ul { padding-left: 1.2rem; } li { margin-bottom: 0.3rem; }
@media print { body { background: none; } main { box-shadow: none; } }
@media (forced-colors: active) { .bars, .cell { fill: CanvasText; } .limit { stroke: LinkText; } }
`

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const funnelNames = {
  captured: ['Captured', 'leads a day'],
  sent: ['Sent', 'emails a day'],
  clicked: ['Clicked', 'emails a day'],
  qualified: ['Qualified', 'passages to sales a day'],
  exhausted: ['Exhausted', 'leads that finish a day'],
  unsubscribed: ['Unsubscribed', 'leads a day'],
} as const

export const forecastHtml = (report: ForecastReport): string => {
  const title = `Forecast: ${report.campaign}, ${report.days} days from ${dayText(report.fromMs)}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(look + own)}</style></head><body><main>
<h1>${title}</h1>
<p>${number(report.leads)} leads: ${report.who}. Seed “${report.seed}”, campaign version ${report.campaignVersion}.</p>
${refusalHtml(report)}
<dl class="figures">${[
    ['Emails to leads', number(report.emails.touches)],
    [
      'Leads that qualify',
      `${number(report.leadsQualified)} (${share(report.leadsQualified, report.leads)})`,
    ],
    ['Busiest hour', number(report.load.busiestHour.emails)],
    ['Busiest 24 hours', number(report.load.busiest24Hours.emails)],
    ['Bill, with email', `$${(report.bill.totals[0]?.dollars ?? 0).toFixed(2)}`],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p>At the end: ${Object.entries(report.leadsByStage)
    .map(([stage, leads]) => `${number(leads)} ${stage}`)
    .join(', ')}.</p>
${pastHtml(report)}
<h2>Emails an hour, against the quota</h2>
${hoursHtml(report)}
<h2>The funnel, day by day</h2>
${funnelHtml(report)}
<h2>Emails by step</h2>
${stepsHtml(report)}
<h2>When leads hear from us</h2>
${weekHourPlot(report.touchesByWeekHour, weekdays)}
${folded('As a table', weekHourTable(report.touchesByWeekHour))}
<h2>What it costs</h2>
${billHtml(report)}
</main></body></html>
`.toString()
}

const number = (value: number): string => value.toLocaleString('en-US')

const dayText = (atMs: number): string =>
  new Date(atMs).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })

const shortDay = (atMs: number): string =>
  new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

const dayMs = 86_400_000

const ticksOf = ({ fromMs, days }: ForecastReport, count: number): string[] =>
  Array.from({ length: count }, (_, at) => shortDay(fromMs + ((days * dayMs) / (count - 1)) * at))

const refusalHtml = ({ refusedRows, refusals }: ForecastReport): Html | false =>
  refusedRows > 0 &&
  html`<div class="problem"><p>${number(refusedRows)} rows are refused by the form and left out:</p><ul>${Object.entries(
    refusals,
  )
    .slice(0, 5)
    .map(([reason, rows]) => html`<li>${number(rows)}: ${reason}</li>`)}</ul></div>`

const pastHtml = ({ past }: ForecastReport): Html | undefined =>
  past
    ? html`<h2>Behaviour of the past</h2><p>Rates of the last ${past.days} days, from ${past.place}. Where a step had fewer than ${enoughSends} sends the model's chances are used.</p>${tableOf(
        'Rates by step',
        ['step', 'sent', 'clicked', 'unsubscribed', 'bounced', 'used'],
        past.steps.map(({ sequence, step, sent, clicked, unsubscribed, bounced, isUsed }) => [
          `${sequence} / ${step}`,
          sent,
          share(clicked, sent),
          share(unsubscribed, sent),
          share(bounced, sent),
          isUsed ? 'past' : 'model',
        ]),
      )}`
    : undefined

const hoursHtml = (report: ForecastReport): Html => {
  const { emailsByHour, quota, hoursOverRate } = report.load
  const counts = emailsByHour.slice(0, report.days * 24)
  const byDay = Array.from({ length: report.days }, (_, day) => {
    const hours = counts.slice(day * 24, day * 24 + 24)
    return [
      shortDay(report.fromMs + day * dayMs),
      hours.reduce((sum, count) => sum + count, 0),
      Math.max(0, ...hours),
      hoursOverRate.filter(({ fromMs }) => Math.floor((fromMs - report.fromMs) / dayMs) === day).length,
    ]
  })
  return html`<div class="dense">${columnPlot({
    label: `Emails an hour over ${report.days} days; the busiest hour has ${number(report.load.busiestHour.emails)}`,
    counts,
    unit: 'Emails an hour, UTC',
    ticks: ticksOf(report, 4),
    limit: {
      value: quota.emailsPerSecond * 3600,
      text: `what a rate of ${quota.emailsPerSecond} a second lets through in an hour`,
    },
  })}</div>
<ul>${loadSentences(report).map((sentence) => html`<li>${sentence}</li>`)}</ul>
${folded('As a table, by day', tableOf('Emails by day', ['day', 'emails', 'in its busiest hour', 'hours over the rate'], byDay))}`
}

const funnelHtml = (report: ForecastReport): Html => {
  const { funnelByDay, fromMs } = report
  const fields = ['captured', 'sent', 'clicked', 'qualified', 'exhausted', 'unsubscribed'] as const
  const plots = fields.map((field) => {
    const [name, unit] = funnelNames[field]
    const counts = funnelByDay[field]
    const sum = counts.reduce((all, count) => all + count, 0)
    return html`<section><h3>${name}: ${number(sum)}</h3>${columnPlot({
      label: `${name}, ${unit}; the most on one day is ${number(Math.max(0, ...counts))}`,
      counts,
      unit,
      ticks: ticksOf(report, 2),
    })}</section>`
  })
  const weeks = byWeek(funnelByDay.captured).map((_, week) => [
    shortDay(fromMs + week * 7 * dayMs),
    ...fields.map((field) => byWeek(funnelByDay[field])[week] ?? 0),
  ])
  return html`<div class="small">${plots}</div>
${folded('As a table, by week', tableOf('The funnel by week', ['week from', ...fields], weeks))}`
}

const stepsHtml = ({ report }: ForecastReport): Html => {
  const steps = report.sequences.flatMap(({ sequence, steps }) =>
    steps.map((step) => ({ ...step, name: `${sequence} / ${step.step}` })),
  )
  const head = ['step', 'sent', 'clicked', 'goal', 'unsubscribed', 'bounced']
  const variants = report.tests.flatMap(({ sequence, step, variants }) =>
    variants.map(({ id, sent, clicked, unsubscribed, bounced }) => ({
      name: `${sequence} / ${step} / ${id}`,
      value: sent,
      cells: [clicked, unsubscribed, bounced].map((count) => share(count, sent)),
    })),
  )
  return html`${barTable(
    'Emails to leads by step, with shares of those sent: leads that clicked any link, and the one that the email is for',
    head,
    steps
      .filter(({ sent }) => sent > 0)
      .map(({ name, sent, clicked, goal, unsubscribed, bounced }) => ({
        name,
        value: sent,
        cells: [clicked, goal, unsubscribed, bounced].map((count) => share(count, sent)),
      })),
  )}${
    variants.length > 0 &&
    html`${barTable('Variants of tests', ['variant', 'sent', 'clicked', 'unsubscribed', 'bounced'], variants)}<p class="quiet">${aboutVerdicts}</p>`
  }${tableIfAny(
    'Steps passed over',
    ['step', 'why', 'leads'],
    steps.flatMap(({ name, skipped }) =>
      Object.entries(skipped).map(([reason, leads]) => [name, skipReasons[reason] ?? reason, leads]),
    ),
  )}${tableIfAny(
    'Ways taken at branches',
    ['branch', 'way', 'leads'],
    report.sequences.flatMap(({ sequence, branches }) =>
      branches.flatMap(({ branch, arms }) =>
        Object.entries(arms).map(([arm, leads]) => [`${sequence} / ${branch}`, arm, leads]),
      ),
    ),
  )}${tableIfAny(
    'Leads by sequence',
    ['sequence', 'enrolled', 'reached the goal', 'left'],
    report.sequences
      .filter(({ enrolled }) => enrolled > 0)
      .map(({ sequence, enrolled, goal, exit }) => [sequence, enrolled, goal, exit]),
  )}`
}

const tableIfAny = (...[caption, head, rows]: Parameters<typeof tableOf>): Html | false =>
  rows.length > 0 && tableOf(caption, head, rows)

const weekHourTable = (counts: readonly number[]): Html =>
  tableOf(
    'Emails by hour of the week',
    ['hour', ...weekdays],
    Array.from({ length: 24 }, (_, hour) => [
      `${String(hour).padStart(2, '0')}:00`,
      ...weekdays.map((_, day) => counts[day * 24 + hour] ?? 0),
    ]),
  )

const billHtml = ({ bill, leads }: ForecastReport): Html => {
  const dollars = (value: number) => `$${value.toFixed(4)}`
  const perThousand = (value: number) => `$${((value / Math.max(1, leads)) * 1000).toFixed(3)}`
  const cells = ({ component, what, quantity, dollars: cost }: BillLine) => [
    `${component}: ${what}`,
    countText(quantity),
    dollars(cost),
  ]
  return html`${tableOf(
    `At ${pricesText(bill)}`,
    ['what', 'quantity', 'dollars', 'per 1,000 leads'],
    [
      ...bill.lines.map((line) => [...cells(line), perThousand(line.dollars)]),
      ['The pipeline', '', dollars(bill.pipelineDollars), perThousand(bill.pipelineDollars)],
      ...bill.totals.map(({ plan, emailDollars, dollars: all }) => [
        `With ${plan}`,
        `${number(bill.emails)} emails, ${dollars(emailDollars)}`,
        dollars(all),
        perThousand(all),
      ]),
    ],
  )}
${tableOf('Each month, for what the table holds in the end', ['what', 'quantity', 'dollars'], bill.stored.map(cells))}
${tableOf(
  'Each month, whether or not a lead comes',
  ['what', 'quantity', 'dollars'],
  [...bill.monthly.map(cells), ['An idle month', '', dollars(bill.monthlyDollars)]],
)}
<p class="quiet">Email at ${emailPlans.map(({ plan, dollarsPerThousand }) => `$${dollarsPerThousand} a thousand (${plan})`).join(' or ')}.</p>`
}
