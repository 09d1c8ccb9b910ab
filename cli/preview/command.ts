/** `ripen preview` and `ripen test-send`. */
import { type Command, InvalidArgumentError } from 'commander'

const portNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('It must be a whole number up to 65535.')
  return value
}

export const registerPreview = (program: Command): void => {
  program
    .command('preview')
    .description('show every email as people will get it, on a page that follows the files')
    .argument('[folder]', 'campaign folder', 'campaign')
    .option('--port <number>', 'port of the page', portNumber, 8090)
    .option('--data <folder>', 'folder of the pipeline whose leads can be chosen while it runs', '.ripen')
    .action(async (folder: string, options: { port: number; data: string }) => {
      const { previewCommand } = await import('./preview-command.ts')
      await previewCommand(folder, options)
    })
}
