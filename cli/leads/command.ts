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
    .option('--stack <name>', 'a deployed stack instead, such as Ripen-prod, with your AWS credentials')
    .option('--region <region>', 'AWS region of that stack (default: as for the AWS command line)')
    .option('--campaign <folder>', 'campaign folder', 'campaign')

export const registerLeads = (program: Command): void => {
  const leads = program.command('leads').description('import leads from a file, or export them')

  placed(leads.command('import').description('import leads from a CSV file'))
    .argument('<file>', 'CSV file with one lead per row; the first row names the columns')
    .option('--form <id>', 'form whose fields the columns answer (default: the only one)')
    .option(
      '--map <field=template>',
      'where names differ, as in "firstName={Vorname}" or "minutesOnSite={Seconds / 60}"; repeatable',
      collected,
      [],
    )
    .option('--consent <text>', 'how, when and where these people agreed to be emailed; kept with each lead')
    .option('--consent-column <column>', 'column that says so for each row')
    .option('--captured-at <column>', 'column with the time at which they agreed (default: now)')
    .option(
      '--confirmed-at <column>',
      'column with the time at which they confirmed, for forms with double opt-in',
    )
    .option('--send-confirmations', 'send the confirmation email to those who have not confirmed', false)
    .option('--encoding <name>', 'such as windows-1252 (default: by the byte-order mark, else UTF-8)')
    .option(
      '--delimiter <sign>',
      'sign between cells (default: comma, semicolon or tab, whichever the header has)',
    )
    .option('--dry-run', 'read the file and write nothing', false)
    .option('--errors <file>', 'file for rows that cannot be read (default: FILE.errors.csv)')
    .option('--resume', 'continue where an earlier import of this file stopped', false)
    .option(
      '--limit <number>',
      'number of rows in this run; --resume continues with the next ones',
      wholeNumber(1),
    )
    .action(async (file: string, options: ImportOptions) => {
      const { importCommand } = await import('./import-command.ts')
      process.exitCode = await importCommand(file, options)
    })

  placed(
    leads.command('export').description('export leads as CSV, facts as JSON lines, or one person as JSON'),
  )
    .argument('[file]', 'file to write (default: the terminal)')
    .option('--stage <stage>', `only leads at this stage: ${stages.join(', ')}`, oneOf(stages))
    .option('--form <id>', 'only leads that this form captured')
    .option('--facts <file>', 'also write every fact of these leads, one JSON object per line')
    .option('--lead <address>', 'export everything about one person, as JSON')
    .option('--bom', 'mark the file as UTF-8, for Excel', false)
    .action(async (file: string | undefined, options: ExportOptions) => {
      const { exportCommand } = await import('./export-command.ts')
      await exportCommand(file, options)
    })
}
