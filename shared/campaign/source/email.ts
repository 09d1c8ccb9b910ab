/** One email as a marketer writes it: front matter, Markdown with Liquid, and partials, read with its places kept. */
import * as z from 'zod'
import type { CampaignFolder } from './campaign-folder.ts'
import { type EmailBody, parseBody } from './email-body.ts'
import { SourceText, withPartials } from './email-source.ts'
import type { Problems } from './problems.ts'
import { parseYaml, type ReadFile, readText } from './read-file.ts'

export const confirmEmail = 'confirm'

const oneLine = z.string().regex(/^[^\n]*$/, 'must be one line')

const emailHead = z.strictObject({
  subject: oneLine.min(1, 'must not be empty'),
  preheader: oneLine.max(140, 'must be at most 140 characters; no email client shows more').default(''),
  /** The end of the path of the link that the email wants clicked. */
  goal: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'must be the end of a link’s path, such as /book-a-call')
    .optional(),
})

export type EmailHead = z.output<typeof emailHead>

export interface ReadEmail {
  readonly id: string
  readonly file: string
  readonly isConfirmation: boolean
  readonly head: ReadFile<EmailHead>
  readonly source: SourceText
  readonly body: EmailBody
  /** Where its text begins. */
  readonly bodyLine: number
}

export const emailFile = (id: string): string => `emails/${id}.md`

/** The email, or nothing where it cannot be read; why not is then among the problems. */
export const readEmail = (folder: CampaignFolder, id: string, problems: Problems): ReadEmail | undefined => {
  const file = emailFile(id)
  const text = readText(folder, file, problems)
  if (text === undefined) return undefined
  const [, frontMatter, body] = /^---\n([\s\S]*?)\n---(?:\n([\s\S]*))?$/.exec(text) ?? []
  if (frontMatter === undefined) {
    problems.add(
      file,
      1,
      'The email has no front matter.',
      'Begin it with "---", then subject and preheader, then "---".',
    )
    return undefined
  }
  const bodyLine = frontMatter.split('\n').length + 3
  const head = parseYaml(frontMatter, file, 1, emailHead, problems)
  const chunks = withPartials(folder, { text: body ?? '', file, line: bodyLine }, problems)
  if (!head || !chunks) return undefined
  const source = new SourceText(chunks)
  return { id, file, isConfirmation: id === confirmEmail, head, source, body: parseBody(source), bodyLine }
}
