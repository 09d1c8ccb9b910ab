/** The report as an email. Figures flow like words instead of standing in wide tables, so that a telephone shows them all. */
import { type Html, html } from '../../../web/html.ts'
import type { Email } from '../../aws/mailer.ts'
import type { CampaignIdentity } from '../../campaign/compiled/compiled.ts'
import { emailTags } from '../../contracts/names.ts'
import { type Report, sourceMetrics } from './report-figures.ts'
import {
  isQuiet,
  rateText,
  reportText,
  sequenceFigures,
  sequenceNotes,
  sinceText,
  stepFigures,
} from './report-text.ts'

export const reportEmail = (report: Report, identity: CampaignIdentity): Email => ({
  to: identity.report.email,
  fromName: identity.senderName,
  subject: `${identity.name}: ${sum(report, 'captured')} leads captured, ${sum(report, 'qualified')} qualified, ${report.fromDay} to ${report.toDay}`,
  text: reportText(report),
  html: html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Campaign report</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;color:#1d2b24;max-width:720px;margin:24px auto;padding:0 16px;overflow-wrap:break-word">
<h1 style="font-size:22px;line-height:1.3">Campaign report, <span style="white-space:nowrap">${report.fromDay}</span> to <span style="white-space:nowrap">${report.toDay}</span></h1>
${heading('Sources')}
${lines([
  ...report.sources.map((row) =>
    entry(row.source, figures(sourceMetrics.map((metric) => [metric, row[metric]]))),
  ),
  ...sequenceParts(report),
  ...testParts(report),
  ...holdOutParts(report),
])}</body></html>`.toString(),
  tags: { [emailTags.purpose]: 'report' },
})

const sequenceParts = ({ sequences }: Report): Html[] =>
  sequences.flatMap((block) => [
    heading(`Sequence ${block.sequence}`),
    html`<p style="margin:0 0 8px">${figures(sequenceFigures(block))}</p>`,
    ...(isQuiet(block) ? [] : block.steps.map((row) => entry(row.step, figures(stepFigures(row))))),
    ...sequenceNotes(block).map(note),
  ])

const testParts = ({ tests }: Report): Html[] =>
  tests.flatMap((test) => [
    heading(`Test of ${test.sequence} / ${test.step}${sinceText(test)}`),
    verdict(test.verdict),
    ...test.variants.map((row) =>
      entry(
        row.isGone ? `${row.id} (gone)` : row.id,
        figures([
          ['sent', row.sent],
          ['delivered', row.delivered],
          ['clicked', row.clicked],
          ['of those delivered', rateText(row.delivered, row)],
          ['unsubscribed', row.unsubscribed],
        ]),
      ),
    ),
  ])

const holdOutParts = ({ holdOut }: Report): Html[] =>
  holdOut
    ? [
        heading(`Hold-out${sinceText(holdOut)}`),
        verdict(holdOut.verdict),
        ...holdOut.arms.map((arm) =>
          entry(
            arm.id,
            figures([
              ['enrolled', arm.enrolled],
              ['qualified', arm.qualified],
              ['of those enrolled', rateText(arm.enrolled, arm)],
            ]),
          ),
        ),
      ]
    : []

const lines = (parts: readonly Html[]): Html[] => parts.map((part) => html`${part}\n`)

const heading = (text: string): Html =>
  html`<h2 style="font-size:18px;line-height:1.3;margin:28px 0 8px">${text}</h2>`

const entry = (name: string, content: Html): Html =>
  html`<p style="margin:0;padding:6px 0;border-top:1px solid #dfe6e2"><strong style="display:block">${name}</strong>${content}</p>`

/** Each figure keeps to its word; between them a line may end. */
const figures = (given: readonly (readonly [string, string | number])[]): Html =>
  html`${given
    .filter(([, figure]) => figure !== '')
    .map(
      ([label, figure], at) =>
        html`${at > 0 && ' '}<span style="display:inline-block;margin-right:14px;font-variant-numeric:tabular-nums">${figure} <span style="color:#5b6b62">${label}</span></span>`,
    )}`

const verdict = (text: string): Html => html`<p style="margin:0 0 8px"><strong>${text}</strong></p>`

const note = (text: string): Html => html`<p style="margin:6px 0 0;color:#5b6b62">${text}</p>`

const sum = ({ sources }: Report, field: (typeof sourceMetrics)[number]): number =>
  sources.reduce((total, row) => total + row[field], 0)
