/** `ripen score learn`: its options. */
import type { Command } from 'commander'
import { collected, positiveNumber, share, wholeNumber } from '../option-values.ts'
import type { LearnCommandOptions } from './learn.ts'

interface LearnFlags extends Omit<LearnCommandOptions, 'write'> {
  /** `true` without a file: the campaign's own. */
  readonly write?: string | true
}

export const registerScore = (program: Command): void => {
  const score = program.command('score').description('learn a score card from outcomes')

  score
    .command('learn')
    .description(
      'learn a card from past leads, compare it with the card in use, and report; exits with 0 if it may ship',
    )
    .option('--csv <file>', 'past leads, one per row (default: the outcomes that sales recorded)')
    .option(
      '--encoding <name>',
      'encoding of the file, such as windows-1252 (default: UTF-8, or by its mark)',
    )
    .option('--delimiter <sign>', 'sign between fields (default: comma, semicolon or tab, by the header)')
    .option(
      '--won <column=value>',
      'which leads of the file were won, as in "Converted=1"; separate several values with commas',
    )
    .option(
      '--data <folder>',
      'folder where ripen start keeps its data: learn from the outcomes in it',
      '.ripen',
    )
    .option('--table <name>', 'learn from the outcomes in this deployed table instead')
    .option('--region <region>', 'AWS region of that table (default: from the AWS environment)')
    .option(
      '--time <column>',
      'column with a date, or with a number that grows over time: separates old leads from new',
    )
    .option('--as-of <date>', 'date of the export (default: the newest date in it)')
    .option(
      '--maturity-days <number>',
      'leave out leads younger than this: they have no outcome yet',
      wholeNumber(),
      90,
    )
    .option('--key <column>', 'column by which leads are split at random (default: the whole row)')
    .option('--salt <text>', 'varies the random split', 'ripen')
    .option('--map <field=template>', 'make a form field from columns, as in demo; repeatable', collected, [])
    .option('--only-mapped', 'learn from mapped fields only', false)
    .option('--drop <column>', 'never read this column; repeatable', collected, [])
    .option(
      '--keep <column>',
      'learn from this column although it looks like a leak; repeatable',
      collected,
      [],
    )
    .option('--sales-field <column>', 'column that sales fills in, and so a leak; repeatable', collected, [])
    .option('--blank <text>', 'text that counts as blank, such as "Select"; repeatable', collected, [])
    .option('--rules <number>', 'maximum number of rules, 1 to 20', wholeNumber(1, 20), 20)
    .option('--any-sign', "allow a rule's points to differ in sign from its own lift", false)
    .option('--blank-rules', 'allow rules about blank fields', false)
    .option('--capacity <share>', 'share of leads that sales has time for', share, 0.1)
    .option('--cost <number>', 'cost of talking to a lead', positiveNumber)
    .option('--value <number>', 'value of a won lead', positiveNumber)
    .option('--campaign <folder>', 'campaign folder with the card in use', 'campaign')
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber(), 1)
    .option('--html <file>', 'write the report as a page with plots')
    .option('--json <file>', 'write the report as JSON')
    .option('--write [file]', 'write the card if it may ship (default: to the campaign’s scoring.yaml)')
    .action(async ({ write, ...options }: LearnFlags) => {
      const { learnCommand } = await import('./learn.ts')
      process.exitCode = await learnCommand({
        ...options,
        ...(write !== undefined && { write: write === true ? 'campaign' : write }),
      })
    })
}
