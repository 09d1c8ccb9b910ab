/** A back-test for the terminal: the verdict first, then the figures it rests on. */
import pc from 'picocolors'
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import type { Backtest, SplitResult } from '../../shared/domain/learning/backtest.ts'
import { pointsForChance } from '../../shared/domain/learning/calibrate.ts'
import type { Leak } from '../../shared/domain/learning/leaks.ts'
import type { Figures } from '../../shared/domain/learning/measure.ts'

export interface ReportInput {
  readonly result: Backtest
  readonly leaks: readonly Leak[]
  readonly forced: readonly string[]
  readonly notes: readonly string[]
  readonly capacity: number
  /** What it costs sales to talk to a lead, and what a win brings. */
  readonly economics?: { readonly cost: number; readonly value: number }
  /** Rules that read what no form asks for, so that the card cannot be deployed. */
  readonly unknownFields: readonly string[]
  readonly seed: number
}

export const reportText = (input: ReportInput): string => {
  const { result, leaks, forced, notes, unknownFields, seed } = input
  return [
    ...section('Data', notes),
    ...section(
      'Columns that may leak the outcome',
      leaks.length === 0
        ? ['none found']
        : leaks.map(
            ({ column, value, evidence }) =>
              `${forced.includes(column) ? pc.yellow('kept by --keep') : 'left out'}  ${column}${value === undefined ? '' : ` = ${value}`}: ${evidence}`,
          ),
    ),
    ...result.splits.flatMap((split) => section(splitTitle(split), figureLines(split))),
    ...section(
      'Reliability of the learned card, newest or test leads',
      reliabilityLines(result.splits[0]?.challenger),
    ),
    ...section('The learned card, with lift on those leads', [
      ...result.rules.map(
        ({ points, when, rows, shareWon, lift }) =>
          `${signed(points)}  ${conditionText(when)}  ${pc.dim(`${rows} leads, ${percent(shareWon)} won, lift ${lift.toFixed(2)}`)}`,
      ),
    ]),
    ...section('Thresholds', thresholdTexts(input)),
    ...section('Leads that would change stage', stageLines(result)),
    ...section('Drift', driftLines(result)),
    ...section(`The gate (bootstrap seed ${seed})`, [
      ...result.verdict.checks.map(
        ({ isMet, text }) => `${isMet ? pc.green('met    ') : pc.red('not met')}  ${text}`,
      ),
      ...(unknownFields.length > 0
        ? [
            `${pc.yellow('note   ')}  no form of the campaign asks for ${unknownFields.join(', ')}: map them to form fields with --map, or add them to a form, before the card can be used.`,
          ]
        : []),
    ]),
    '',
    result.verdict.ships
      ? pc.bold(pc.green('The learned card clearly beats the card in use: it may ship.'))
      : pc.bold(pc.red('The learned card does not ship; the card in use stays.')),
  ].join('\n')
}

const section = (title: string, lines: readonly string[]): string[] => [
  '',
  pc.bold(title),
  ...lines.map((line) => `  ${line}`),
]

export const splitTitle = ({ name, trainRows, challenger }: SplitResult): string =>
  name === 'outOfTime'
    ? `Out of time: learned on the oldest ${trainRows}, judged on the newest ${challenger.rows} (${challenger.wins} won)`
    : `Hash split: learned on ${trainRows}, judged on ${challenger.rows} others (${challenger.wins} won)`

export const figureNames: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['area under the curve', (figures) => figures.areaUnderCurve.toFixed(3)],
  ['log loss', (figures) => figures.logLoss.toFixed(3)],
  ['Brier score', (figures) => figures.brier.toFixed(3)],
  ['calibration error', (figures) => figures.calibrationError.toFixed(3)],
  ['won in the best tenth', (figures) => percent(figures.precisionTopTenth)],
  ['lift in the best tenth', (figures) => figures.liftTopTenth.toFixed(2)],
  ['wins caught at capacity', (figures) => percent(figures.captureAtCapacity)],
]

