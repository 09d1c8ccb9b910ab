/** An email's HTML as a pane of the page shows it: in light or in dark colours whatever the browser's own are. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

export type Colours = 'light' | 'dark'

/** What a pane may load: pictures and styles of the email's own, and no script, form or frame. */
export const documentPolicy =
  "default-src 'none'; img-src https: data:; style-src 'unsafe-inline' https:; font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"

/** Links open nowhere: their target is a window, which the frame's sandbox forbids. */
export const emailDocument = (html: string, colours: Colours): string =>
  inColours(html, colours)
    .replace(/(<a\b[^>]*?)\starget=(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '$1')
    .replace(/<head(\s[^>]*)?>/i, (tag) => `${tag}<base target="_blank">`)

/** The email's own rules for dark colours hold, or do not: in its styles, and where a picture has one of each. */
const inColours = (html: string, colours: Colours): string =>
  html
    .replace(/<style\b[\s\S]*?<\/style>|<[^>]+\smedia="[^"]*"[^>]*>/gi, (part) =>
      part.replace(schemeRule, (_, scheme: string) =>
        // Always so, or never: no pane is 0 pixels wide.
        scheme.toLowerCase() === colours ? '(min-width: 0px)' : '(max-width: 0px)',
      ),
    )
    // An email that says it can do both does the one; of one that says nothing, nothing is assumed.
    .replace(declaredSchemes, (_, before: string, schemes: string) =>
      schemes.toLowerCase().split(/\s+/).includes(colours) ? `${before}${colours}` : `${before}${schemes}`,
    )

/** In a style, or in the meta element of that name. */
const declaredSchemes =
  /((?<![\w-])color-scheme\s*:\s*|<meta\s+name="(?:supported-)?color-schemes?"\s+content=")((?:light|dark|only)(?:\s+(?:light|dark|only))*)/gi

const schemeRule = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi

export const hasDarkRules = (html: string): boolean => /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/i.test(html)

export interface EmailLink {
  readonly text: string
  readonly url: string
}

/** In the order of the document. A link around a picture is named by the picture's description. */
export const linksIn = (html: string): EmailLink[] => {
  const links: EmailLink[] = []
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node && node.tagName === 'a') {
      const url = node.attrs.find(({ name }) => name === 'href')?.value
      if (url !== undefined) links.push({ text: textOf(node).replace(/\s+/g, ' ').trim(), url })
    }
    if ('childNodes' in node) for (const child of node.childNodes) visit(child)
  }
  visit(parse(html))
  return links
}

const textOf = (node: DefaultTreeAdapterTypes.Node): string => {
  if (node.nodeName === '#text' && 'value' in node) return node.value
  if ('tagName' in node && node.tagName === 'img')
    return node.attrs.find(({ name }) => name === 'alt')?.value ?? ''
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}
