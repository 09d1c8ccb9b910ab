/** All emails of a campaign: read, checked and laid out, those that no step names any more included. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CompiledEmail } from '../compiled/compiled.ts'
import { confirmEmail, type ReadEmail, readEmail } from '../source/email.ts'
import { htmlWithDefaults, type Speaker } from '../source/email-liquid.ts'
import type { Problems } from '../source/problems.ts'
import { checkEmail, checkSize } from './email-checks.ts'
import { plainTextOf } from './email-text.ts'
import { checkLook, type Look, layOut, readLook } from './theme.ts'

export { confirmEmail } from '../source/email.ts'

export interface EmailRules {
  /** Every field that some form asks for; absent where a form has mistakes, and may ask for any. */
  readonly fields: ReadonlySet<string> | undefined
  /** Emails that steps or forms need. */
  readonly named: ReadonlySet<string>
  /** Absent where campaign.yaml has mistakes; lengths are then counted with a sender of usual length. */
  readonly speaker: Speaker | undefined
}

/** By id, in the order of their names. What cannot be compiled is missing, and its mistakes are among the problems. */
export const compileEmails = async (
  folder: string,
  rules: EmailRules,
  problems: Problems,
): Promise<Record<string, CompiledEmail>> => {
  const { fields, named, speaker = someone } = rules
  const read = readLook(folder, problems)
  const look = read && (await checkLook(read, rules, problems)) ? read : undefined
  const emails: Record<string, CompiledEmail> = {}
  for (const id of [...new Set([...emailIds(folder, problems), ...named])].sort()) {
    const email = readEmail(folder, id, problems)
    if (!email || !checkEmail(email, { fields, isConfirmation: id === confirmEmail }, speaker, problems))
      continue
    const compiled = look && (await compileEmail(email, look))
    if (!compiled) continue
    checkSize(htmlWithDefaults(compiled.html, speaker), email, problems)
    emails[id] = compiled
  }
  return emails
}

/** Ids of the emails in the folder. Partials stand in a folder of their own. */
export const emailIds = (folder: string, problems: Problems): string[] => {
  const room = join(folder, 'emails')
  const files = existsSync(room)
    ? readdirSync(room).filter((name) => name !== 'partials' && !name.startsWith('.'))
    : []
  return files.sort().flatMap((name) => {
    if (/^[a-z0-9][a-z0-9-]{0,39}\.md$/.test(name)) return [name.replace(/\.md$/, '')]
    problems.add(
      `emails/${name}`,
      1,
      'The file name is not usable as an id.',
      'Name it with 1 to 40 lower-case letters, digits or "-", ending in .md.',
    )
    return []
  })
}

export const compileEmail = async (email: ReadEmail, look: Look): Promise<CompiledEmail> => {
  const { id, head, body, isConfirmation } = email
  const { subject, preheader, goal } = head.data
  const content = { subject, preheader, body: body.blocks.join(''), held: body.held }
  const laidOut = await layOut(look, content, isConfirmation)
  // The layouts were tried before; Markdown alone cannot break one.
  if (laidOut.kind === 'broken')
    throw new Error(
      `${email.file} does not fit the layout: ${laidOut.mistakes.map(({ problem }) => problem).join(' ')}`,
    )
  return {
    id,
    subject,
    preheader,
    ...(goal !== undefined && { goal }),
    html: untracked(laidOut.html),
    text: plainTextOf(body, isConfirmation ? undefined : look.theme.data.footer),
  }
}

/** SES would count clicks on our own links, and a mailbox provider's one click must reach us unchanged. */
const untracked = (html: string): string =>
  html.replace(/<a (?![^>]*ses:no-track)(?=[^>]*href="\{\{-?\s*links\.)/g, '<a ses:no-track ')

/** Where the campaign's own words are not known: of usual length. */
export const someone: Speaker = {
  name: 'campaign',
  postalAddress: 'A company of usual name, 12 A Street of Some Length, Town AB1 2CD, United Kingdom',
}
