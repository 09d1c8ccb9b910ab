/** `ripen score learn`: learns a card from past leads, compares it with the one in use, and says if it may ship. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { Campaign, Scoring } from '../../shared/domain/campaign.ts'
import { type Backtest, backtest } from '../../shared/domain/learning/backtest.ts'
import { findLeaks, withoutLeaks } from '../../shared/domain/learning/leaks.ts'
import type { LearnedCard } from '../../shared/domain/learning/learn-card.ts'
import { nameOf, subjectOf } from '../../shared/domain/learning/sample.ts'
import { InputError } from '../input-error.ts'
import { cardText, scoringOf } from './card-file.ts'
import { factsInFolder, factsInTable } from './outcome-store.ts'
import type { PastLeads } from './past-leads.ts'
import { asOf, type ReadOptions, readPastLeads } from './read-leads.ts'
import { readOutcomes } from './read-outcomes.ts'
import { reportHtml } from './report-html.ts'
import { type ReportInput, reportText } from './report-text.ts'

export interface LearnCommandOptions extends Omit<ReadOptions, 'csv' | 'won'> {
  /** Past leads; without it, recorded outcomes are learned from. */
  readonly csv?: string
  readonly won?: string
  /** The local store. */
  readonly data: string
  /** The deployed table, in place of the local store. */
  readonly table?: string
  readonly region?: string
  readonly campaign: string
  readonly rules: number
  readonly anySign: boolean
  readonly blankRules: boolean
  /** Columns that are learned from although they look like leaks. */
  readonly keep: readonly string[]
  /** Columns that sales writes. */
  readonly salesField: readonly string[]
  readonly capacity: number
  readonly cost?: number
  readonly value?: number
  readonly seed: number
  readonly html?: string
  readonly json?: string
  /** Where the card is written if it ships. */
  readonly write?: string
}

/** Learns and judges; prints nothing. Throws `InputError` and `CampaignError`. */
export const learn = async (options: LearnCommandOptions): Promise<ReportInput & { champion: Scoring }> => {
  const { plan, forms } = await compileCampaign(options.campaign)
  const past = await pastLeadsOf(options, plan)
  const { sample: whole, splits, missing, notes, championTotals } = past
  const names = whole.columns.map(({ subject }) => nameOf(subject))
  for (const name of [...options.keep, ...options.salesField])
    if (!names.includes(name))
      throw new InputError(
        `--keep or --sales-field names "${name}", which is not a column; the columns are ${names.join(', ')}.`,
      )
  const leaks = findLeaks(whole, options.salesField)
  const sample = withoutLeaks(whole, leaks, options.keep)
  if (sample.columns.length === 0)
    throw new InputError(
      leaks.length > 0
        ? `No column is left to learn from: ${leaks.map(({ column }) => column).join(', ')} may leak the outcome. Name those you trust with --keep.`
        : 'No column is left to learn from: apart from outcome, time and key, none distinguishes leads. Add what was known about each lead when it arrived.',
    )
  const champion = plan.scoring
  const unread = championTotals
    ? []
    : champion.rules.filter(({ dimension, when }) => dimension !== 'gate' && !names.includes(subjectOf(when)))
  const result = backtest({
    sample,
    whole,
    splits,
    missing,
    champion,
    ...(championTotals && { championTotals }),
    learn: { mostRules: options.rules, isSigned: !options.anySign, mayReadBlanks: options.blankRules },
    capacity: options.capacity,
    seed: options.seed,
  })
  const asked = new Set(Object.values(forms).flatMap((form) => form.fields.map(({ name }) => name)))
  const { cost, value } = options
  return {
    result,
    leaks,
    forced: options.keep,
    notes: [
      `${whole.won.length} leads with an outcome, ${whole.won.reduce((sum, one) => sum + one, 0)} of them won; ${sample.columns.length} columns to learn from.`,
      ...notes,
      ...(unread.length > 0
        ? [
            `The card in use has rules about what this file does not contain; the learned card will not have them: ${unread.map(({ id }) => id).join(', ')}.`,
          ]
        : []),
    ],
    capacity: options.capacity,
    ...(cost !== undefined && value !== undefined && { economics: { cost, value } }),
    unknownFields: unknownFields(result.card, asked),
    seed: options.seed,
    champion,
  }
}

/**
 * As the command line runs it: prints, writes what was asked for, and gives the exit code: 0 where the card may ship.
 */
export const learnCommand = async (options: LearnCommandOptions): Promise<number> => {
  const report = await learn(options)
  console.log(reportText(report))
  if (options.html) write('--html', options.html, reportHtml(report, `Back-test on ${whatOf(options)}`))
  if (options.json) write('--json', options.json, `${JSON.stringify(jsonOf(report), null, 2)}\n`)
  if (options.write && report.result.verdict.ships) {
    if (report.unknownFields.length > 0)
      throw new InputError(
        `The card is not written: no form asks for ${report.unknownFields.join(', ')}. Map columns to form fields with --map and --only-mapped.`,
      )
    const file = options.write === 'campaign' ? join(options.campaign, 'scoring.yaml') : options.write
    write('--write', file, cardFile(report, options))
    console.log(
      `Written to ${file}. See what changed with git diff, and check it with: npx ripen check ${options.campaign}`,
    )
  }
  return report.result.verdict.ships ? 0 : 1
}

const write = (flag: string, file: string, text: string): void => {
  try {
    writeFileSync(file, text)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new InputError(`${flag} ${file} cannot be written: ${error.message}.`, { cause: error })
  }
}

const cardFile = (
  { result, champion }: { result: Backtest; champion: Scoring },
  options: LearnCommandOptions,
) => {
  const scoring = scoringOf(result.card, champion, result.enterAtCapacity, result.calibration)
  const newest = result.splits[0]?.challenger
  return cardText(
    scoring,
    `Learned from ${whatOf(options)}: area under the curve ${newest?.areaUnderCurve.toFixed(3)} on ${newest?.rows} newest leads.`,
  )
}

const jsonOf = ({ champion: _, ...report }: ReportInput & { champion: Scoring }) => report

const unknownFields = (card: LearnedCard, asked: ReadonlySet<string>): string[] => [
  ...new Set(
    card.rules.flatMap(({ when }) => ('field' in when && !asked.has(when.field) ? [when.field] : [])),
  ),
]

const pastLeadsOf = async (options: LearnCommandOptions, plan: Campaign): Promise<PastLeads> => {
  const { csv, won, table, region, data } = options
  if (csv !== undefined) {
    if (table !== undefined)
      throw new InputError('--csv and --table both say where leads come from; use one of them.')
    if (won === undefined)
      throw new InputError('--csv needs --won to say which leads were won, such as --won "Converted=1".')
    return readPastLeads({ ...options, csv, won })
  }
  for (const [flag, isGiven] of [
    ['--won', won !== undefined],
    ['--time', options.time !== undefined],
    ['--key', options.key !== undefined],
    ['--map', options.map.length > 0],
  ] as const)
    if (isGiven) throw new InputError(`${flag} is about the columns of a file; name it with --csv.`)
  const facts = table === undefined ? await factsInFolder(data) : await factsInTable(table, region)
  return readOutcomes(facts, plan, {
    ...options,
    ...(options.asOf !== undefined && { asOfMs: asOf(options.asOf) }),
    what: whatOf(options),
  })
}

/** Where the leads come from, for titles and messages. */
const whatOf = ({ csv, table, data }: LearnCommandOptions): string =>
  csv !== undefined
    ? (csv.split('/').at(-1) ?? csv)
    : `outcomes recorded in ${table === undefined ? data : `table ${table}`}`
