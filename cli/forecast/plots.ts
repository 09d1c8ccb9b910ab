/** Plots as SVG without a script, their words in HTML so that a phone can show them. */
import { type Html, html } from '../../web/html.ts'

/**
 * Stretched to the page's width. A library for plots would bring a canvas that screen readers cannot see (uPlot), or
 * a DOM to draw in (Observable Plot), for a few rectangles and lines.
 */
const width = 1000
const height = 100

export interface Plot {
  /** What is shown, for readers who do not see it; the figures are also in a table. */
  readonly label: string
  readonly counts: readonly number[]
  readonly unit: string
  /** Below the plot, from left to right. */
  readonly ticks: readonly string[]
  /** A level to be held against, such as a quota. */
  readonly limit?: { readonly value: number; readonly text: string }
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Columns from zero. A limit that is far above them is stated and not drawn: it would flatten them. */
export const columnPlot = ({ label, counts, unit, ticks, limit }: Plot): Html => {
  const most = Math.max(1, ...counts)
  const isLimitDrawn = limit !== undefined && limit.value <= most * 3
  const top = rounded(isLimitDrawn && limit ? Math.max(most, limit.value) : most)
  const each = width / counts.length
  const path = counts
    .map((count, at) =>
      count === 0
        ? ''
        : `M${(at * each).toFixed(2)} ${height}v${(-(count / top) * height).toFixed(2)}h${each.toFixed(2)}V${height}z`,
    )
    .join('')
  const line =
    isLimitDrawn &&
    html`<path class="limit" d="M0 ${(height - (limit.value / top) * height).toFixed(2)}H${width}"/>`
  return html`<figure class="plot">
<div class="scale" aria-hidden="true"><span>${number(top)}</span><span>0</span></div>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}"><path class="bars" d="${path}"/>${line}</svg>
<div class="ticks" aria-hidden="true">${ticks.map((tick) => html`<span>${tick}</span>`)}</div>
<figcaption>${unit}${limit && html`. ${limitWords(limit, isLimitDrawn)}`}</figcaption></figure>`
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten: a scale's end that a person can read. */
const rounded = (most: number): number => {
  const power = 10 ** Math.floor(Math.log10(most))
  return Math.max(1, ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= most) ?? 10) * power)
}

const limitWords = ({ value, text }: NonNullable<Plot['limit']>, isDrawn: boolean): Html =>
  isDrawn
    ? html`<span class="key"></span> ${text}: ${number(value)}`
    : html`${text} is ${number(value)}, far above what is shown`

/** Seven days of 24 hours; the darker, the more. */
export const weekHourPlot = (counts: readonly number[], days: readonly string[]): Html => {
  const most = Math.max(1, ...counts)
  const cells = counts.map((count, at) => {
    if (count === 0) return undefined
    // By the square root: the first hour of a window has more than all others, which would look alike.
    const opacity = (0.08 + 0.92 * Math.sqrt(count / most)).toFixed(3)
    return html`<rect class="cell" x="${at % 24}" y="${Math.floor(at / 24)}" width="1" height="1" fill-opacity="${opacity}"/>`
  })
  return html`<figure class="plot heat">
<div class="scale" aria-hidden="true">${days.map((day) => html`<span>${day}</span>`)}</div>
<svg viewBox="0 0 24 7" preserveAspectRatio="none" role="img" aria-label="Emails by hour of the week, on each lead's own clock; the table below has the figures"><rect class="ground" width="24" height="7"/>${cells}</svg>
<div class="ticks" aria-hidden="true"><span>00</span><span>06</span><span>12</span><span>18</span><span>24</span></div>
<figcaption>Emails to leads by weekday and hour, each on its lead's own clock; the darkest is ${number(most)}.</figcaption></figure>`
}

/** A table that may be wider than the page: it can be scrolled by keyboard. */
export const tableOf = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Html =>
  html`<div class="wide" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption>${headRow(head)}<tbody>${rows.map(
    ([name = '', ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map(
        (cell) => html`<td>${typeof cell === 'number' ? number(cell) : cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`

const headRow = (names: readonly string[]): Html =>
  html`<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`

export const folded = (title: string, content: Html): Html =>
  html`<details><summary>${title}</summary>${content}</details>`

/** Parts of a whole as bars beside their names and figures: a table of its own. */
export const barTable = (
  caption: string,
  head: readonly string[],
  rows: readonly { readonly name: string; readonly value: number; readonly cells: readonly string[] }[],
): Html => {
  const most = Math.max(1, ...rows.map(({ value }) => value))
  const bar = (value: number) =>
    html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bars" width="${((100 * value) / most).toFixed(1)}" height="10"/></svg>`
  return html`<div class="wide" role="region" tabindex="0" aria-label="${caption}"><table class="named"><caption>${caption}</caption>${headRow(head)}<tbody>${rows.map(
    ({ name, value, cells }) =>
      html`<tr><th scope="row">${name}${bar(value)}</th><td>${number(value)}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
}
