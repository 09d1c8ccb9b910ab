/** `ripen demo`: its options. */
import type { Command } from 'commander'
import { collected, wholeNumber } from '../option-values.ts'
import type { DemoOptions } from './run.ts'

interface DemoFlags extends Omit<DemoOptions, 'grainMs'> {
  readonly grainMinutes?: number
}

export const registerDemo = (program: Command): void => {
  program
    .command('demo')
    .description(
      'post leads to the public endpoint, play sixty days, and show the funnel, the report and the bill',
    )
    .option('--csv <file>', 'leads to post, one per row (default: a bundled synthetic sample)')
    .option(
      '--map <field=template>',
      'make a form field from columns, as in "email={Id}@example.com" or "minutesOnSite={Seconds / 60}"; repeatable',
      collected,
      [],
    )
    .option('--form <id>', 'form to post to', 'guide')
    .option('--leads <number>', 'number of rows to use', wholeNumber())
    .option('--days <number>', 'days to play', wholeNumber(), 60)
    .option('--seed <text>', 'determines how people behave; the same seed gives the same run', 'ripen')
    .option(
      '--grain-minutes <number>',
      'play events within this many minutes together; 0 plays each at its own millisecond (default: 30)',
      wholeNumber(),
    )
    .option('--disorder', 'deliver every stream batch, message and schedule twice and out of order', false)
    .option(
      '--strain',
      'a busy, shaky account: ten invocations at once, two stream shards, every fiftieth call throttled or failed',
      false,
    )
    .option('--json <file>', 'also write funnel, report and bill to a file, as JSON')
    .action(async ({ grainMinutes, ...options }: DemoFlags) => {
      const { demo } = await import('./run.ts')
      process.exitCode = await demo({
        ...options,
        ...(grainMinutes !== undefined && { grainMs: grainMinutes * 60_000 }),
      })
    })
}
