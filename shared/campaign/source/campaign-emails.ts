/** The emails of a campaign folder, each read once: to be checked and laid out, and for conditions to name. */
import type { CampaignFolder } from './campaign-folder.ts'
import { emailFile, type ReadEmail, readEmail } from './email.ts'
import { type CampaignProblem, Problems } from './problems.ts'

export interface EmailReading {
  /** Absent where it cannot be read. */
  readonly email: ReadEmail | undefined
  /** Why it cannot be. */
  readonly problems: readonly CampaignProblem[]
  /**
   * Where it links to, as clicks are recorded: without query strings. Partials are part of each email that renders
   * them.
   */
  readonly links: readonly string[]
}

/** By id, in their order; those whose names cannot be ids are here too. */
export const readEmails = (folder: CampaignFolder): ReadonlyMap<string, EmailReading> =>
  new Map(
    folder
      .namesIn('emails')
      .filter((name) => name.endsWith('.md'))
      .map((name) => {
        const id = name.replace(/\.md$/, '')
        const problems = new Problems()
        const email = readEmail(folder, id, problems)
        return [id, { email, problems: problems.errors, links: linksOf(folder, id, email) }]
      }),
  )

/** Of an email that cannot be read, those that its text shows all the same. */
const linksOf = (folder: CampaignFolder, id: string, email: ReadEmail | undefined): string[] => {
  const targets = email
    ? email.body.links.map(({ target }) => target)
    : [...(folder.text(emailFile(id)) ?? '').matchAll(/\]\(([^)\s]+)/g)].map(([, target = '']) => target)
  return targets.map((target) => target.replace(/[?#].*$/s, ''))
}
