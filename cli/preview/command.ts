/** `ripen preview` and `ripen test-send`. */
import type { Command } from 'commander'
import { collected, portNumber } from '../option-values.ts'
import type { PreviewCommandOptions } from './preview-command.ts'
import type { TestSendOptions } from './test-send-command.ts'

export const registerPreview = (program: Command): void => {
  program
    .command('preview')
    .description('show every email as people will get it, on a page that updates as you edit')
    .argument('[folder]', 'campaign folder', 'campaign')
    .option('--port <number>', 'port for the page', portNumber, 8090)
    .option('--data <folder>', 'folder of a pipeline: while it runs, its leads can be chosen', '.ripen')
    .action(async (folder: string, options: PreviewCommandOptions) => {
      const { previewCommand } = await import('./preview-command.ts')
      await previewCommand(folder, options)
    })

  program
    .command('test-send')
    .description('send emails of the campaign to one address, to see them in a mailbox; they are not counted')
    .argument('<address>', 'address to send to')
    .option(
      '--email <id>',
      'email to send, such as welcome, or learn/day/short for one step and variant; repeatable (default: those of all sequences, in order)',
      collected,
      [],
    )
    .option(
      '--lead <name>',
      'lead to make them for: known, unknown, long, hostile, or one of preview-leads.yaml',
      'known',
    )
    .option('--campaign <folder>', 'campaign folder', 'campaign')
    .option('--data <folder>', 'send to the inbox of the pipeline that runs on this folder', '.ripen')
    .option(
      '--stack <name>',
      'send through SES as this deployed stack does, such as Ripen-prod, with your AWS credentials',
    )
    .option('--region <region>', 'AWS region of that stack (default: as for the AWS command line)')
    .option('--dry-run', 'show what would be sent, and send nothing', false)
    .action(async (address: string, options: TestSendOptions) => {
      const { testSendCommand } = await import('./test-send-command.ts')
      process.exitCode = await testSendCommand(address, options)
    })
}
