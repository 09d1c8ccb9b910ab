/** Where the foot of each email leads: a pause, or an end. A GET changes nothing: scanners follow links, people press buttons. */
import { type PauseDays, pauseDays, preferenceActions } from '../shared/contracts/preferences.ts'
import { page } from './pages.ts'

const button = (action: string, label: string, days?: PauseDays): string =>
  `<form method="post"><input type="hidden" name="action" value="${action}">${
    days === undefined ? '' : `<input type="hidden" name="days" value="${days}">`
  }<button${days === undefined ? '' : ' class="second"'}>${label}</button></form>`

export const preferencesPage = (): string =>
  page(
    'Fewer emails, or none?',
    `<p>One click and we stop emailing you.</p>
${button(preferenceActions.unsubscribe, 'Unsubscribe')}
<h2>Or take a break</h2>
<p>We pause our emails, and continue where we left off.</p>
<div class="row">${pauseDays.map((days) => button(preferenceActions.pause, `Pause for ${days} days`, days)).join('')}</div>`,
  )

export const unsubscribedPage = (): string =>
  page('You are unsubscribed', '<p>We will not email you again. You can close this page.</p>')

/** `until` is a date, in words. */
export const pausedPage = (until: string): string =>
  page(
    'Our emails are paused',
    `<p>You will not hear from us until ${until}. Then we continue where we left off.</p>
${button(preferenceActions.resume, 'Start again now')}`,
  )

export const resumedPage = (): string =>
  page('Our emails continue', '<p>The next one comes when it is due. You can close this page.</p>')
