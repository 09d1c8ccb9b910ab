/** A back-test as one page with plots: nothing from elsewhere, no script. */
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import type { Backtest, SplitResult } from '../../shared/domain/learning/backtest.ts'
import { type Html, html } from '../../web/html.ts'
import {
  driftTexts,
  figureNames,
  levelWords,
  percent,
  type ReportInput,
  splitTitle,
  thresholdTexts,
} from './report-text.ts'

export const reportHtml = (input: ReportInput, title: string): string => {
  const { result, leaks, forced, notes } = input
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --ink: #1d2b24; --paper: #fbfaf6; --leaf: #2f6b47; --other: #b0703a; --line: #d8ddd6; --alarm: #a3231f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece8; --paper: #17201b; --leaf: #7cc49a; --other: #e0a26c; --line: #36423b; --alarm: #ff8f87; } }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 56rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.verdict { border-left: .35rem solid var(--leaf); padding: .4rem 1rem; font-size: 1.1rem; } .verdict.no { border-color: var(--other); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); } th:first-child, td:first-child, td.text { text-align: left; } td:not(.text) { white-space: nowrap; }
.ALARM strong { color: var(--alarm); }
.plots { display: flex; flex-wrap: wrap; gap: 2rem; } figure { margin: 0; } figcaption { max-width: 22rem; font-size: .9rem; opacity: .85; }
svg text { fill: var(--ink); font: 11px system-ui, sans-serif; } ul { padding-left: 1.2rem; }
</style></head><body><main>
<h1>${title}</h1>
<p class="verdict${!result.verdict.ships && ' no'}">${result.verdict.ships ? 'The learned card clearly beats the card in use: it may ship.' : 'The learned card does not ship; the card in use stays.'}</p>
<ul>${result.verdict.checks.map(({ isMet, text }) => html`<li>${isMet ? 'Met' : html`<strong>Not met</strong>`}: ${text}</li>`)}</ul>
${result.splits.map((split) => html`${splitSection(split)}\n`)}<h2>The learned card, with lift on those leads</h2>
${rulesTable(result)}
<h2>Who would change stage</h2>
<table><tr><th></th><th>leads</th><th>won</th></tr>${(
    [
      ['Both cards pass to sales', result.stages.both],
      ['Only the card in use', result.stages.onlyChampion],
      ['Only the learned card', result.stages.onlyChallenger],
      ['Neither', result.stages.neither],
    ] as const
  ).map(
    ([name, { leads, shareWon }]) =>
      html`<tr><td>${name}</td><td>${leads}</td><td>${percent(shareWon)}</td></tr>`,
  )}</table>
<h2>Thresholds</h2>
<ul>${thresholdTexts(input).map((text) => html`<li>${text}</li>`)}</ul>
<h2>Drift</h2>
<ul>${driftTexts(result).map(
    ({ level, text }) =>
      html`<li class="${level}">${level === 'stable' || level === 'onTarget' ? levelWords[level] : html`<strong>${levelWords[level]}</strong>`}: ${text}</li>`,
  )}</ul>
<h2>Columns that may know the outcome</h2>
<ul>${leaks.length === 0 && html`<li>none found</li>`}${leaks.map(
    ({ column, value, evidence }) =>
      html`<li>${forced.includes(column) ? 'Kept' : 'Left out'}: ${column}${value !== undefined && ` = ${value}`}: ${evidence}</li>`,
  )}</ul>
<h2>Data</h2>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>
</main></body></html>
`.toString()
}

const splitSection = (split: SplitResult): Html => html`<h2>${splitTitle(split)}</h2>
<div class="plots"><table><tr><th></th><th>learned</th><th>in use</th></tr>${figureNames.map(
  ([name, of]) =>
    html`<tr><td>${name}</td><td>${of(split.challenger)}</td><td>${of(split.champion)}</td></tr>`,
)}<tr><td>calibrated by</td><td>${split.challenger.calibration.method}</td><td>${split.champion.calibration.method}</td></tr></table>
${reliabilityPlot(split)}</div>`

const side = 260
const margin = 34

/** Predicted chance across, share won up; on the diagonal a chance means what it says. */
const reliabilityPlot = ({ challenger, champion }: SplitResult): Html => {
  const x = (share: number) => (margin + share * side).toFixed(1)
  const y = (share: number) => (8 + (1 - share) * side).toFixed(1)
  const curve = (figures: typeof challenger, colour: string) => {
    const points = figures.reliability.map((bin) => `${x(bin.meanChance)},${y(bin.shareWon)}`)
    return html`<polyline points="${points.join(' ')}" fill="none" stroke="var(${colour})" stroke-width="2"/>${points.map(
      (point) =>
        html`<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3.5" fill="var(${colour})"/>`,
    )}`
  }
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<text x="${x(share)}" y="${side + 24}" text-anchor="middle">${share * 100}</text><text x="${margin - 6}" y="${Number(y(share)) + 4}" text-anchor="end">${share * 100}</text>`,
  )
  return html`<figure><svg width="${side + margin + 12}" height="${side + 30}" role="img" aria-label="Reliability: predicted chance against share won">
<rect x="${margin}" y="8" width="${side}" height="${side}" fill="none" stroke="var(--line)"/>
<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="var(--line)" stroke-dasharray="4 4"/>
${curve(champion, '--other')}${curve(challenger, '--leaf')}${ticks}</svg>
<figcaption>Predicted chance across, share won up, in percent; on the diagonal a chance means what it says. Green: the learned card. Brown: the card in use.</figcaption></figure>`
}

const rulesTable = ({ rules }: Backtest): Html => {
  const widest = Math.max(1, ...rules.map(({ lift }) => (Number.isFinite(lift) ? lift : 1)))
  return html`<table><tr><th>points</th><th style="text-align:left">rule</th><th>leads</th><th>won</th><th>lift</th><th></th></tr>${rules.map(
    ({ points, when, rows, shareWon, lift }) =>
      html`<tr><td>${points < 0 ? '−' : '+'}${Math.abs(points)}</td><td class="text">${conditionText(when)}</td><td>${rows}</td><td>${percent(shareWon)}</td><td>${lift.toFixed(2)}</td><td><svg width="120" height="10" aria-hidden="true"><rect width="${((120 * (Number.isFinite(lift) ? lift : 0)) / widest).toFixed(1)}" height="10" fill="var(${points < 0 ? '--other' : '--leaf'})"/></svg></td></tr>`,
  )}</table>`
}
