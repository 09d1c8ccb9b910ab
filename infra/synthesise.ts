/** From settings and a campaign folder to `cdk.out`: the one path that the CLI, the local pipeline and the tests take. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App, type AppProps, type StackProps, Validations } from 'aws-cdk-lib'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { compileCampaign } from '../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { bundleFunctions } from './bundle.ts'
import { RipenStack } from './ripen-stack.ts'
import { parseSettings, type Settings, settingNames } from './settings.ts'

const root = resolve(import.meta.dirname, '..')

export interface Synthesis {
  readonly assembly: CloudAssembly
  readonly campaign: CompiledCampaign
  /** Bytes per bundle. */
  readonly bundleSizes: Readonly<Record<string, number>>
}

export interface SynthesisOptions {
  /**
   * cdk-nag, and the CDK's own rules about CloudFormation templates. False where nothing is deployed: loading these rules
   * takes twice as long as all the rest.
   */
  readonly withChecks?: boolean
}

/** Throws `SettingsError` and `CampaignError`; both say what to correct and where. */
export const synthesise = async (
  props: AppProps = {},
  bundles = join(root, 'build', 'functions'),
  { withChecks = true }: SynthesisOptions = {},
): Promise<Synthesis> => {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: withChecks,
    context: writtenContext(),
    ...props,
  })
  const settings = parseSettings(settingsOf(app))
  const campaign = await compileCampaign(resolve(root, settings.campaign))
  const bundleSizes = await bundleFunctions(campaign, bundles)
  new RipenStack(app, `${settings.name}-${settings.stage}`, {
    ...stackProps(settings),
    settings,
    campaign,
    bundles,
  })
  if (withChecks) {
    const { AwsSolutionsChecks } = await import('cdk-nag')
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  }
  return { assembly: app.synth(), campaign, bundleSizes }
}

/** What settings say of the stack as a whole. */
export const stackProps = ({ region, terminationProtection, tags }: Settings): StackProps => ({
  env: { region },
  terminationProtection,
  ...(tags && { tags }),
  description: 'Ripen: captures leads, teaches those who are not ready, hands sales only those who are',
})

/** cdk.json's context, which the CDK's own command line would hand over: feature flags must be the same without it. */
const writtenContext = (): Record<string, unknown> =>
  process.env.CDK_CONTEXT_JSON
    ? {}
    : (JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> })
        .context

const settingsOf = (app: App): Record<string, unknown> => {
  const written: unknown = app.node.tryGetContext('ripen')
  const overrides = settingNames.flatMap((name) => {
    const value: unknown = app.node.tryGetContext(name)
    return value === undefined ? [] : [[name, value]]
  })
  return { ...(typeof written === 'object' ? written : {}), ...Object.fromEntries(overrides) }
}
