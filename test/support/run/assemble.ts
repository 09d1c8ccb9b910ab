/** From a campaign folder to what a deploy would carry, without the rules that only a deploy needs. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { synthesise } from '../../../infra/synthesise.ts'
import type { CompiledCampaign } from '../../../shared/campaign/compiled/compiled.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')

export const sampleCampaign = join(root, 'campaign')

export interface Assembled {
  readonly assembly: { readonly directory: string }
  /** Folder that holds one bundle folder per function. */
  readonly bundles: string
  /** Bytes per bundle. */
  readonly bundleSizes: Readonly<Record<string, number>>
  readonly campaign: CompiledCampaign
}

export interface AssemblyRequest {
  readonly campaign: string
  /** With cdk-nag and the CDK's own rules, for the tests of what they find. */
  readonly withChecks?: boolean
}

/** Leaves all that it writes in `folder`. */
export const assemble = async (
  { campaign, withChecks = false }: AssemblyRequest,
  folder: string,
): Promise<Assembled> => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>
  }
  const bundles = join(folder, 'bundles')
  const props = { outdir: join(folder, 'cdk.out'), context: { ...context, campaign } }
  const { assembly, ...rest } = await synthesise(props, bundles, { withChecks })
  return { assembly: { directory: assembly.directory }, bundles, ...rest }
}
