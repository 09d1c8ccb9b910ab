/** A pipeline that is stopped and started again with another version of its campaign, as a deploy does it. */
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/pipeline.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { synthesiseCampaign } from './assembly.ts'
import { postForm } from './forms.ts'
import { monday } from './leads.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** What each file of the campaign folder says instead of the sample's. */
export type Files = Readonly<Record<string, string>>

export interface Version {
  readonly cdkOut: string
  readonly campaign: CompiledCampaign
}

/** The sample campaign with some of its files replaced, as a deploy would carry it. */
export const versionOf = async (files: Files): Promise<Version> => {
  const campaignFolder = join(mkdtempSync(join(tmpdir(), 'ripen-version-')), 'campaign')
  cpSync(join(root, 'campaign'), campaignFolder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(campaignFolder, file), text)
  const { assembly, campaign } = await synthesiseCampaign(campaignFolder)
  return { cdkOut: assembly.directory, campaign }
}

/** An email that says little, by the name of its file. */
export const shortEmail = (subject: string): string => `---
subject: ${subject}
preheader: What this one is about.
---
Hello {{ lead.firstName | default: "there" }},

[read it here](https://www.example.com/read-it).
`

/** One email of the inbox, as a test compares it. */
export interface Arrived {
  readonly to: string
  readonly step: string
  readonly atMs: number
}

/** A running pipeline on a folder that outlives it. */
export class Deployed {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ripen-deployed-'))
  #pipeline: Pipeline | undefined

  /** What another one has kept, once it is stopped, to go on from: one past for several futures. */
  copy(): Deployed {
    if (this.#pipeline) throw new Error('Stop it first: it still writes.')
    const copy = new Deployed()
    cpSync(this.#folder, copy.#folder, { recursive: true })
    return copy
  }

  get pipeline(): Pipeline {
    if (!this.#pipeline) throw new Error('Nothing is deployed yet.')
    return this.#pipeline
  }

  /** Puts a version in force; what waits stays. Time stands still meanwhile, unless it is later than that by then. */
  async deploy(
    { cdkOut }: Version,
    startMs = monday,
    given: Pick<PipelineOptions, 'ses'> = {},
  ): Promise<void> {
    await this.stop()
    this.#pipeline = await startPipeline({
      cdkOut,
      port: 0,
      startMs,
      seed: 'test',
      dataFolder: this.#folder,
      ...given,
    })
  }

  async stop(): Promise<void> {
    await this.#pipeline?.close()
    this.#pipeline = undefined
  }

  async capture(name: string, form = 'guide'): Promise<void> {
    const answers = { email: `${name}@example.com`, firstName: name }
    const { status } = await postForm(this.pipeline, answers, {}, form)
    if (status !== 202) throw new Error(`The form answered ${status}.`)
  }

  /** Marketing emails in the order in which they were sent. */
  sent(): Arrived[] {
    return this.pipeline.ses
      .inbox()
      .filter(({ tags }) => tags.purpose === 'marketing')
      .map(({ to, tags, sentAtMs }) => ({
        to: to.replace('@example.com', ''),
        step: tags.step ?? '',
        atMs: sentAtMs,
      }))
      .sort((a, b) => a.atMs - b.atMs)
  }

  stepsOf(name: string): string[] {
    return this.sent()
      .filter(({ to }) => to === name)
      .map(({ step }) => step)
  }
}
