/** What `cdk deploy` and `cdk synth` run. */
import { CampaignError } from '../shared/campaign/source/problems.ts'
import { SettingsError } from './settings.ts'
import { synthesise } from './synthesise.ts'

try {
  await synthesise()
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof CampaignError)) throw error
  console.error(`${error.name}\n${error.message}`)
  process.exitCode = 1
}
