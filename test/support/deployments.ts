/** Templates for settings, without bundles: what the functions carry is the same for all of them. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api'
import { RipenStack } from '../../infra/ripen-stack.ts'
import { parseSettings } from '../../infra/settings.ts'
import { stackProps } from '../../infra/synthesise.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { functionNames } from '../../shared/contracts/names.ts'

export interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string
        readonly Properties: Record<string, unknown>
        readonly DeletionPolicy?: string
      }
    >
  >
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
  readonly Rules: Readonly<Record<string, unknown>>
}

export interface Deployment {
  readonly template: Template
  readonly stack: CloudFormationStackArtifact
}

const root = resolve(import.meta.dirname, '..', '..')
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>
}
const bundles = mkdtempSync(join(tmpdir(), 'ripen-bundles-'))
for (const name of functionNames) {
  mkdirSync(join(bundles, name))
  writeFileSync(join(bundles, name, 'index.mjs'), '')
}
export const sampleCampaign = await compileCampaign(join(root, 'campaign'))

export const deployment = (
  given: Readonly<Record<string, unknown>>,
  campaign: CompiledCampaign = sampleCampaign,
): Deployment => {
  const { app, stack } = build(given, campaign)
  const artifact = app.synth().getStackByName(stack.stackName)
  return { template: artifact.template as Template, stack: artifact }
}

/** What cdk-nag finds and nobody has acknowledged. */
export const findingsOf = async (given: Readonly<Record<string, unknown>>): Promise<string[]> => {
  const { AwsSolutionsChecks } = await import('cdk-nag')
  const { app } = build(given, sampleCampaign)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const { directory } = app.synth()
  const { pluginReports = [] } = JSON.parse(
    readFileSync(join(directory, 'validation-report.json'), 'utf8'),
  ) as { pluginReports?: { violations?: { ruleName: string }[] }[] }
  return pluginReports.flatMap(({ violations = [] }) => violations.map(({ ruleName }) => ruleName))
}

const build = (given: Readonly<Record<string, unknown>>, campaign: CompiledCampaign) => {
  const settings = parseSettings(given)
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context,
    outdir: join(mkdtempSync(join(tmpdir(), 'ripen-')), 'cdk.out'),
  })
  const stack = new RipenStack(app, `${settings.name}-${settings.stage}`, {
    ...stackProps(settings),
    settings,
    campaign,
    bundles,
  })
  return { app, stack }
}
