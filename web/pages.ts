/** The few pages that a visitor or a lead sees from our own address. Plain HTML, no script, nothing from elsewhere. */
import { escapeHtml } from './html.ts'

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --ink: #1d2b24; --paper: #fbfaf6; --leaf: #2f6b47; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece8; --paper: #17201b; --leaf: #7cc49a; } }
body { font: 1.0625rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
table { border-collapse: collapse; margin: 1rem 0; } td { padding: .15rem .8rem .15rem 0; vertical-align: top; } td:first-child { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
form { margin: .8rem 0; } select, input[type=text] { font: inherit; padding: .45rem; max-width: 100%; }
.problem { border-left: .25rem solid #b3402a; padding-left: .8rem; } .quiet { opacity: .75; }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: var(--leaf); color: var(--paper); cursor: pointer; }
</style>
</head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>`

export const thanksPage = (): string =>
  page('Thank you', '<p>We have your details. What you asked for is on its way to your inbox.</p>')

/** `problems` are plain text, field and message. */
export const correctionPage = (
  detail: string,
  problems: readonly { field: string; message: string }[],
): string =>
  page(
    'Please correct the form',
    `<p>${escapeHtml(detail)}</p><ul>${problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`).join('')}</ul>
<p>Go back with your browser’s back button: what you typed is still there.</p>`,
  )

/** A GET changes nothing: link scanners follow links, people press buttons. */
export const unsubscribePage = (): string =>
  page(
    'Stop these emails?',
    `<p>One press, and we write to you no more.</p>
<form method="post"><input type="hidden" name="action" value="unsubscribe"><button>Unsubscribe</button></form>`,
  )

export const unsubscribedPage = (): string =>
  page('You are unsubscribed', '<p>No more of our emails will be sent to you. You can close this page.</p>')

export const confirmPage = (): string =>
  page(
    'Confirm your address',
    `<p>Press the button, and we know that it was you who asked for our emails.</p>
<form method="post"><input type="hidden" name="action" value="confirm"><button>Yes, this is me</button></form>`,
  )

export const confirmedPage = (): string =>
  page('Thank you, confirmed', '<p>Your first email is on its way. You can close this page.</p>')

export const brokenLinkPage = (): string =>
  page(
    'This link does not work',
    '<p>It may have been cut short by an email program. Open the email again and use the link there, or simply reply to it: a person will help.</p>',
  )
