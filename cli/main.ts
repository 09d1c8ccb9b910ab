/** The command line: `npx ripen <command> --help`. */
import { Command } from 'commander'
import { CampaignError } from '../shared/campaign/source/problems.ts'
import { registerCheck } from './check/command.ts'
import { registerDemo } from './demo/command.ts'
import { registerForecast } from './forecast/command.ts'
import { registerLeads } from './leads/command.ts'
import { registerPlan } from './plan/command.ts'
import { registerPreview } from './preview/command.ts'
import { registerScore } from './score/command.ts'
import { registerStart } from './start/command.ts'

const program = new Command('ripen').description(
  'Captures leads, teaches those who are not ready by timed email, and hands sales only those who are.',
)

registerStart(program)
registerDemo(program)
registerScore(program)
registerCheck(program)
registerForecast(program)
registerLeads(program)
registerPreview(program)
registerPlan(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Error)) throw error
  // What we say ourselves is a sentence for the user; anything else is a defect and shows where it happened.
  const isOurs =
    error instanceof CampaignError ||
    [
      'SettingsError',
      'PortTaken',
      'StateOutdated',
      'FolderInUse',
      'FunctionsNotStarted',
      'WiringIncomplete',
      'DemoInputError',
      'ForecastInputError',
      'MappingError',
      'LeadsInputError',
      'ScoreInputError',
      'UnreadableFact',
      'StackNotReadable',
      'PreviewInputError',
      'PreviewPortTaken',
      'UnreadableRelease',
    ].includes(error.name)
  console.error(isOurs ? error.message : (error.stack ?? error.message))
  process.exitCode = 1
}
