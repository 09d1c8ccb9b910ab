/** Assemblies for tests: each campaign is synthesised at most once in a run, by one process for all (run/assembly-maker.ts). */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inject } from 'vitest'
import { type Assembled, type AssemblyRequest, sampleCampaign } from './run/assemble.ts'

export type { Assembled } from './run/assemble.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** Of the sample campaign. Others read the same folder: whoever changes something in it copies it first. */
export const synthesiseForTest = (): Promise<Assembled> => requestAssembly({ campaign: sampleCampaign })

/** With what cdk-nag says of it. */
export const synthesiseWithChecks = (): Promise<Assembled> =>
  requestAssembly({ campaign: sampleCampaign, withChecks: true })

export const synthesiseCampaign = (campaign: string): Promise<Assembled> => requestAssembly({ campaign })

const requestAssembly = async (request: AssemblyRequest): Promise<Assembled> => {
  const response = await fetch(inject('assemblyMakerUrl'), { method: 'POST', body: JSON.stringify(request) })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Assembled
}

type Changes = Readonly<Record<string, Readonly<Record<string, string>> | 'removed'>>

/** A copy of the sample campaign with changes: by file, that it is gone, or each text that must be there and what stands in for it. */
export const changedCampaign = (changes: Changes, from = sampleCampaign): string => {
  const campaign = join(mkdtempSync(join(tmpdir(), 'ripen-')), 'campaign')
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

export const changedPlainCampaign = (changes: Changes): string => changedCampaign(changes, plainCampaign)

export const synthesiseChanged = (changes: Changes): Promise<Assembled> =>
  synthesiseCampaign(changedCampaign(changes))
