/** `ripen start`: its options. */
import type { Command } from 'commander'
import { portNumber } from '../option-values.ts'
import type { StartOptions } from './start.ts'

export const registerStart = (program: Command): void => {
  program
    .command('start')
    .description('run the whole pipeline on this machine and serve its page')
    .option('--port <number>', 'port for the page and the public API', portNumber, 8080)
    .option('--data <folder>', 'folder that keeps the data between runs', '.ripen')
    .option('--fresh', 'empty that folder first', false)
    .action(async (options: StartOptions) => {
      const { start } = await import('./start.ts')
      await start(options)
    })
}
