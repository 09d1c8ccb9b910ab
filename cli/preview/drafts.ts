/** Emails that no step names yet: compiled in a copy of the folder in which a sequence names them, so that they are checked as the others are. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign, CompiledEmail } from '../../shared/campaign/compiled.ts'
import { CampaignError, type CampaignProblem } from '../../shared/campaign/problems.ts'

export interface Drafts {
  /** By id: compiled, or with mistakes and as it was before them, if it was. */
  readonly emails: ReadonlyMap<string, CompiledEmail | undefined>
  readonly problems: readonly CampaignProblem[]
}

export const noDrafts: Drafts = { emails: new Map(), problems: [] }

const usableName = /^[a-z0-9][a-z0-9-]{0,39}$/

/** `campaign` is what the folder compiles to; `before` the drafts as they last were. */
export const compileDrafts = async (
  folder: string,
  campaign: CompiledCampaign,
  before: Drafts,
): Promise<Drafts> => {
  const ids = draftsIn(folder, campaign)
  if (ids.length === 0) return noDrafts
  const copy = mkdtempSync(join(tmpdir(), 'ripen-drafts-'))
  try {
    cpSync(folder, copy, { recursive: true })
    const problems: CampaignProblem[] = []
    let sound = ids
    while (sound.length > 0) {
      const tried = await compileWith(copy, sound)
      if ('emails' in tried) return draftsOf(ids, tried.emails, before, problems)
      problems.push(...tried.problems)
      const wrong = new Set(tried.problems.map(({ file }) => file))
      const left = sound.filter((id) => !wrong.has(`emails/${id}.md`))
      // What is wrong is none of the drafts: none of them can be told from it.
      if (left.length === sound.length) break
      sound = left
    }
    return draftsOf(ids, {}, before, problems)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

const draftsIn = (folder: string, { emails }: CompiledCampaign): string[] => {
  const room = join(folder, 'emails')
  if (!existsSync(room)) return []
  return readdirSync(room)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length))
    .filter((id) => usableName.test(id) && id !== 'confirm' && !Object.hasOwn(emails, id))
    .sort()
}

const draftsOf = (
  ids: readonly string[],
  compiled: Readonly<Record<string, CompiledEmail>>,
  before: Drafts,
  problems: readonly CampaignProblem[],
): Drafts => ({
  emails: new Map(ids.map((id) => [id, Object.hasOwn(compiled, id) ? compiled[id] : before.emails.get(id)])),
  problems,
})

const compileWith = async (
  copy: string,
  ids: readonly string[],
): Promise<Pick<CompiledCampaign, 'emails'> | { readonly problems: readonly CampaignProblem[] }> => {
  writeFileSync(
    join(copy, 'sequences', 'drafts-of-the-preview.yaml'),
    stringify({ steps: ids.map((id) => ({ id, email: id })) }),
  )
  try {
    return { emails: (await compileCampaign(copy)).emails }
  } catch (error) {
    if (error instanceof CampaignError) return { problems: error.problems }
    throw error
  }
}
