/** `ripen check`: its options. */
import type { Command } from 'commander'
import type { CheckOptions } from './check.ts'

export const registerCheck = (program: Command): void => {
  program
    .command('check')
    .description('say what is wrong in the campaign folder, and what could be better')
    .argument('[folder]', 'campaign folder', 'campaign')
    .option('--strict', 'fail on advice too', false)
    .option('--json', 'write what was found as JSON', false)
    .action(async (folder: string, options: CheckOptions) => {
      const { check } = await import('./check.ts')
      process.exitCode = await check(folder, options)
    })
}
