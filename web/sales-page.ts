/** What a salesperson sees behind the link of a hand-off: why this lead, and the answers there are. */
import { type Html, html } from './html.ts'
import { page } from './pages.ts'

const statusText = {
  open: 'Nobody has answered yet.',
  cooled: 'Nobody answered, and the lead has cooled; it is being nurtured again. Your answer still counts.',
  accepted: 'Accepted. Please report the outcome when you know it.',
  returned: 'Returned.',
  won: 'Won.',
  lost: 'Lost.',
} as const

export const salesPage = (
  lead: {
    readonly status: keyof typeof statusText
    readonly totalHundredths: number
    readonly lines: readonly {
      readonly hundredths: number
      readonly reason: string
      readonly because: string
    }[]
  },
  reasons: Readonly<Record<string, string>>,
  problem?: string,
): Html =>
  page(
    `A lead with ${points(lead.totalHundredths)} points`,
    html`${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
<p>${statusText[lead.status]}</p>
<table>${lead.lines.map(
      ({ hundredths, reason, because }) =>
        html`<tr><td>${hundredths < 0 ? '−' : '+'}${points(Math.abs(hundredths))}</td><td>${reason} <span class="quiet">(${because})</span></td></tr>`,
    )}</table>
<form method="post"><input type="hidden" name="answer" value="accept"><button>I take this lead</button></form>
<form method="post"><input type="hidden" name="answer" value="return">
<label>Return it: <select name="reason"><option value="">choose why</option>${Object.entries(reasons).map(
      ([id, text]) => html`<option value="${id}">${text}</option>`,
    )}</select></label> <button>Return</button></form>
<form method="post"><input type="hidden" name="answer" value="won">
<label>Won, with a value of <input type="text" name="value" inputmode="decimal" size="8"></label> <button>Won</button></form>
<form method="post"><input type="hidden" name="answer" value="lost"><button>Lost</button></form>`,
  )

export const answeredPage = (): Html =>
  page(
    'Thank you, noted',
    html`<p>Your answer is on the lead’s record, and future scores learn from it. You can close this page.</p>`,
  )

const points = (hundredths: number): string => (hundredths / 100).toFixed(2)
