/** The command line: `npx ripen <command> --help`. */
import { Command, InvalidArgumentError } from 'commander'
import { CampaignError } from '../shared/campaign/problems.ts'

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
  .option('--disorder', 'deliver every stream batch, message and schedule twice and shuffled', false)
  .option('--json <file>', 'write funnel, report and bill to a file as well')
  .action(async (options: import('./demo/run.ts').DemoOptions) => {
    const { demo } = await import('./demo/run.ts')
    process.exitCode = await demo(options)
  })

program
  .command('check')
  .description('compile the campaign folder and say what is wrong in it')
  .argument('[folder]', 'campaign folder', 'campaign')
  .action(async (folder: string) => {
    const { compileCampaign } = await import('../shared/campaign/compile.ts')
    const { plan, emails } = await compileCampaign(folder)
    console.log(
      `${plan.name} ${plan.version}: ${Object.keys(emails).length} emails, ${plan.scoring.rules.length} score rules. Nothing to correct.`,
    )
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Error)) throw error
  // What we say ourselves is a sentence for the user; anything else is a defect and shows where it happened.
  const isOurs =
    error instanceof CampaignError ||
    ['SettingsError', 'PortTaken', 'FunctionsNotStarted', 'WiringIncomplete', 'DemoInputError'].includes(
      error.name,
    )
  console.error(isOurs ? error.message : (error.stack ?? error.message))
  process.exitCode = 1
}
