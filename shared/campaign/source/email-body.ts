/** The Markdown of an email: its HTML, and every link, image and line in it with its place in the source. */
import MarkdownIt, { type Token } from 'markdown-it'
import { HeldLiquid } from './email-liquid.ts'
import { lineStartsOf, type Place, type SourceText } from './email-source.ts'

export interface PlacedText extends Place {
  readonly text: string
}

export interface PlacedLink extends PlacedText {
  readonly target: string
}

export interface EmailBody {
  /** The held text's Liquid; what follows still holds marks. */
  readonly held: HeldLiquid
  /** One piece of HTML for each paragraph, list, heading and so on. */
  readonly blocks: readonly string[]
  /** Released: Liquid stands in them as written. `text` is what is clicked. */
  readonly links: readonly PlacedLink[]
  /** `text` is what is said where the image is not shown. */
  readonly images: readonly PlacedLink[]
  /** What is read, line by line as written. */
  readonly lines: readonly PlacedText[]
  /** As the blocks, each element with its place, for checks that look at the HTML: `placeOf` reads it. */
  readonly placedHtml: string
}

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true })
// What is wrong with an address is said by the checks; here it would only turn back into text.
markdown.validateLink = () => true

export const escapeHtml = (text: string): string => markdown.utils.escapeHtml(text)

export const parseBody = (source: SourceText): EmailBody => {
  const held = new HeldLiquid()
  const text = held.hold(source.text)
  const lineStarts = lineStartsOf(text)
  const placeOfLine = (line: number): Place =>
    source.placeOfLine(line + held.swallowedLines(text, lineStarts[line] ?? text.length))
  const tokens = markdown.parse(text, {})
  hideTagsAlone(tokens, held)
  // MJML lays out with tables too: the email's own need a name to be styled by.
  for (const token of tokens) if (token.type === 'table_open') token.attrSet('class', 'grid')
  const links: PlacedLink[] = []
  const images: PlacedLink[] = []
  const lines: PlacedText[] = []
  for (const token of tokens) {
    const first = token.map?.[0] ?? 0
    if (token.type === 'inline') readInline(token, first, { held, placeOfLine, links, images, lines })
    else if (token.content !== '')
      token.content.split('\n').forEach((line, at) => {
        lines.push({ text: line, ...placeOfLine(first + at) })
      })
  }
  const blocks = blocksOf(tokens).map((block) => markdown.renderer.render(block, markdown.options, {}))
  for (const token of tokens)
    if (token.map && token.nesting >= 0) {
      const { file, line } = placeOfLine(token.map[0])
      token.attrSet('data-place', `${line} ${file}`)
    }
  return {
    held,
    blocks,
    links,
    images,
    lines,
    placedHtml: markdown.renderer.render(tokens, markdown.options, {}),
  }
}

/**
 * The place of what stands at this line and column (from 1) of `placedHtml`: that of its element, or of one around
 * it.
 */
export const placeOf = (placedHtml: string, line: number, column: number): Place | undefined => {
  const lineStart = lineStartsOf(placedHtml)[line - 1] ?? placedHtml.length
  // To the end of the tag that begins here, since its place stands in it.
  const end = placedHtml.indexOf('>', lineStart + column - 1)
  const upTo = placedHtml.slice(0, end === -1 ? undefined : end)
  const [, at = '', file = ''] = [...upTo.matchAll(/ data-place="(\d+) ([^"]*)"/g)].at(-1) ?? []
  return file === '' ? undefined : { file, line: Number(at) }
}

interface Gathering {
  readonly held: HeldLiquid
  readonly placeOfLine: (line: number) => Place
  readonly links: PlacedLink[]
  readonly images: PlacedLink[]
  readonly lines: PlacedText[]
}

const readInline = ({ children }: Token, first: number, gathering: Gathering): void => {
  const { held, placeOfLine, links, images, lines } = gathering
  let line = first
  let text = ''
  let link: { target: string; text: string; line: number } | undefined
  const endLine = () => {
    lines.push({ text, ...placeOfLine(line) })
    text = ''
    line += 1
  }
  for (const child of children ?? []) {
    if (child.type === 'softbreak' || child.type === 'hardbreak') endLine()
    else if (child.type === 'link_open')
      link = { target: held.release(String(child.attrGet('href') ?? '')), text: '', line }
    else if (child.type === 'link_close' && link) {
      links.push({ target: link.target, text: held.release(link.text).trim(), ...placeOfLine(link.line) })
      link = undefined
    } else if (child.type === 'image') {
      const target = held.release(String(child.attrGet('src') ?? ''))
      images.push({ target, text: held.release(child.content).trim(), ...placeOfLine(line) })
    } else {
      text += child.content
      if (link) link.text += child.content
    }
  }
  endLine()
}

/** A paragraph of nothing but `{% if ... %}` would leave an empty one behind in every email. */
const hideTagsAlone = (tokens: readonly Token[], held: HeldLiquid): void => {
  tokens.forEach((token, at) => {
    const [before, after] = [tokens[at - 1], tokens[at + 1]]
    if (token.type !== 'inline' || before?.type !== 'paragraph_open' || after?.type !== 'paragraph_close')
      return
    if (!held.isTagsAlone(token.content)) return
    before.hidden = true
    after.hidden = true
  })
}

const blocksOf = (tokens: readonly Token[]): Token[][] => {
  const blocks: Token[][] = []
  for (const token of tokens)
    if (token.level === 0 && token.nesting >= 0) blocks.push([token])
    else blocks.at(-1)?.push(token)
  return blocks
}
