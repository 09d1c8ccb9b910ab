/** What the links in our emails lead to: a page with one button, and pages that help where a link no longer works. */
import { type Html, html, raw } from './html.ts'
import { page } from './pages.ts'

/** Sent by the button and by nothing else: a script that posts the form by itself does not send it. */
export const buttonMark = { name: 'press', value: 'yes' } as const

/**
 * A person need not find the button: the first movement, key or touch that the browser vouches for is enough. A program
 * that drives a browser says so in `navigator.webdriver`, and gets no further than the button.
 */
export const confirmScript = `(()=>{if(navigator.webdriver)return;const f=document.forms[0];let done=false;
const go=e=>{if(done||!e.isTrusted||(e.type==='pointermove'&&!e.movementX&&!e.movementY))return;done=true;f.elements.namedItem('signal').value=e.type;f.submit()};
for(const t of ['pointermove','pointerdown','keydown','touchstart'])addEventListener(t,go,{passive:true})})()`

/** A GET changes nothing: link scanners follow links, people move. Without script there is the button. */
export const confirmPage = ({ hasScript }: { readonly hasScript: boolean }): Html =>
  page(
    'Confirm your address',
    html`<p>Press the button to confirm that it was you who asked for our emails.</p>
<form method="post"><input type="hidden" name="signal" value=""><button name="${buttonMark.name}" value="${buttonMark.value}">Yes, this is me</button></form>
${hasScript && html`<script>${raw(confirmScript)}</script>`}`,
  )

export const confirmedPage = (): Html =>
  page('Thank you, confirmed', html`<p>Your first email is on its way. You can close this page.</p>`)

/** Of an old confirmation link: `form` is where to ask again, if the form is still there. */
export const oldConfirmPage = (form: { readonly id: string; readonly title: string } | undefined): Html =>
  page(
    'This link is too old',
    html`<p>A confirmation link works for seven days, so that nobody can confirm in your name later on. Nothing was confirmed, and nothing will be sent.</p>
${
  form === undefined
    ? html`<p>If you still want our emails, please ask again on our website.</p>`
    : html`<p>If you still want our emails, ask again: <a href="/forms/${form.id}">${form.title}</a>. We will send you a new link right away.</p>`
}`,
  )

/** Of a link that we did not make, or that was cut on its way. */
export const brokenLinkPage = (): Html =>
  page(
    'This link does not work',
    html`<p>It may have been cut short by an email program. Open the email again and press its button, or copy the whole address of the link into your browser.</p>
<p>If that does not help, simply reply to the email: a person will read it.</p>`,
  )

/** Of a link in a test email, pressed or only opened. */
export const testLinkPage = (): Html =>
  page(
    'This is the link of a test email',
    html`<p>In a real email it is made for the person who gets it. Here it changes nothing: nobody was unsubscribed, and nobody confirmed.</p>`,
  )

export const oldSalesPage = (): Html =>
  page(
    'This link is too old',
    html`<p>A lead can be answered by the link in its email for half a year. This one is back with marketing.</p>`,
  )
