/** Where the foot of each email leads: a pause, or no more of it. A GET changes nothing: scanners follow links, people press buttons. */
import { type PauseDays, pauseDays, preferenceActions } from '../shared/contracts/preferences.ts'
import { page } from './pages.ts'

const button = (action: string, label: string, days?: PauseDays): string =>
  `<form method="post"><input type="hidden" name="action" value="${action}">${
    days === undefined ? '' : `<input type="hidden" name="days" value="${days}">`
  }<button${days === undefined ? '' : ' class="second"'}>${label}</button></form>`

export const preferencesPage = (): string =>
  page(
    'Fewer emails, or none?',
    `<p>One press, and we write to you no more.</p>
${button(preferenceActions.unsubscribe, 'Unsubscribe')}
<h2>Or only not now</h2>
<p>We pause, and go on where we stopped.</p>
<div class="row">${pauseDays.map((days) => button(preferenceActions.pause, `Pause for ${days} days`, days)).join('')}</div>`,
  )

export const unsubscribedPage = (): string =>
  page('You are unsubscribed', '<p>No more of our emails will be sent to you. You can close this page.</p>')

/** `until` is a date, in words. */
export const pausedPage = (until: string): string =>
  page(
    'We pause',
    `<p>Nothing comes from us until ${until}. Then we go on where we stopped.</p>
${button(preferenceActions.resume, 'Start again now')}`,
  )

export const resumedPage = (): string =>
  page('We go on', '<p>The next email comes when it is due. You can close this page.</p>')
