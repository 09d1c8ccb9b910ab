/** What is said of a ready lead: the event on the bus, and the email to sales with the reasons. */

import { html } from '../../../web/html.ts'
import type { Email } from '../../aws/mailer.ts'
import type { CampaignIdentity } from '../../campaign/compiled/compiled.ts'
import { emailTags } from '../../contracts/names.ts'
import type { Campaign } from '../../domain/campaign.ts'
import type { LeadQualified, ScoreLine } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/fold.ts'
import { chanceOf } from '../../domain/score.ts'
import { cut } from '../../domain/text.ts'
import { salesLink } from './sales.ts'

/** What the email says beside the lead. */
export interface SalesContext {
  readonly campaign: Campaign
  readonly identity: CampaignIdentity
  readonly publicUrl: string
  readonly linkKey: string
}

export const eventDetail = (
  handOffId: string,
  leadId: string,
  state: LeadState,
  qualified: LeadQualified,
  { scoring }: Campaign,
) => ({
  handOffId,
  leadId,
  email: state.email,
  profile: state.profile,
  source: state.source,
  mayBeEmailed: state.suppression === undefined,
  score: points(qualified.totalHundredths),
  ...(scoring.calibration && { chanceOfWinning: chanceOf(qualified.totalHundredths, scoring.calibration) }),
  lines: qualified.lines.map((line) => ({
    rule: line.rule,
    points: points(line.hundredths),
    reason: line.reason,
    because: line.because,
  })),
  qualifiedAt: new Date(qualified.atMs).toISOString(),
})

const points = (hundredths: number): number => hundredths / 100

const signed = (hundredths: number): string =>
  `${hundredths < 0 ? '−' : '+'}${(Math.abs(hundredths) / 100).toFixed(2)}`

/** Points that fade say until when they count. */
const fading = ({ fadesAtMs }: ScoreLine): string =>
  fadesAtMs === undefined ? '' : `; fades, and falls below 0.5 on ${dateText(fadesAtMs)}`

const dateText = (atMs: number): string =>
  new Date(atMs).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })

/** What would qualify the lead again, for a salesperson who would rather return it. */
const comesBack = ({ scoring }: Campaign): string => {
  const { enter, coolDownDays } = scoring.thresholds
  return `If you return it, it goes back to educational email. It comes to you again when something it does brings it to ${enter} points, after ${coolDownDays} days at the earliest.`
}

/** What a visitor typed must not look like a line of ours. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

export const salesEmail = (
  handOffId: string,
  leadId: string,
  state: LeadState,
  qualified: LeadQualified,
  nowMs: number,
  { campaign, identity, publicUrl, linkKey }: SalesContext,
): Email => {
  const answer = salesLink(leadId, qualified.cycle, nowMs, publicUrl, linkKey)
  const { calibration } = campaign.scoring
  const chance = calibration
    ? `Of leads with this many points, about ${Math.round(100 * chanceOf(qualified.totalHundredths, calibration))} in 100 were won.`
    : ''
  const score = (qualified.totalHundredths / 100).toFixed(2)
  const about = [
    ['email', state.email ?? ''],
    ...Object.entries(state.profile),
    ['source', state.source],
    ['time zone', state.timeZone],
  ]
  const caution = state.suppression
    ? 'This person has since asked for no more email: call, or write by hand.'
    : ''
  const lines = qualified.lines
  return {
    to: identity.sales.email,
    fromName: identity.senderName,
    subject: `Ready to talk: a lead from ${cut(oneLine(state.source), 60)} with ${score} points`,
    text: [
      'A lead is ready to talk.',
      ...(caution ? ['', caution] : []),
      '',
      'WHO',
      ...about.map(([field, value]) => `  ${field}: ${oneLine(value ?? '')}`),
      '',
      `WHY (${score} points)`,
      ...lines.map(
        (line) =>
          `  ${signed(line.hundredths).padStart(7)}  ${line.reason} (${oneLine(line.because)})${fading(line)}`,
      ),
      ...(chance ? ['', chance] : []),
      '',
      `Take it, return it, or report the outcome: ${answer}`,
      comesBack(campaign),
      '',
      `Hand-off ${handOffId}. The same id twice is the same lead.`,
    ].join('\n'),
    html: html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ready to talk</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;color:#1d2b24;max-width:600px;margin:24px auto;padding:0 16px">
<h1 style="font-size:22px">A lead is ready to talk</h1>
${caution && html`<p style="background:#fff3d6;padding:8px 12px;border-radius:6px">${caution}</p>`}
<table style="border-collapse:collapse">${about.map(
      ([field, value]) =>
        html`<tr><th style="text-align:left;padding:2px 16px 2px 0;color:#5b6b62;font-weight:500">${field}</th><td>${value}</td></tr>`,
    )}</table>
<h2 style="font-size:18px;margin-top:24px">Why: ${score} points</h2>
<table style="border-collapse:collapse">${lines.map(
      (line) =>
        html`<tr><td style="text-align:right;padding:2px 16px 2px 0;font-variant-numeric:tabular-nums">${signed(line.hundredths)}</td><td>${line.reason} <span style="color:#5b6b62">(${line.because})${fading(line)}</span></td></tr>`,
    )}</table>
${chance && html`<p>${chance}</p>`}
<p style="margin-top:24px"><a ses:no-track href="${answer}" style="background:#2f6b47;color:#fff;padding:10px 18px;border-radius:6px;text-decoration:none">Take it, return it, or report the outcome</a></p>
<p>${comesBack(campaign)}</p>
<p style="color:#5b6b62;font-size:14px;margin-top:24px">Hand-off ${handOffId}. The same id twice is the same lead.</p>
</body></html>`.toString(),
    headers: { 'X-Ripen-Hand-Off': handOffId },
    tags: { [emailTags.purpose]: 'sales', handOffLead: leadId },
  }
}
