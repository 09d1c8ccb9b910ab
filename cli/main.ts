/** The command line: `npx ripen <command> --help`. */
import { enableCompileCache } from 'node:module'
import { Command } from 'commander'
import { registerCheck } from './check/command.ts'
import { registerDemo } from './demo/command.ts'
import { reportFailure } from './failure.ts'
import { registerForecast } from './forecast/command.ts'
import { optionDescription } from './help.ts'
import { registerLeads } from './leads/command.ts'
import { registerPlan } from './plan/command.ts'
import { registerPreview } from './preview/command.ts'
import { registerScore } from './score/command.ts'
import { registerStart } from './start/command.ts'

// What a command loads is compiled once and kept: a seventh of the time that a check takes.
enableCompileCache()

const program = new Command('ripen')
  .description(
    'Captures leads, educates those who are not ready with timed emails, and hands only the ready ones to sales.',
  )
  .configureHelp({ optionDescription })

registerStart(program)
registerDemo(program)
registerCheck(program)
registerPreview(program)
registerForecast(program)
registerPlan(program)
registerLeads(program)
registerScore(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}
