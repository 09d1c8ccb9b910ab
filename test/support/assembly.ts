/** One synthesis for a test file, into a folder of its own. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Synthesis, synthesise } from '../../infra/synthesise.ts'

const root = resolve(import.meta.dirname, '..', '..')

export const synthesiseForTest = async (): Promise<Synthesis & { readonly bundles: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-'))
  const bundles = join(folder, 'bundles')
  return { ...(await synthesise({ outdir: join(folder, 'cdk.out') }, bundles)), bundles }
}

type Changes = Readonly<Record<string, Readonly<Record<string, string>> | 'removed'>>

/** A copy of the sample campaign with changes: by file, that it is gone, or each text that must be there and what stands in for it. */
export const changedCampaign = (
  changes: Changes,
  folder = mkdtempSync(join(tmpdir(), 'ripen-')),
  from = join(root, 'campaign'),
): string => {
  const campaign = join(folder, 'campaign')
  cpSync(from, campaign, { recursive: true })
  for (const [file, texts] of Object.entries(changes)) {
    if (texts === 'removed') {
      rmSync(join(campaign, file))
      continue
    }
    let text = readFileSync(join(campaign, file), 'utf8')
    for (const [before, after] of Object.entries(texts)) {
      if (!text.includes(before)) throw new Error(`${file} of the campaign has no "${before}" to change.`)
      text = text.replace(before, after)
    }
    writeFileSync(join(campaign, file), text)
  }
  return campaign
}

/** A plain campaign that stays as it is, whatever becomes of the sample: two sequences without branches. */
export const plainCampaign = join(root, 'test', 'fixtures', 'campaign')

export const changedPlainCampaign = (changes: Changes): string =>
  changedCampaign(changes, undefined, plainCampaign)

export const synthesiseChanged = (changes: Changes): Promise<Synthesis> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-'))
  return synthesiseCampaign(changedCampaign(changes, folder), folder)
}

export const synthesiseCampaign = (
  campaign: string,
  folder = mkdtempSync(join(tmpdir(), 'ripen-')),
): Promise<Synthesis> => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>
  }
  return synthesise(
    { outdir: join(folder, 'cdk.out'), context: { ...context, campaign } },
    join(folder, 'bundles'),
  )
}
