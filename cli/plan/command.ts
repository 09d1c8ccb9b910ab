/** `ripen plan`: what a change of the campaign does to the leads under way, told before it is deployed. */
import type { Command } from 'commander'
import { someOf, wholeNumber } from '../option-values.ts'
import { failures } from './change.ts'
import type { PlanOptions } from './plan-command.ts'

export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('say what a changed campaign does to the leads under way; writes nothing')
    .argument('[folder]', 'the changed campaign', 'campaign')
    .option('--data <folder>', 'folder of the pipeline on this machine, whether it runs or not', '.ripen')
    .option('--stack <name>', 'a deployed stack instead, such as Ripen-prod, by your AWS credentials')
    .option('--table <name>', 'the table of a deployed stack instead')
    .option('--region <region>', 'of that stack or table (default: as the AWS command line has it)')
    .option('--json', 'print it as JSON', false)
    .option('--leads', 'list every lead that something changes for, by its id', false)
    .option('--quota <number>', 'emails that SES sends for you in a day', wholeNumber(1), 50_000)
    .option(
      '--fail-on <kinds>',
      `exit with 1 where there is such a change: ${failures.join(',')}`,
      someOf(failures),
      [],
    )
    .action(async (folder: string, options: PlanOptions) => {
      const { planCommand } = await import('./plan-command.ts')
      process.exitCode = await planCommand(folder, options)
    })
}
