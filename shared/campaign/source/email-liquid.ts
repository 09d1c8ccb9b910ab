/** The Liquid that emails may use: a small part of the language, checked against what functions know when they send. */
import { Liquid, LiquidError, Output } from 'liquidjs'
import type { SourceText } from './email-source.ts'
import type { Problems } from './problems.ts'

/** What an email's Liquid may name beside the fields of a lead. */
const knownGlobals = [
  'links.preferences',
  'links.confirm',
  'campaign.name',
  'campaign.postalAddress',
  'lead.email',
]

/** No loops, no variables and no files: reading the email shows what will be sent. */
const tags = ['if', 'unless', 'case', 'comment']

/** No `raw`, which would let what a visitor typed into the HTML as it is, and no `date`, which reads a clock. */
const filters = [
  'append',
  'capitalize',
  'default',
  'downcase',
  'prepend',
  'remove',
  'replace',
  'strip',
  'truncate',
  'truncatewords',
  'upcase',
  'url_encode',
]

export interface LiquidRules {
  /** Every field that some form asks for; absent where any name may pass. */
  readonly fields: ReadonlySet<string> | undefined
  /** The confirmation goes to an address that a stranger may have typed. */
  readonly isConfirmation: boolean
}

const restricted = (options: { outputEscape?: 'escape' } = {}): Liquid => {
  const language = new Liquid({ strictFilters: true, ...options })
  for (const name of Object.keys(language.tags)) if (!tags.includes(name)) delete language.tags[name]
  for (const name of Object.keys(language.filters)) if (!filters.includes(name)) delete language.filters[name]
  return language
}

const liquid = restricted()
const liquidInHtml = restricted({ outputEscape: 'escape' })

interface Mistake {
  readonly problem: string
  readonly fix: string
  /** The text can be filled in all the same. */
  readonly isHarmless?: boolean
  /** Not known, and in a partial perhaps one of its parameters. */
  readonly parameter?: string
}

/**
 * Whether the text can be filled in; mistakes are among the problems. A field that no form asks for is one of them, and
 * leaves a gap at most: the rest of the email can be looked at.
 */
export const checkLiquid = (source: SourceText, rules: LiquidRules, problems: Problems): boolean => {
  const mistakes: (Mistake & { readonly at: number })[] = []
  let hasGaps = false
  try {
    const { globals } = liquid.analyzeSync(liquid.parse(source.text))
    for (const uses of Object.values(globals))
      for (const { segments, location } of uses) {
        const mistake = nameMistake(segments.join('.'), rules)
        if (mistake) mistakes.push({ at: offsetOf(source.text, location.row, location.col), ...mistake })
      }
    for (const match of source.text.matchAll(/\{\{[\s\S]*?\}\}/g)) {
      const path = fieldWithoutDefault(match[0])
      if (path === undefined) continue
      hasGaps = true
      // Of a name that is wrong, that is said alone.
      if (!nameMistake(path, rules)) mistakes.push({ at: match.index, ...noDefault(path) })
    }
  } catch (error) {
    if (!LiquidError.is(error)) throw error
    mistakes.push({ at: error.token.begin, ...inWords(error) })
  }
  for (const { at, problem, fix, parameter } of mistakes) {
    const { file, line } = source.placeAt(at)
    const partial = /^emails\/partials\/(.+)\.md$/.exec(file)?.[1]
    const given = `Give it where the partial is rendered: {% render "${partial}", ${parameter}: "..." %}.`
    problems.add(file, line, problem, partial !== undefined && parameter !== undefined ? given : fix)
  }
  return !hasGaps && mistakes.every(({ isHarmless }) => isHarmless)
}

const nameMistake = (path: string, rules: LiquidRules): Mistake | undefined => {
  const field = path.startsWith('lead.') ? path.slice('lead.'.length) : undefined
  if (field !== undefined && rules.isConfirmation)
    return {
      problem: `The confirmation email uses ${path}.`,
      fix: 'It must not contain what a visitor typed; remove it.',
    }
  if (knownGlobals.includes(path)) return undefined
  if (field === undefined)
    return {
      problem: `${path} is not known.`,
      fix: `Use lead.<field>, ${knownGlobals.join(', ')}.`,
      ...(/^\w+$/.test(path) && { parameter: path }),
    }
  if (rules.fields && !rules.fields.has(field))
    return {
      problem: `No form asks for ${field}.`,
      fix: 'Correct the name, or add the field to a form.',
      isHarmless: true,
    }
  return undefined
}

