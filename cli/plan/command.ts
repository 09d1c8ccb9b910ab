/** `ripen plan`: what a change of the campaign does to the leads under way, told before it is deployed. */
import { type Command, InvalidArgumentError } from 'commander'
import type { PlaceOptions } from '../leads/open-store.ts'
import { type Failure, failures } from './change.ts'

export interface PlanOptions extends PlaceOptions {
  /** Name of a table, in place of a stack. */
  readonly table?: string
  readonly json: boolean
  readonly leads: boolean
  readonly quota: number
  readonly failOn: readonly Failure[]
}

const failuresOf = (text: string): readonly Failure[] =>
  text.split(',').map((name) => {
    const failure = failures.find((known) => known === name.trim())
    if (!failure) throw new InvalidArgumentError(`It must be some of ${failures.join(',')}.`)
    return failure
  })

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.')
  return value
}

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
    .option('--quota <number>', 'emails that SES sends for you in a day', positive, 50_000)
    .option(
      '--fail-on <kinds>',
      `exit with 1 where there is such a change: ${failures.join(',')}`,
      failuresOf,
      [],
    )
    .action(async (folder: string, options: PlanOptions) => {
      const { planCommand } = await import('./plan-command.ts')
      process.exitCode = await planCommand(folder, options)
    })
}
