/** `ripen leads import` and `ripen leads export`. */
import type { Command } from 'commander'
import type { Stage } from '../../shared/domain/fold.ts'
import { collected, oneOf, wholeNumber } from '../option-values.ts'
import type { ExportOptions } from './export-command.ts'
import type { ImportOptions } from './import-command.ts'

/** In the order of a lead's way. */
const stages: readonly Stage[] = [
  'pending',
  'nurturing',
  'qualified',
  'accepted',
  'won',
  'lost',
  'exhausted',
  'suppressed',
]

const placed = (command: Command): Command =>
  command
    .option('--data <folder>', 'folder of the pipeline on this machine, whether it runs or not', '.ripen')
    .option('--stack <name>', 'a deployed stack instead, such as Ripen-prod, by your AWS credentials')
    .option('--region <region>', 'of that stack (default: as the AWS command line has it)')
    .option('--campaign <folder>', 'campaign folder', 'campaign')

export const registerLeads = (program: Command): void => {
  const leads = program.command('leads').description('bring leads in from a file, and take them out')

  placed(leads.command('import').description('import leads from a CSV file'))
    .argument('<file>', 'one lead per row, the first row names the columns')
    .option('--form <id>', 'the form whose fields they answer (default: the only one)')
    .option(
      '--map <field=template>',
      'where names differ: "firstName={Vorname}", "minutesOnSite={Seconds / 60}"; repeat it',
      collected,
      [],
    )
    .option('--consent <text>', 'how, when and where they agreed to be written to; kept with each lead')
    .option('--consent-column <column>', 'the column that says it for each row')
    .option('--captured-at <column>', 'when they agreed (default: now)')
    .option('--confirmed-at <column>', 'when they confirmed, for forms with double opt-in')
    .option('--send-confirmations', 'those who have not confirmed get the confirmation email', false)
    .option('--encoding <name>', 'such as windows-1252 (default: UTF-8, or what the file marks)')
    .option('--delimiter <sign>', 'between cells (default: comma, semicolon or tab, by the header)')
    .option('--dry-run', 'look through the file and write nothing', false)
    .option('--errors <file>', 'for rows that cannot be read (default: FILE.errors.csv)')
    .option('--resume', 'go on where an earlier import of this file stopped', false)
    .option('--limit <number>', 'rows of this run; --resume takes the next ones', wholeNumber(1))
    .action(async (file: string, options: ImportOptions) => {
      const { importCommand } = await import('./import-command.ts')
      process.exitCode = await importCommand(file, options)
    })

  placed(
    leads.command('export').description('export leads as CSV, facts as JSON lines, or one person as JSON'),
  )
    .argument('[file]', 'where to (default: the terminal)')
    .option('--stage <stage>', `only leads at this stage: ${stages.join(', ')}`, oneOf(stages))
    .option('--form <id>', 'only leads that this form captured')
    .option('--facts <file>', 'write every fact of these leads as well, one JSON object per line')
    .option('--lead <address>', 'everything about one person, as JSON')
    .option('--bom', 'mark the file as UTF-8, for Excel', false)
    .action(async (file: string | undefined, options: ExportOptions) => {
      const { exportCommand } = await import('./export-command.ts')
      await exportCommand(file, options)
    })
}
