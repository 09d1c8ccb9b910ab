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
      'learn a card from past leads, judge it against the card in use, and report; exit code 0 where it may ship',
    )
    .option('--csv <file>', 'past leads, one per row (default: the outcomes that sales recorded)')
    .option('--won <column=value>', 'in the file, who was won: "Converted=1"; several values by commas')
    .option('--data <folder>', 'where ripen start keeps its data: learn from the outcomes in it', '.ripen')
    .option('--table <name>', 'learn from the outcomes in this deployed table')
    .option('--region <region>', 'of that table (default: as the AWS environment says)')
    .option('--time <column>', 'date, or a number that rises with time: tells old leads from new')
    .option('--as-of <date>', 'the day of the export (default: the newest date)')
    .option(
      '--maturity-days <number>',
      'younger leads have no outcome yet and are left out',
      wholeNumber(),
      90,
    )
    .option('--key <column>', 'parts leads by hash (default: the whole row)')
    .option('--salt <text>', 'decides the hash split', 'ripen')
    .option('--map <field=template>', 'form field from columns, as in demo; repeat it', collected, [])
    .option('--only-mapped', 'learn from mapped fields alone', false)
    .option('--drop <column>', 'never read this column; repeat it', collected, [])
    .option(
      '--keep <column>',
      'learn from this column although it looks like a leak; repeat it',
      collected,
      [],
    )
    .option('--sales-field <column>', 'sales writes this column: a leak; repeat it', collected, [])
    .option('--blank <text>', 'reads as blank, such as "Select"; repeat it', collected, [])
    .option('--rules <number>', 'rules at most, 1 to 20', wholeNumber(1, 20), 20)
    .option('--any-sign', "let a rule's points differ in sign from its own lift", false)
    .option('--blank-rules', 'let rules say that a field is blank', false)
    .option('--capacity <share>', 'share of leads that sales has room for', share, 0.1)
    .option('--cost <number>', 'what it costs to talk to a lead', positiveNumber)
    .option('--value <number>', 'what a win brings', positiveNumber)
    .option('--campaign <folder>', 'holds the card in use', 'campaign')
    .option('--seed <number>', 'of the bootstrap', wholeNumber(), 1)
    .option('--html <file>', 'write the report as a page with plots')
    .option('--json <file>', 'write the report as JSON')
    .option('--write [file]', 'write the card if it ships (default: the campaign’s scoring.yaml)')
    .action(async ({ write, ...options }: LearnFlags) => {
      const { learnCommand } = await import('./learn.ts')
      process.exitCode = await learnCommand({
        ...options,
        ...(write !== undefined && { write: write === true ? 'campaign' : write }),
      })
    })
}
