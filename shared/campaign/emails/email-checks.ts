/** What an email must not be sent with: each mistake with its file, its line and what to do. */

import type { ReadEmail } from '../source/email.ts'
import type { PlacedLink } from '../source/email-body.ts'
import { checkLiquid, type LiquidRules, type Sender, textWithDefaults } from '../source/email-liquid.ts'
import { SourceText } from '../source/email-source.ts'
import type { Problems } from '../source/problems.ts'

/** Email clients on computers show about 60 characters, on phones about 40. */
const subjectLimit = 60

/** Gmail cuts a message's HTML off here, and with it the way out at its foot. */
const htmlLimitBytes = 102 * 1024

/** What people count as characters: an emoji is one. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
export const charactersOf = (text: string): number => [...graphemes.segment(text)].length

/** Whether the email can be laid out, which mistakes outside its Liquid do not prevent. */
export const checkEmail = (
  email: ReadEmail,
  rules: LiquidRules,
  sender: Sender,
  problems: Problems,
): boolean => {
  const { file, head, source } = email
  const headTexts = (['subject', 'preheader'] as const).map(
    (key) => new SourceText([{ text: head.data[key], file, line: head.lineAt(key) }]),
  )
  const canBeFilledIn = [...headTexts, source]
    .map((text) => checkLiquid(text, rules, problems))
    .every(Boolean)
  checkBody(email, problems)
  if (canBeFilledIn) checkSubject(email, sender, problems)
  return canBeFilledIn
}

/** Counted as a lead would receive it of whom nothing is known. */
export const checkSize = (html: string, { file, bodyLine }: ReadEmail, problems: Problems): void => {
  const bytes = Buffer.byteLength(html)
  if (bytes > htmlLimitBytes)
    problems.add(
      file,
      bodyLine,
      `The email has ${Math.ceil(bytes / 1024)} KB of HTML; Gmail clips it after 102 KB, and with it the unsubscribe link.`,
      'Shorten it, or move part of it to a page and link to that.',
    )
}

const checkSubject = ({ file, head }: ReadEmail, sender: Sender, problems: Problems): void => {
  const count = charactersOf(textWithDefaults(head.data.subject, sender).trim())
  if (count > subjectLimit)
    problems.add(
      file,
      head.lineAt('subject'),
      `The subject has ${count} characters; email clients cut it off after about ${subjectLimit}.`,
      `Shorten it to ${subjectLimit} characters or fewer.`,
    )
  if (count === 0)
    problems.add(
      file,
      head.lineAt('subject'),
      'The subject is empty for a lead who gave only an address.',
      'Give its Liquid a default.',
    )
}

const checkBody = (email: ReadEmail, problems: Problems): void => {
  const { file, body, bodyLine, head, isConfirmation, source } = email
  if (
    body.blocks.length === 0 ||
    (body.lines.every(({ text }) => text.trim() === '') && body.images.length === 0)
  )
    problems.add(file, bodyLine, 'The email has no text.', 'Write it below the second "---".')
  for (const link of body.links) checkTarget(link, 'link', problems)
  for (const image of body.images) {
    checkTarget(image, 'image', problems)
    if (image.text === '')
      problems.add(
        image.file,
        image.line,
        `The image "${image.target}" has no alternative text.`,
        'Write what it shows between the square brackets: ![A chart that rises](https://...).',
      )
  }
  for (const { text, file: at, line } of body.lines) {
    const [tag] = /<\/?[a-z][^<>]*>|<!--/i.exec(text) ?? []
    if (tag !== undefined)
      problems.add(
        at,
        line,
        `"${tag}" would appear in the email as text: HTML is not supported.`,
        'Use Markdown: **bold**, [text](https://...), an empty line for a new paragraph.',
      )
  }
  if (isConfirmation && !body.links.some(({ target }) => /^\{\{-?\s*links\.confirm\s*-?\}\}$/.test(target)))
    problems.add(
      file,
      bodyLine,
      'The confirmation email has no link to confirm the address.',
      'Write [Confirm the address]({{ links.confirm }}).',
    )
  const { goal } = head.data
  if (goal === undefined) return
  const paths = body.links.map(({ target }) => target.replace(/[?#].*$/s, ''))
  if (!paths.some((path) => path.endsWith(goal)))
    problems.add(
      file,
      head.lineAt('goal'),
      `The goal is a click on ${goal}, which the email does not link to.`,
      source.text.includes(goal)
        ? `Make ${goal} a link, or name another.`
        : 'Correct the goal, or add the link.',
    )
}

const checkTarget = (
  { target, file, line }: PlacedLink,
  kind: 'link' | 'image',
  problems: Problems,
): void => {
  if (kind === 'link' && /^\{\{-?\s*links\.(preferences|confirm)\s*-?\}\}$/.test(target)) return
  if (/^https:\/\//.test(target)) {
    // Where it leads must not be for a visitor to say.
    const [, host = ''] = /^https:\/\/([^/?#]*)/.exec(target) ?? []
    if (
      /^[a-z0-9.-]+\.[a-z]{2,}(:\d+)?$/i.test(host) &&
      URL.canParse(target.replace(/\{\{[\s\S]*?\}\}/g, 'x'))
    )
      return
  }
  problems.add(
    file,
    line,
    `The ${kind} "${target}" is not a full https address.`,
    /^\{\{/.test(target)
      ? 'Write out the address; only {{ links.preferences }} and {{ links.confirm }} may stand in for one.'
      : 'Write the full address, beginning with https://.',
  )
}
