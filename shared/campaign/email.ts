/** One email: Markdown with Liquid becomes a laid-out HTML document and a plain-text part that a person would write. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Liquid } from 'liquidjs'
import MarkdownIt from 'markdown-it'
import mjml2html from 'mjml'
import type { CompiledEmail } from './compiled.ts'
import type { Problems } from './problems.ts'
import { parseYaml, readText } from './read-file.ts'
import { emailHead } from './schema.ts'

/** Gmail cuts a message's HTML off here. */
const htmlLimitBytes = 102 * 1024

/** What an email's Liquid may name beside the fields of a lead. */
const knownGlobals = [
  'links.preferences',
  'links.confirm',
  'campaign.name',
  'campaign.postalAddress',
  'lead.email',
]

export const confirmEmail = 'confirm'

export interface EmailRules {
  /** Every field that some form asks for. */
  readonly fields: ReadonlySet<string>
}

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true })
const liquid = new Liquid()

export const compileEmail = async (
  folder: string,
  id: string,
  rules: EmailRules,
  problems: Problems,
): Promise<CompiledEmail | undefined> => {
  const file = `emails/${id}.md`
  const source = readText(folder, file, problems)
  if (source === undefined) return undefined
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source)
  if (!parts?.[1] || parts[2] === undefined) {
    problems.add(
      file,
      1,
      'The email has no front matter.',
      'Begin it with "---", subject and preheader, and "---".',
    )
    return undefined
  }
  const head = parseYaml(parts[1], file, 1, emailHead, problems)
  const bodyLine = parts[1].split('\n').length + 3
  const isSound = checkLiquid(source, file, id, rules, problems)
  checkLinks(parts[2], file, bodyLine, problems)
  if (!head || !isSound) return undefined
  const html = await layOut(folder, head.data, parts[2].trim(), id === confirmEmail)
  if (Buffer.byteLength(html) > htmlLimitBytes)
    problems.add(
      file,
      bodyLine,
      `The HTML has ${Buffer.byteLength(html)} bytes; Gmail cuts it off at ${htmlLimitBytes}.`,
      'Shorten it.',
    )
  return { id, ...head.data, html, text: plainText(parts[2].trim(), id === confirmEmail) }
}

const checkLiquid = (
  source: string,
  file: string,
  id: string,
  rules: EmailRules,
  problems: Problems,
): boolean => {
  let isSound = true
  source.split('\n').forEach((text, index) => {
    for (const [, path = '', filters = ''] of text.matchAll(/\{\{-?\s*([\w.]+)([^}]*)\}\}/g)) {
      const problem = liquidProblem(path, filters, id, rules)
      if (!problem) continue
      problems.add(file, index + 1, ...problem)
      isSound = false
    }
  })
  try {
    liquid.parse(source)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    problems.add(
      file,
      Number(/line:(\d+)/.exec(message)?.[1] ?? 1),
      `The Liquid does not parse: ${message.split('\n', 1)[0]}.`,
      'Correct it.',
    )
    isSound = false
  }
  return isSound
}

const liquidProblem = (
  path: string,
  filters: string,
  id: string,
  rules: EmailRules,
): [string, string] | undefined => {
  const field = path.startsWith('lead.') ? path.slice('lead.'.length) : undefined
  if (field !== undefined && id === confirmEmail)
    return [`The confirmation email uses ${path}.`, 'Nothing a visitor typed may stand in it; remove it.']
  if (knownGlobals.includes(path)) return undefined
  if (field === undefined) return [`${path} is not known.`, `Use lead.<field>, ${knownGlobals.join(', ')}.`]
  if (!rules.fields.has(field))
    return [`No form asks for ${field}.`, 'Correct the name, or add the field to a form.']
  if (!/\|\s*default:/.test(filters))
    return [`${path} has no default.`, `Not every lead has it: write {{ ${path} | default: "..." }}.`]
  return undefined
}

const checkLinks = (body: string, file: string, firstLine: number, problems: Problems): void => {
  body.split('\n').forEach((text, index) => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]*)/g))
      if (!/^https:\/\/[^/]+/.test(target) && !target.startsWith('{{'))
        problems.add(
          file,
          firstLine + index,
          `The link "${target}" is not a whole https address.`,
          'Write it out, beginning with https://.',
        )
  })
}

/** Liquid holds quotes and signs that Markdown and MJML would change, so it waits outside as numbered marks. */
const layOut = async (
  folder: string,
  head: { subject: string; preheader: string },
  body: string,
  isConfirmation: boolean,
): Promise<string> => {
  const held: string[] = []
  const hold = (text: string) =>
    text.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (code) => `xLIQUID${held.push(code) - 1}x`)
  const release = (text: string) => text.replace(/xLIQUID(\d+)x/g, (_, index) => held[Number(index)] ?? '')
  const layout = readFileSync(join(folder, 'theme', isConfirmation ? 'bare.mjml' : 'layout.mjml'), 'utf8')
  const filled = layout
    .replaceAll('%SUBJECT%', markdown.utils.escapeHtml(hold(head.subject)))
    .replaceAll('%PREHEADER%', markdown.utils.escapeHtml(hold(head.preheader)))
    .replaceAll('%BODY%', markdown.render(hold(body)))
  const { html, errors } = await mjml2html(hold(filled), { validationLevel: 'strict' })
  if (errors.length > 0)
    throw new Error(`The theme does not compile: ${errors.map((error) => error.formattedMessage).join('; ')}`)
  return noTrack(release(html))
}

/** SES would count clicks on our own links, and a mailbox provider's one click must reach us unchanged. */
const noTrack = (html: string): string => html.replace(/<a (?=[^>]*href="\{\{ links\.)/g, '<a ses:no-track ')

const plainText = (body: string, isConfirmation: boolean): string => {
  const text = body
    .replace(/^#+\s*(.*)$/gm, (_, heading: string) => heading.toUpperCase())
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1: $2')
    .replace(/(\*\*|__)(.*?)\1/g, '$2')
    .replace(/\*(.*?)\*/g, '$1')
  const footer = isConfirmation
    ? ''
    : '\n\n--\n{{ campaign.postalAddress }}\nYou receive this because you asked for it on our website.\nNo more of these emails: {{ links.preferences }}'
  return `${text}${footer}\n`
}
