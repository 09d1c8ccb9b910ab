/** All emails of a campaign, those that no step names included: each checked, and laid out. */
import type { CompiledEmail } from '../compiled/compiled.ts'
import type { EmailReading } from '../source/campaign-emails.ts'
import type { CampaignFolder } from '../source/campaign-folder.ts'
import { confirmEmail, emailFile, type ReadEmail } from '../source/email.ts'
import { htmlWithDefaults, type Sender } from '../source/email-liquid.ts'
import type { Problems } from '../source/problems.ts'
import { addMissing } from '../source/read-file.ts'
import { checkEmail, checkSize } from './email-checks.ts'
import { plainTextOf } from './email-text.ts'
import { checkLook, type Look, layOut, readLook } from './theme.ts'

export interface EmailRules {
  /** Every field that some form asks for; absent where a form has mistakes, and may ask for any. */
  readonly fields: ReadonlySet<string> | undefined
  /** Emails that forms need. Emails that steps name and that do not exist have been reported at the steps. */
  readonly needed: ReadonlySet<string>
  /** Absent where campaign.yaml has mistakes; lengths are then counted with a sender of usual length. */
  readonly sender: Sender | undefined
}

export interface LaidOutEmails {
  /** As read; absent where the theme or a layout cannot be. */
  readonly look: Look | undefined
  /** Whether both layouts can carry an email. */
  readonly isLookUsable: boolean
  /** By name: those that can be laid out, and are where the look is usable. */
  readonly emails: readonly LaidOutEmail[]
}

export interface LaidOutEmail {
  readonly email: ReadEmail
  readonly compiled: CompiledEmail | undefined
}

/** What cannot be laid out is missing, and its mistakes are among the problems. */
export const layOutEmails = async (
  folder: CampaignFolder,
  readings: ReadonlyMap<string, EmailReading>,
  rules: EmailRules,
  problems: Problems,
): Promise<LaidOutEmails> => {
  const { fields, needed, sender = usualSender } = rules
  const look = readLook(folder, problems)
  const isLookUsable = look !== undefined && (await checkLook(look, rules, problems))
  const emails: LaidOutEmail[] = []
  for (const id of [...new Set([...emailIds(folder, problems), ...needed])].sort()) {
    const reading = readings.get(id)
    if (!reading) addMissing(emailFile(id), problems)
    problems.addAll(reading?.problems ?? [])
    const email = reading?.email
    if (!email || !checkEmail(email, { fields, isConfirmation: id === confirmEmail }, sender, problems))
      continue
    const compiled = isLookUsable ? await compileEmail(email, look) : undefined
    if (compiled) checkSize(htmlWithDefaults(compiled.html, sender), email, problems)
    emails.push({ email, compiled })
  }
  return { look, isLookUsable, emails }
}

/** Ids of the emails in the folder. Partials stand in a folder of their own. */
const emailIds = (folder: CampaignFolder, problems: Problems): string[] =>
  folder.namesIn('emails').flatMap((name) => {
    if (name === 'partials' || name.startsWith('.')) return []
    if (/^[a-z0-9][a-z0-9-]{0,39}\.md$/.test(name)) return [name.replace(/\.md$/, '')]
    problems.add(
      `emails/${name}`,
      1,
      'The file name cannot be used as an id.',
      'Use 1 to 40 lower-case letters, digits or "-", ending in .md.',
    )
    return []
  })

const compileEmail = async (email: ReadEmail, look: Look): Promise<CompiledEmail> => {
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

/** Where the campaign's own words are not known. */
export const usualSender: Sender = {
  name: 'campaign',
  postalAddress: 'A company of usual name, 12 A Street of Some Length, Town AB1 2CD, United Kingdom',
}
