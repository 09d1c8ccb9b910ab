/** `ripen check`: its options. */
import type { Command } from 'commander'
import type { CheckOptions } from './check.ts'

export const registerCheck = (program: Command): void => {
  program
    .command('check')
    .description('check the campaign folder: errors, and advice on what could be better')
    .argument('[folder]', 'campaign folder', 'campaign')
    .option('--strict', 'fail on advice too', false)
    .option('--json', 'print the findings as JSON', false)
    .action(async (folder: string, options: CheckOptions) => {
      const { check } = await import('./check.ts')
      process.exitCode = await check(folder, options)
    })
}
