/** `ripen plan`: what a change of the campaign does to the leads under way, before it is deployed. */
import type { Command } from 'commander'
import { someOf, wholeNumber } from '../option-values.ts'
import { failures } from './change.ts'
import type { PlanOptions } from './plan-command.ts'

export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('show what a changed campaign does to the leads under way; writes nothing')
    .argument('[folder]', 'changed campaign folder', 'campaign')
    .option('--data <folder>', 'folder of the pipeline on this machine, whether it runs or not', '.ripen')
    .option('--stack <name>', 'a deployed stack instead, such as Ripen-prod, with your AWS credentials')
    .option('--table <name>', 'the table of a deployed stack instead, with your AWS credentials')
    .option('--region <region>', 'AWS region of that stack or table (default: as for the AWS command line)')
    .option('--json', 'print the plan as JSON', false)
    .option('--leads', 'list every lead that the change affects, by id', false)
    .option('--quota <number>', 'emails that SES sends for you per day', wholeNumber(1), 50_000)
    .option(
      '--fail-on <kinds>',
      `exit with 1 if there is such a change: ${failures.join(',')}`,
      someOf(failures),
      [],
    )
    .action(async (folder: string, options: PlanOptions) => {
      const { planCommand } = await import('./plan-command.ts')
      process.exitCode = await planCommand(folder, options)
    })
}
