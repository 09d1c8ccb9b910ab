/** The sample campaign with files added or replaced, in a folder of its own, and what check says of it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { checkCampaign } from '../../shared/campaign/check.ts'
import type { CampaignProblem } from '../../shared/campaign/source/problems.ts'

export const sampleCampaign = resolve(import.meta.dirname, '..', '..', 'campaign')

export type Files = Readonly<Record<string, string | ((text: string) => string)>>

export const campaignWith = (files: Files): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-emails-'))
  cpSync(sampleCampaign, folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : content(readFileSync(path, 'utf8')))
  }
  return folder
}

/** An email's file; the body's first line is its fifth. */
export const emailOf = (
  body: string,
  head = 'subject: Something to read\npreheader: And what it leaves open.',
): string => `---\n${head}\n---\n${body}\n`

/** Findings as `ripen check` knows them, a line each. */
export const findingsIn = async (files: Files): Promise<{ errors: string[]; advice: string[] }> => {
  const { errors, advice } = await checkCampaign(campaignWith(files))
  return { errors: errors.map(lineOf), advice: advice.map(lineOf) }
}

const lineOf = ({ file, line, problem, fix }: CampaignProblem): string => `${file}:${line}: ${problem} ${fix}`
