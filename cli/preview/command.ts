/** `ripen preview` and `ripen test-send`. */
import type { Command } from 'commander'
import { collected, portNumber } from '../option-values.ts'
import type { PreviewCommandOptions } from './preview-command.ts'
import type { TestSendOptions } from './test-send-command.ts'

export const registerPreview = (program: Command): void => {
  program
    .command('preview')
    .description('show every email as people will get it, on a page that follows the files')
    .argument('[folder]', 'campaign folder', 'campaign')
    .option('--port <number>', 'port of the page', portNumber, 8090)
    .option('--data <folder>', 'folder of the pipeline whose leads can be chosen while it runs', '.ripen')
    .action(async (folder: string, options: PreviewCommandOptions) => {
      const { previewCommand } = await import('./preview-command.ts')
      await previewCommand(folder, options)
    })

  program
    .command('test-send')
    .description(
      'send emails of the campaign to one address, to look at them in a mailbox; nothing counts them',
    )
    .argument('<address>', 'where to')
    .option(
      '--email <id>',
      'such as welcome, or learn/day/short for one step and variant; repeat it (default: all of the sequences, in order)',
      collected,
      [],
    )
    .option(
      '--lead <name>',
      'for whom they are made: known, unknown, long, hostile, or one of preview-leads.yaml',
      'known',
    )
    .option('--campaign <folder>', 'campaign folder', 'campaign')
    .option('--data <folder>', 'send to the inbox of the pipeline that runs on this folder', '.ripen')
    .option(
      '--stack <name>',
      'send by SES as this deployed stack does, such as Ripen-prod, by your AWS credentials',
    )
    .option('--region <region>', 'of that stack (default: as the AWS command line has it)')
    .option('--dry-run', 'say what would be sent, and send nothing', false)
    .action(async (address: string, options: TestSendOptions) => {
      const { testSendCommand } = await import('./test-send-command.ts')
      process.exitCode = await testSendCommand(address, options)
    })
}
