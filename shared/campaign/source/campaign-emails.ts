/** Where the emails of a campaign link to, as clicks are recorded: without query strings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEmail } from './email.ts'
import { Problems } from './problems.ts'

/** By the email's id; partials are part of each email that renders them. */
export const linksOfEmails = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const room = join(folder, 'emails')
  const files = existsSync(room) ? readdirSync(room).filter((file) => file.endsWith('.md')) : []
  return new Map(files.map((file) => [file.replace(/\.md$/, ''), linksOf(folder, file)]))
}

const linksOf = (folder: string, file: string): string[] => {
  // What is wrong with the email is told where it is compiled.
  const email = readEmail(folder, file.replace(/\.md$/, ''), new Problems())
  const targets = email
    ? email.body.links.map(({ target }) => target)
    : [...readFileSync(join(folder, 'emails', file), 'utf8').matchAll(/\]\(([^)\s]+)/g)].map(
        ([, target = '']) => target,
      )
  return targets.map((target) => target.replace(/[?#].*$/s, ''))
}
