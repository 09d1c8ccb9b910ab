/** `ripen forecast`: its options. */
import type { Command } from 'commander'
import { collected, oneOf, positiveNumber, wholeNumber } from '../option-values.ts'
import type { ForecastOptions } from './options.ts'

export const registerForecast = (program: Command): void => {
  program
    .command('forecast')
    .description(
      'play leads by the campaign’s own decisions on a virtual clock, and show what will be sent when: docs/forecast.md',
    )
    .option('--campaign <folder>', 'campaign folder', 'campaign')
    .option('--form <id>', 'form that they submit (default: guide, or the only one)')
    .option(
      '--leads <number>',
      'so many invented leads; with --csv: rows at most',
      wholeNumber(1, 10_000_000),
    )
    .option('--csv <file>', 'leads from a file (default: the bundled sample of 300)')
    .option(
      '--map <field=template>',
      'how a form field is made from columns: "email={Id}@example.com"; repeat it',
      collected,
      [],
    )
    .option('--arrival-days <number>', 'they come spread over so many days', wholeNumber(1, 730), 14)
    .option(
      '--time-zones <shares>',
      'such as "Europe/London:50,Asia/Kolkata:20" (default: the file’s, else the campaign’s)',
    )
    .option('--start <date>', 'first day, on the campaign’s clock (default: 2026-03-02T00:00Z, as the demo)')
    .option('--days <number>', 'days to play', wholeNumber(1, 730), 60)
    .option('--seed <text>', 'decides how people behave; the same seed is the same forecast', 'ripen')
    .option(
      '--behaviour <kind>',
      'model, or past: rates from the tallies in --data or --stack',
      oneOf(['model', 'past'] as const),
      'model',
    )
    .option('--past-days <number>', 'how far back those go', wholeNumber(1, 730), 90)
    .option('--quota <number>', 'emails that SES takes in 24 hours', positiveNumber, 50_000)
    .option('--rate <number>', 'emails that SES takes in a second', positiveNumber, 14)
    .option(
      '--lead <field=value>',
      'one lead: its answers, "email=ada@example.com"; repeat it',
      collected,
      [],
    )
    .option('--at <time>', 'when that lead submits, on its own clock: 2026-12-01T09:00')
    .option('--time-zone <zone>', 'where that lead lives (default: the campaign’s zone)')
    .option('--clicks <steps>', 'it clicks in these: "welcome,adviser=/book-a-call"')
    .option('--lead-id <id>', 'one lead of --data or --stack, from its real facts on')
    .option('--data <folder>', 'folder of the pipeline on this machine, whether it runs or not', '.ripen')
    .option('--stack <name>', 'a deployed stack instead, by your AWS credentials')
    .option('--region <region>', 'of that stack')
    .option('--html <file>', 'write the forecast as a page with plots')
    .option('--json <file>', 'write every figure as JSON')
    .option('--sends <file>', 'write every email as a line of JSON')
    .action(async (options: ForecastOptions) => {
      const { forecastCommand } = await import('./run.ts')
      await forecastCommand(options)
    })
}
