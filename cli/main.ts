/** The command line: `npx ripen <command> --help`. */
import { Command, InvalidArgumentError } from 'commander'
import { CampaignError } from '../shared/campaign/source/problems.ts'
import { registerForecast } from './forecast/command.ts'
import { registerLeads } from './leads/command.ts'
import { registerPlan } from './plan/command.ts'
import { registerPreview } from './preview/command.ts'

const program = new Command('ripen').description(
  'Captures leads, teaches those who are not ready by timed email, and hands sales only those who are.',
)

const integer = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.')
  return value
}

const collect = (text: string, before: string[]): string[] => [...before, text]

program
  .command('start')
  .description('run the whole pipeline on this machine and serve its page')
  .option('--port <number>', 'port of the page and of the public API', integer, 8080)
  .option('--data <folder>', 'folder that keeps the data between starts', '.ripen')
  .option('--fresh', 'empty that folder first', false)
  .action(async (options: { port: number; data: string; fresh: boolean }) => {
    const { start } = await import('./start.ts')
    await start(options)
  })

program
  .command('demo')
  .description(
    'post leads through the public endpoint, play sixty days, and show the funnel, the report and the bill',
  )
  .option('--csv <file>', 'leads to post, one per row (default: a bundled synthetic sample)')
  .option(
    '--map <field=template>',
    'how a form field is made from columns: "email={Id}@example.com", "minutesOnSite={Seconds / 60}"; repeat it',
    collect,
    [],
  )
  .option('--form <id>', 'form to post to', 'guide')
  .option('--leads <number>', 'how many rows to take', integer)
  .option('--days <number>', 'days to play', integer, 60)
  .option('--seed <text>', 'decides how people behave; the same seed is the same run', 'ripen')
  .option(
    '--grain-minutes <number>',
    'events within so long are played together; 0: each at its own millisecond (default: 30)',
    integer,
  )
  .option('--disorder', 'deliver every stream batch, message and schedule twice and shuffled', false)
  .option('--json <file>', 'write funnel, report and bill to a file as well')
  .action(async (options: import('./demo/run.ts').DemoOptions & { grainMinutes?: number }) => {
    const { demo } = await import('./demo/run.ts')
    const { grainMinutes, ...rest } = options
    process.exitCode = await demo({
      ...rest,
      ...(grainMinutes !== undefined && { grainMs: grainMinutes * 60_000 }),
    })
  })

const share = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('It must be a share such as 0.1.')
  return value
}

const amount = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

const ruleCount = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 20)
    throw new InvalidArgumentError('It must be a whole number from 1 to 20.')
  return value
}

const score = program.command('score').description('learn a score card from outcomes')

score
  .command('learn')
  .description(
    'learn a card from past leads, judge it against the card in use, and report; exit code 0 where it may ship',
  )
  .option('--csv <file>', 'past leads, one per row (default: the outcomes that sales recorded)')
  .option('--won <column=value>', 'in the file, who was won: "Converted=1"; several values by commas')
  .option('--data <folder>', 'where ripen start keeps its data: learn from the outcomes in it', '.ripen')
  .option('--table <name>', 'learn from the outcomes in this deployed table')
  .option('--region <region>', 'of that table (default: as the AWS environment says)')
  .option('--time <column>', 'date, or a number that rises with time: tells old leads from new')
  .option('--as-of <date>', 'the day of the export (default: the newest date)')
  .option('--maturity-days <number>', 'younger leads have no outcome yet and are left out', integer, 90)
  .option('--key <column>', 'parts leads by hash (default: the whole row)')
  .option('--salt <text>', 'decides the hash split', 'ripen')
  .option('--map <field=template>', 'form field from columns, as in demo; repeat it', collect, [])
  .option('--only-mapped', 'learn from mapped fields alone', false)
  .option('--drop <column>', 'never read this column; repeat it', collect, [])
  .option('--keep <column>', 'learn from this column although it looks like a leak; repeat it', collect, [])
  .option('--sales-field <column>', 'sales writes this column: a leak; repeat it', collect, [])
  .option('--blank <text>', 'reads as blank, such as "Select"; repeat it', collect, [])
  .option('--rules <number>', 'rules at most, 1 to 20', ruleCount, 20)
  .option('--any-sign', "let a rule's points differ in sign from its own lift", false)
  .option('--blank-rules', 'let rules say that a field is blank', false)
  .option('--capacity <share>', 'share of leads that sales has room for', share, 0.1)
  .option('--cost <number>', 'what it costs to talk to a lead', amount)
  .option('--value <number>', 'what a win brings', amount)
  .option('--campaign <folder>', 'holds the card in use', 'campaign')
  .option('--seed <number>', 'of the bootstrap', integer, 1)
  .option('--html <file>', 'write the report as a page with plots')
  .option('--json <file>', 'write the report as JSON')
  .option('--write [file]', 'write the card if it ships (default: the campaign’s scoring.yaml)')
  .action(
    async (
      options: Omit<import('./score/learn.ts').LearnCommandOptions, 'write'> & { write?: string | true },
    ) => {
      const { learnCommand } = await import('./score/learn.ts')
      const { write, ...rest } = options
      process.exitCode = await learnCommand({
        ...rest,
        ...(write !== undefined && { write: write === true ? 'campaign' : write }),
      })
    },
  )

program
  .command('check')
  .description('say what is wrong in the campaign folder, and what could be better')
  .argument('[folder]', 'campaign folder', 'campaign')
  .option('--strict', 'fail on advice too', false)
  .option('--json', 'write what was found as JSON', false)
  .action(async (folder: string, options: import('./check.ts').CheckOptions) => {
    const { check } = await import('./check.ts')
    process.exitCode = await check(folder, options)
  })

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
      'AssemblyRefused',
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
