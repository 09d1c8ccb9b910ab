/** The stack by other settings, without bundling anew: the functions are the same whatever the settings are. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { App } from 'aws-cdk-lib'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { RipenStack } from '../../infra/ripen-stack.ts'
import { parseSettings } from '../../infra/settings.ts'
import type { Synthesis } from '../../infra/synthesise.ts'

const { context: flags }: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'),
)

const given = { stage: 'dev', domain: 'example.com', sender: 'learn@example.com', region: 'eu-central-1' }

export const synthesiseWith = (
  { campaign, bundles }: Pick<Synthesis, 'campaign'> & { readonly bundles: string },
  settings: Readonly<Record<string, unknown>>,
): CloudAssembly => {
  const parsed = parseSettings({ ...given, ...settings })
  const outdir = join(mkdtempSync(join(tmpdir(), 'ripen-')), 'cdk.out')
  const app = new App({ analyticsReporting: false, context: flags, outdir })
  new RipenStack(app, 'Ripen-dev', {
    settings: parsed,
    campaign,
    bundles,
    env: { region: parsed.region },
  })
  return app.synth()
}