const figureLines = ({ challenger, champion }: SplitResult): string[] => [
  `${''.padEnd(26)}${'learned'.padStart(9)}${'in use'.padStart(9)}`,
  ...figureNames.map(
    ([name, of]) => `${name.padEnd(26)}${of(challenger).padStart(9)}${of(champion).padStart(9)}`,
  ),
  `${'calibrated by'.padEnd(26)}${challenger.calibration.method.padStart(9)}${champion.calibration.method.padStart(9)}`,
]

const reliabilityLines = (figures: Figures | undefined): string[] =>
  (figures?.reliability ?? []).map(
    ({ rows, meanChance, shareWon }) =>
      `predicted ${percent(meanChance).padStart(5)}  won ${percent(shareWon).padStart(5)}  ${'█'.repeat(Math.round(shareWon * 40))} ${pc.dim(`${Math.round(rows)} leads`)}`,
  )

/** From how many points leads should pass, by what sales has room for and by what a talk costs and brings. */
export const thresholdTexts = ({ result, capacity, economics }: ReportInput): string[] => {
  const { enterAtCapacity, calibration } = result
  const fromCapacity = `From capacity: at ${enterAtCapacity} points, at most ${percent(capacity)} of the newest leads would pass to sales.`
  if (!economics) return [fromCapacity, 'From cost and value: give --cost and --value.']
  const { cost, value } = economics
  const chance = cost / value
  const pays = `From cost and value: a talk that costs ${cost} and wins ${value} pays off from a chance of ${percent(chance)}`
  if (chance >= 1) return [fromCapacity, `${pays}, which is never: --cost must be below --value.`]
  const points = pointsForChance(chance, calibration)
  return [
    fromCapacity,
    points === undefined
      ? `${pays}, which no score reaches.`
      : `${pays}: ${points} ${points === 1 ? 'point' : 'points'}.`,
  ]
}

const stageLines = ({ stages }: Backtest): string[] =>
  (
    [
      ['both cards pass to sales', stages.both],
      ['only the card in use', stages.onlyChampion],
      ['only the learned card', stages.onlyChallenger],
      ['neither', stages.neither],
    ] as const
  ).map(
    ([name, { leads, shareWon }]) =>
      `${name.padEnd(26)}${String(leads).padStart(6)} leads, ${percent(shareWon)} won`,
  )

export interface DriftText {
  readonly level: keyof typeof levelWords
  readonly text: string
}

/** Shifts of who the leads are, as notices; chances that no longer hold, as an alarm. */
export const driftTexts = ({ drift, verdict }: Backtest): DriftText[] => {
  const shifted = drift.rules.filter(({ index }) => index >= 0.1).sort((a, b) => b.index - a.index)
  const { predicted, shareWon, isAlarm } = drift.gap
  return [
    {
      level: drift.score >= 0.1 ? 'notice' : 'stable',
      text: `scores, old leads against new: stability index ${drift.score.toFixed(2)}`,
    },
    ...shifted.map(
      ({ what, index }): DriftText => ({
        level: 'notice',
        text: `${what}: stability index ${index.toFixed(2)}`,
      }),
    ),
    {
      // Of a card that ships the chances are off by less than they were, and are fitted to the newest leads again.
      level: isAlarm ? (verdict.ships ? 'notice' : 'ALARM') : 'onTarget',
      text: `chances of the newest leads: predicted ${percent(predicted)}, won ${percent(shareWon)}`,
    },
  ]
}

export const levelWords = {
  stable: 'stable',
  notice: 'notice',
  onTarget: 'on target',
  ALARM: 'ALARM',
} as const

const driftLines = (result: Backtest): string[] =>
  driftTexts(result).map(({ level, text }) => {
    const paint = level === 'ALARM' ? pc.red : level === 'notice' ? pc.yellow : (plain: string) => plain
    return `${paint(levelWords[level].padEnd(9))}  ${text}`
  })

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const signed = (points: number): string => `${points < 0 ? '−' : '+'}${Math.abs(points)}`.padStart(4)
