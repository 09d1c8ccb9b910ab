/** The few pages that a visitor or a lead sees from our own address: plain HTML that works without script. */
import { escapeHtml } from './html.ts'

/** `title` is text, `body` and `head` are HTML. */
export const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #1d2b24; --paper: #fbfaf6; --leaf: #2f6b47; --stop: #a3341f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece8; --paper: #17201b; --leaf: #7cc49a; --stop: #f0917d; } }
body { font: 1.0625rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
table { border-collapse: collapse; margin: 1rem 0; } td { padding: .15rem .8rem .15rem 0; vertical-align: top; } td:first-child { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
form { margin: .8rem 0; } select, input[type=text] { font: inherit; padding: .45rem; max-width: 100%; }
.problem { border-left: .25rem solid var(--stop); padding-left: .8rem; } .quiet { opacity: .75; }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: var(--leaf); color: var(--paper); cursor: pointer; }
.ask { display: grid; gap: 1.1rem; margin-top: 1.5rem; } .ask button { justify-self: start; } .field { display: grid; gap: .25rem; }
.ask input:not([type=checkbox]), .ask select { font: inherit; color: inherit; background: transparent; padding: .5rem .6rem; border: 1px solid color-mix(in srgb, var(--ink) 45%, transparent); border-radius: .35rem; width: 100%; box-sizing: border-box; }
.ask select option { color: var(--ink); background: var(--paper); } .ask [aria-invalid] { border-color: var(--stop) !important; }
.ask .tick { display: grid; grid-template-columns: auto 1fr; gap: .2rem .7rem; align-items: start; } .ask .tick input { width: 1.1rem; height: 1.1rem; margin: .3rem 0 0; accent-color: var(--leaf); } .ask .tick .help, .ask .tick .error { grid-column: 2; }
.help { font-size: .92em; opacity: .8; } .error { color: var(--stop); font-size: .95em; } .problem ul { margin: .3rem 0; padding-left: 1.2rem; } .problem a { color: inherit; }
.aside { position: absolute; left: -200vw; width: 1px; height: 1px; overflow: hidden; }
:focus-visible { outline: 3px solid var(--leaf); outline-offset: 2px; }
</style>
${head}
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>`

/** A GET changes nothing: link scanners follow links, people press buttons. */
export const unsubscribePage = (): string =>
  page(
    'Stop these emails?',
    `<p>One press, and we write to you no more.</p>
<form method="post"><input type="hidden" name="action" value="unsubscribe"><button>Unsubscribe</button></form>`,
  )

export const unsubscribedPage = (): string =>
  page('You are unsubscribed', '<p>No more of our emails will be sent to you. You can close this page.</p>')

export const unknownFormPage = (): string =>
  page(
    'There is no such form',
    '<p>The address may have been cut short. Go back to the page that led you here.</p>',
  )
