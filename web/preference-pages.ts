/** Where the foot of each email leads: a pause, or an end. A GET changes nothing: scanners follow links, people press buttons. */
import { type PauseDays, pauseDays, preferenceActions } from '../shared/contracts/preferences.ts'
import { type Html, html } from './html.ts'
import { page } from './pages.ts'

const button = (action: string, label: string, days?: PauseDays): Html =>
  html`<form method="post"><input type="hidden" name="action" value="${action}">${
    days !== undefined && html`<input type="hidden" name="days" value="${days}">`
  }<button${days !== undefined && html` class="second"`}>${label}</button></form>`

export const preferencesPage = (): Html =>
  page(
    'Fewer emails, or none?',
    html`<p>One click and we stop emailing you.</p>
${button(preferenceActions.unsubscribe, 'Unsubscribe')}
<h2>Or take a break</h2>
<p>We pause our emails, and continue where we left off.</p>
<div class="row">${pauseDays.map((days) => button(preferenceActions.pause, `Pause for ${days} days`, days))}</div>`,
  )

export const unsubscribedPage = (): Html =>
  page('You are unsubscribed', html`<p>We will not email you again. You can close this page.</p>`)

/** `until` is a date, in words. */
export const pausedPage = (until: string): Html =>
  page(
    'Our emails are paused',
    html`<p>You will not hear from us until ${until}. Then we continue where we left off.</p>
${button(preferenceActions.resume, 'Start again now')}`,
  )

export const resumedPage = (): Html =>
  page('Our emails continue', html`<p>The next one comes when it is due. You can close this page.</p>`)
