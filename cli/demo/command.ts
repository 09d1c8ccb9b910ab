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
      'post leads through the public endpoint, play sixty days, and show the funnel, the report and the bill',
    )
    .option('--csv <file>', 'leads to post, one per row (default: a bundled synthetic sample)')
    .option(
      '--map <field=template>',
      'how a form field is made from columns: "email={Id}@example.com", "minutesOnSite={Seconds / 60}"; repeat it',
      collected,
      [],
    )
    .option('--form <id>', 'form to post to', 'guide')
    .option('--leads <number>', 'how many rows to take', wholeNumber())
    .option('--days <number>', 'days to play', wholeNumber(), 60)
    .option('--seed <text>', 'decides how people behave; the same seed is the same run', 'ripen')
    .option(
      '--grain-minutes <number>',
      'events within so long are played together; 0: each at its own millisecond (default: 30)',
      wholeNumber(),
    )
    .option('--disorder', 'deliver every stream batch, message and schedule twice and shuffled', false)
    .option('--json <file>', 'write funnel, report and bill to a file as well')
    .action(async ({ grainMinutes, ...options }: DemoFlags) => {
      const { demo } = await import('./run.ts')
      process.exitCode = await demo({
        ...options,
        ...(grainMinutes !== undefined && { grainMs: grainMinutes * 60_000 }),
      })
    })
}
