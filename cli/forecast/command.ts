/** `ripen forecast`: its options. */
import type { Command } from 'commander'
import { collected, oneOf, positiveNumber, wholeNumber } from '../option-values.ts'
import type { ForecastOptions } from './options.ts'

export const registerForecast = (program: Command): void => {
  program
    .command('forecast')
    .description(
      'play leads through the campaign on a virtual clock, and show what will be sent when: docs/forecast.md',
    )
    .option('--campaign <folder>', 'campaign folder', 'campaign')
    .option('--form <id>', 'form that the leads submit (default: guide, or the only one)')
    .option(
      '--leads <number>',
      'number of invented leads; with --csv, the maximum number of rows',
      wholeNumber(1, 10_000_000),
    )
    .option('--csv <file>', 'leads from a file (default: the bundled sample of 300)')
    .option(
      '--map <field=template>',
      'make a form field from columns, as in "email={Id}@example.com"; repeatable',
      collected,
      [],
    )
    .option('--arrival-days <number>', 'days over which the leads arrive', wholeNumber(1, 730), 14)
    .option(
      '--time-zones <shares>',
      'shares of time zones, such as "Europe/London:50,Asia/Kolkata:20" (default: the file’s, else the campaign’s)',
    )
    .option(
      '--start <date>',
      'first day, in the campaign’s time zone (default: 2026-03-02T00:00Z, as in the demo)',
    )
    .option('--days <number>', 'days to play', wholeNumber(1, 730), 60)
    .option('--seed <text>', 'determines how people behave; the same seed gives the same forecast', 'ripen')
    .option(
      '--behaviour <kind>',
      'model, or past: rates from the tallies in --data or --stack',
      oneOf(['model', 'past'] as const),
      'model',
    )
    .option('--past-days <number>', 'how many days back those rates go', wholeNumber(1, 730), 90)
    .option('--quota <number>', 'emails that SES accepts in 24 hours', positiveNumber, 50_000)
    .option('--rate <number>', 'emails that SES accepts per second', positiveNumber, 14)
    .option(
      '--lead <field=value>',
      'play one lead, with an answer such as "email=ada@example.com"; repeatable',
      collected,
      [],
    )
    .option('--at <time>', 'when that lead submits, in its own time zone, such as 2026-12-01T09:00')
    .option('--time-zone <zone>', 'time zone of that lead (default: the campaign’s)')
    .option('--clicks <steps>', 'steps in which that lead clicks, such as "welcome,adviser=/book-a-call"')
    .option('--lead-id <id>', 'play one stored lead of --data or --stack, continuing from its facts')
    .option('--data <folder>', 'folder of the pipeline on this machine, whether it runs or not', '.ripen')
    .option('--stack <name>', 'a deployed stack instead, with your AWS credentials')
    .option('--region <region>', 'AWS region of that stack')
    .option('--html <file>', 'write the forecast as a page with plots')
    .option('--json <file>', 'write every figure as JSON')
    .option('--sends <file>', 'write every email to a file, as a line of JSON')
    .action(async (options: ForecastOptions) => {
      const { forecastCommand } = await import('./run.ts')
      await forecastCommand(options)
    })
}
