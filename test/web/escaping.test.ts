import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { beforeAll, expect, test } from 'vitest'
import * as formPages from '../../web/form-page.ts'
import * as linkPages from '../../web/link-pages.ts'
import * as plainPages from '../../web/pages.ts'
import * as preferencePages from '../../web/preference-pages.ts'
import * as salesPages from '../../web/sales-page.ts'
import { documentsWith } from '../support/documents.ts'
import { hostileTexts } from '../support/hostile.ts'

/** What a document is made of, in order: elements with their attributes, texts, comments. */
const partsOf = (html: string): string[] => {
  const parts: string[] = []
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('value' in node) parts.push(`text ${node.value}`)
    else if ('data' in node) parts.push(`comment ${node.data}`)
    else if ('tagName' in node)
      parts.push(
        `<${node.tagName}>`,
        ...node.attrs.map(({ name, value }) => `${name}=${readable(name, value)}`),
      )
    if ('childNodes' in node) node.childNodes.forEach(visit)
    if ('tagName' in node) parts.push(`</${node.tagName}>`)
  }
  // Otherwise what stands in a noscript is one text.
  visit(parse(html, { scriptingEnabled: false }))
  return parts
}

/** One attribute holds JSON, in which a text is written with marks of JSON's own. */
const readable = (name: string, value: string): string =>
  name === 'data-token' ? String(JSON.parse(value, (_, part) => flat(part))) : value

const flat = (part: unknown): unknown =>
  typeof part === 'object' && part !== null ? Object.entries(part).join() : part

const harmless = 'Harmless words'
const documents = Object.entries(await documentsWith(harmless)).map(([name, html]) => ({
  name,
  parts: partsOf(html),
}))

/** Line ends and NUL are changed by every reader of HTML, and no lone half of a character is ever sent. */
const survivesParsing = (text: string): boolean => text.isWellFormed() && !/[\r\0]/.test(text)

/** A letter before and after, or a parser takes blanks at the edge of a title for its own. */
const texts = [
  '<img src=x onerror=alert(1)>',
  '"double" and \'single\' quotes',
  '& &amp; &lt;b&gt; &#60;b&#62; &quot',
  'a line separator \u2028 and a paragraph separator \u2029',
  '</td></tr></table></select></option><script>alert(1)</script>',
  '<!-- --> ]]> <![CDATA[ <?php ?>',
  '{{ text }} `text` \\u003cb\\u003e',
  ...hostileTexts.filter(survivesParsing),
].map((text) => `x${text}x`)

/** By document: the first text that changed what the document is made of, and what it is made of then. */
const broken = new Map<string, { text: string; parts: string[]; meant: string[] }>()

beforeAll(async () => {
  for (const text of texts) {
    const made = await documentsWith(text)
    for (const { name, parts } of documents) {
      if (broken.has(name)) continue
      const meant = parts.map((part) => part.replaceAll(harmless, text))
      const found = partsOf(made[name] ?? '')
      if (found.length !== meant.length || found.some((part, at) => part !== meant[at]))
        broken.set(name, { text, parts: found, meant })
    }
  }
})

test.each(documents)('$name: any text in any place is shown as it is', ({ name }) => {
  const { parts, meant } = broken.get(name) ?? { parts: [], meant: [] }
  expect(parts).toEqual(meant)
})

test('every page that the functions answer with is among them', () => {
  const pages = [formPages, linkPages, plainPages, preferencePages, salesPages].flatMap((module) =>
    Object.keys(module).filter((name) => name.endsWith('Page')),
  )
  const covered = documents.map(({ name }) => name.split(',')[0])
  expect(pages.filter((name) => !covered.includes(name))).toEqual([])
  expect(pages).toHaveLength(16)
})
