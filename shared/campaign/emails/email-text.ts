/** The plain-text part of an email: as a person would type it, with its links by number below each paragraph. */
import { compile, type FormatCallback } from 'html-to-text'
import type { EmailBody } from '../source/email-body.ts'

/** RFC 3676 recommends lines of 66 to 78 characters. */
const lineWidth = 72

export interface TextFooter {
  readonly reason: string
  readonly wayOut: string
}

/** Liquid stands in it untouched. Without a footer for the confirmation, which only asks its question. */
export const plainTextOf = ({ blocks, held }: EmailBody, footer: TextFooter | undefined): string => {
  notes = new Notes()
  const parts = blocks.map(textOfBlock).filter((text) => text.trim() !== '')
  if (footer)
    parts.push(
      [
        '-- ',
        '{{ campaign.postalAddress }}',
        footer.reason,
        `${footer.wayOut}: {{ links.preferences }}`,
      ].join('\n'),
    )
  const text = parts
    .map((part, at) => {
      // A tag on a line of its own takes the blank line after it along, so that none is left where it says no.
      if (held.isTagsAlone(part)) return part
      return at < parts.length - 1 ? `${part}\n\n` : `${part}\n`
    })
    .join('')
  return held.release(text)
}

/** Links are numbered through the email; the same address keeps its number. */
class Notes {
  readonly #numbers = new Map<string, number>()
  #fresh: string[] = []

  numberOf(target: string): number {
    const known = this.#numbers.get(target)
    if (known !== undefined) return known
    const number = this.#numbers.size + 1
    this.#numbers.set(target, number)
    this.#fresh.push(`[${number}] ${target}`)
    return number
  }

  /** Those that are new since the last call, a line each. */
  take(): readonly string[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }
}

/** Those of the email in hand: it is converted at one go, by a converter that all emails share. */
let notes = new Notes()

const textOfBlock = (html: string): string => {
  const alone = /^<p><a href="([^"]*)"[^>]*>((?:(?!<\/?a\b).)*)<\/a><\/p>\s*$/s.exec(html)
  if (alone) {
    const [text, target] = [toText(alone[2] ?? ''), toText(alone[1] ?? '')]
    return text === target ? target : `${text}:\n${target}`
  }
  return [toText(html), notes.take().join('\n')].filter((part) => part !== '').join('\n\n')
}

const numbered: FormatCallback = (element, walk, builder) => {
  const target: string = element.attribs.href ?? ''
  const [only] = element.children
  const isItsOwnText = element.children.length === 1 && only?.data === target
  walk(element.children, builder)
  if (target !== '' && !isItsOwnText) builder.addInline(` [${notes.numberOf(target)}]`)
}

const image: FormatCallback = (element, _walk, builder) => {
  builder.addInline(element.attribs.alt ?? '')
}

const underlined =
  (sign: string): FormatCallback =>
  (element, walk, builder) => {
    builder.openBlock({ leadingLineBreaks: 2 })
    walk(element.children, builder)
    builder.closeBlock({
      trailingLineBreaks: 2,
      blockTransform: (text) =>
        `${text}\n${sign.repeat(Math.max(...text.split('\n').map(({ length }) => length)))}`,
    })
  }

/** Made once: its selectors take longer to compile than an email to convert. */
const toText = compile({
  wordwrap: lineWidth,
  // An address must come through in one piece.
  longWordSplit: { forceWrapOnLimit: false },
  formatters: {
    numberedLink: numbered,
    spoken: image,
    title: underlined('='),
    heading: underlined('-'),
  },
  selectors: [
    { selector: 'a', format: 'numberedLink' },
    { selector: 'img', format: 'spoken' },
    { selector: 'h1', format: 'title' },
    ...['h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'heading' })),
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'hr', options: { length: 24 } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
  ],
})
