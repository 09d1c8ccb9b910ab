/** The few pages that a visitor or a lead sees from our own address: plain HTML that works without script. */
import { escapeHtml } from './html.ts'

/** `title` is text, `body` and `head` are HTML; `tab` names the page where the title is not enough. */
export const page = (title: string, body: string, head = '', tab = title): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(tab)}</title>
<link rel="stylesheet" href="/pages.css">
${head}
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>`

export const unknownFormPage = (): string =>
  page(
    'There is no such form',
    '<p>The address may have been cut short. Please go back to the page that led you here.</p>',
  )
