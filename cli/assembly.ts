/** The synthesised stack that a pipeline on this machine runs: kept, and made again when something that goes into it changes. */
import { fork } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { join, relative, resolve } from 'node:path'
import * as z from 'zod/mini'
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { UserError } from '../shared/contracts/user-error.ts'

export interface Assembly {
  readonly cdkOut: string
  readonly campaign: CompiledCampaign
}

/** The stack cannot be made from what stands in the folder; the message says what to correct and where. */
export class AssemblyRefused extends UserError {
  override readonly name = 'AssemblyRefused'
}

const root = resolve(import.meta.dirname, '..')
const shelf = join(root, 'build', 'pipeline')

/** What a bundle or the template is made from, beside the campaign. The lockfile stands for the packages. */
const sources = ['cdk.json', 'package-lock.json', 'infra', 'functions', 'shared', 'web']

const dayMs = 86_400_000
/** A pipeline reads bundles while it runs, so what was used lately stays. */
const keptMs = 7 * dayMs

/** Throws `AssemblyRefused`. `onSynthesis` is called where there is none for the sources as they are, which takes seconds. */
export const assemble = async (onSynthesis: () => void = () => {}): Promise<Assembly> => {
  const context = process.env.CDK_CONTEXT_JSON ?? ''
  const folder = join(shelf, fingerprint([...sources, campaignFolder(context)], context))
  if (!existsSync(folder)) {
    onSynthesis()
    await synthesiseInto(folder)
  }
  const now = new Date()
  utimesSync(folder, now, now)
  clearShelf(now.getTime())
  const campaign = JSON.parse(readFileSync(join(folder, 'campaign.json'), 'utf8')) as CompiledCampaign
  return { cdkOut: join(folder, 'cdk.out'), campaign }
}

const settings = z.looseObject({
  campaign: z.optional(z.string()),
  ripen: z.optional(z.looseObject({ campaign: z.optional(z.string()) })),
})

/** Where the settings say that the campaign is, if they are settings at all; if not, the synthesis says so. */
const campaignFolder = (context: string): string => {
  const written: unknown =
    context === ''
      ? (JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context?: unknown }).context
      : JSON.parse(context)
  const read = settings.safeParse(written)
  return (read.success && (read.data.campaign ?? read.data.ripen?.campaign)) || 'campaign'
}

/** Names the content of files and folders, and the Node that reads them. */
const fingerprint = (paths: readonly string[], context: string): string => {
  const files = paths.map((path) => resolve(root, path)).flatMap(filesIn)
  const contents = files.map((file) => `${relative(root, file)} ${hash('sha256', readFileSync(file))}`)
  return hash('sha256', [process.version, context, ...contents].join('\n')).slice(0, 32)
}

const filesIn = (path: string): string[] => {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

/** In a process of its own: the CDK takes 700 MB that nothing needs afterwards. */
const synthesiseInto = async (folder: string): Promise<void> => {
  mkdirSync(shelf, { recursive: true })
  const unfinished = `${folder}-${process.pid}`
  const child = fork(join(import.meta.dirname, 'synthesise-apart.ts'), [unfinished])
  let refusal: unknown
  child.on('message', (message) => {
    refusal = message
  })
  const code = await new Promise<number | null>((done) => child.on('exit', done))
  try {
    if (typeof refusal === 'string') throw new AssemblyRefused(refusal)
    if (code !== 0) throw new Error('The stack could not be synthesised; the reason stands above.')
    // Another process may have come first; both made the same.
    if (!existsSync(folder)) renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

const clearShelf = (nowMs: number): void => {
  for (const name of readdirSync(shelf)) {
    const folder = join(shelf, name)
    if (nowMs - statSync(folder).mtimeMs > keptMs) rmSync(folder, { recursive: true, force: true })
  }
}