/** A field that is put out needs something to say where a lead has none. */
const fieldWithoutDefault = (code: string): string | undefined => {
  const [output] = liquid.parse(code)
  if (!(output instanceof Output) || output.value.filters.some(({ name }) => name === 'default'))
    return undefined
  const path = Object.values(liquid.analyzeSync([output]).globals)[0]?.[0]?.segments.join('.') ?? ''
  return path.startsWith('lead.') && path !== 'lead.email' ? path : undefined
}

const noDefault = (path: string): Mistake => ({
  problem: `${path} has no default.`,
  fix: `Not every lead has it: write {{ ${path} | default: "..." }}.`,
})

const inWords = (error: LiquidError): Mistake => {
  const [message = ''] = (error.originalError?.message ?? error.message).split(/, line:|\n/, 1)
  const tag = /^tag "(\w+)" not found/.exec(message)?.[1]
  if (tag === 'render')
    return { problem: 'A partial cannot be used here.', fix: 'Render partials in the text of the email.' }
  if (tag !== undefined && /^(end|els|when)/.test(tag))
    return {
      problem: `{% ${tag} %} has no opening tag.`,
      fix: 'Remove it, or add its opening tag.',
    }
  if (tag !== undefined)
    return {
      problem: `Emails do not support the Liquid tag "${tag}".`,
      fix: `Use ${tags.join(', ')} or render.`,
    }
  const filter = /^undefined filter: (\w+)/.exec(message)?.[1]
  if (filter !== undefined)
    return {
      problem: `Emails do not support the Liquid filter "${filter}".`,
      fix: `Use one of ${filters.join(', ')}.`,
    }
  if (/not closed/.test(message))
    return {
      problem: `"${error.token.getText().split('\n', 1)[0]?.slice(0, 60)}" is not closed.`,
      fix: 'Close {{ with }}, {% with %}, and {% if %} with {% endif %}.',
    }
  return { problem: `The Liquid cannot be parsed: ${message}.`, fix: 'Correct it.' }
}

const offsetOf = (text: string, row: number, column: number): number =>
  text
    .split('\n')
    .slice(0, row - 1)
    .join('\n').length +
  (row > 1 ? 1 : 0) +
  column -
  1

/** What emails say of the campaign that sends them. */
export interface Sender {
  readonly name: string
  readonly postalAddress: string
}

/** What a subject or a text becomes for a lead of whom nothing but the address is known: every default stands. */
export const textWithDefaults = (template: string, campaign: Sender): string =>
  liquid.parseAndRenderSync(template, { lead: { email: 'reader@example.com' }, links, campaign })

/** As `textWithDefaults`, for HTML. */
export const htmlWithDefaults = (template: string, campaign: Sender): string =>
  liquidInHtml.parseAndRenderSync(template, { lead: { email: 'reader@example.com' }, links, campaign })

/** As long as a signed link is on an API's own address. */
const links = {
  preferences: `https://api.example.com/preferences/${'x'.repeat(180)}`,
  confirm: `https://api.example.com/confirm/${'x'.repeat(180)}`,
}

const code = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g
const mark = /XLIQUID(\d+)X/g

/** Liquid has quotes and signs that Markdown, MJML and line breaking would change: numbered marks stand in for it. */
export class HeldLiquid {
  readonly #codes: string[] = []

  hold(text: string): string {
    return text.replace(code, (piece) => `XLIQUID${this.#codes.push(piece) - 1}X`)
  }

  release(text: string): string {
    return text.replace(mark, (_, index) => this.#codes[Number(index)] ?? '')
  }

  /**
   * Whether nothing but tags such as `{% if ... %}` stands here, so that nothing is left once they have been obeyed.
   */
  isTagsAlone(text: string): boolean {
    return text.trim() !== '' && /^(\s*\{%[\s\S]*?%\})+\s*$/.test(this.release(text))
  }

  /** How many lines of the source the marks up to `offset` of the held text have swallowed. */
  swallowedLines(held: string, offset: number): number {
    return [...held.slice(0, offset).matchAll(mark)].reduce(
      (sum, [, index]) => sum + (this.#codes[Number(index)]?.split('\n').length ?? 1) - 1,
      0,
    )
  }
}

export const withoutLiquid = (text: string): string => text.replace(mark, ' ').replace(code, ' ')
