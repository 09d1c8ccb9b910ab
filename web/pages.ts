/** The few pages that a visitor or a lead sees from our own address: plain HTML that works without script. */
import { type Html, html } from './html.ts'

/** `tab` names the page where the title is not enough. */
export const page = (title: string, body: Html, head: Html | string = '', tab = title): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${tab}</title>
<link rel="stylesheet" href="/pages.css">
${head}
</head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>`

/** Of a fault of ours. A browser that goes back still has what was typed. */
export const failedPage = (): Html =>
  page(
    'Something went wrong',
    html`<p>This is our fault, not yours. Please go back and try again in a minute.</p>`,
  )

export const unknownFormPage = (): Html =>
  page(
    'There is no such form',
    html`<p>The address may have been cut short. Please go back to the page that led you here.</p>`,
  )
