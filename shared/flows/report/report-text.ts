/** The report as plain text: aligned tables, and the sentences beside them. */
import { type Report, type SequenceBlock, type StepRow, sourceMetrics } from './report-figures.ts'

export const reportText = (report: Report): string =>
  [
    `Campaign report, ${report.fromDay} to ${report.toDay}`,
    '',
    ...aligned([
      ['source', ...sourceMetrics],
      ...report.sources.map((row) => [row.source, ...sourceMetrics.map((metric) => String(row[metric]))]),
    ]),
    ...report.sequences.flatMap(sequenceLines),
    ...report.tests.flatMap((test) => [
      '',
      `Test of ${test.sequence} / ${test.step}${sinceText(test)}`,
      ...aligned([
        ['variant', 'sent', 'delivered', 'clicked', 'rate', '95 % interval', 'unsubscribed'],
        ...test.variants.map((row) => [
          row.isGone ? `${row.id} (gone)` : row.id,
          String(row.sent),
          String(row.delivered),
          String(row.clicked),
          ...rateCells(row.delivered, row),
          String(row.unsubscribed),
        ]),
      ]),
      test.verdict,
    ]),
    ...(report.holdOut
      ? [
          '',
          `Hold-out${sinceText(report.holdOut)}`,
          ...aligned([
            ['leads', 'enrolled', 'qualified', 'rate', '95 % interval'],
            ...report.holdOut.arms.map((arm) => [
              arm.id,
              String(arm.enrolled),
              String(arm.qualified),
              ...rateCells(arm.enrolled, arm),
            ]),
          ]),
          report.holdOut.verdict,
        ]
      : []),
  ].join('\n')

const sequenceLines = (block: SequenceBlock): string[] => [
  '',
  `Sequence ${block.sequence}: ${sequenceFigures(block)
    .map(([label, count]) => `${count} ${label}`)
    .join(', ')}`,
  ...(isQuiet(block) ? [] : stepTable(block)),
  ...sequenceNotes(block),
]

const stepTable = ({ steps }: SequenceBlock): string[] =>
  aligned([
    ['step', 'sent', 'delivered', 'clicked', 'goal', 'unsubscribed', 'bounced', 'complained'],
    ...steps.map((row) => [row.step, ...stepFigures(row).map(([, figure]) => figure)]),
  ])

/** Nothing was sent and nothing came of what was sent before: its steps would be a table of noughts. */
export const isQuiet = ({ steps }: SequenceBlock): boolean =>
  steps.every((row) => stepFigures(row).every(([, figure]) => figure === '0'))

export const sequenceFigures = (block: SequenceBlock): [string, number][] => [
  ['enrolled', block.enrolled],
  ['sent', block.sent],
  ['reached the goal', block.goal],
  ['left', block.exit],
  ['skipped', block.skipped],
]

/** Counts of leads, with their share of the emails that arrived. */
export const stepFigures = (row: StepRow): [string, string][] => [
  ['sent', String(row.sent)],
  ['delivered', String(row.delivered)],
  ['clicked', withShare(row.clicked, row.delivered)],
  ['goal', withShare(row.goal, row.delivered)],
  ['unsubscribed', withShare(row.unsubscribed, row.delivered)],
  ['bounced', String(row.bounced)],
  ['complained', String(row.complained)],
]

/** What became of leads that a step did not reach, and which ways they took. */
export const sequenceNotes = ({ steps, branches }: SequenceBlock): string[] => [
  ...steps
    .filter(({ skipped }) => Object.keys(skipped).length > 0)
    .map(
      ({ step, skipped }) =>
        `Skipped ${step}: ${Object.entries(skipped)
          .map(([reason, count]) => `${count} ${skipReasons[reason] ?? reason}`)
          .join(', ')}.`,
    ),
  ...branches.map(
    ({ branch, arms }) =>
      `Branch ${branch}: ${Object.entries(arms)
        .map(([arm, count]) => `${count} ${arm}`)
        .join(', ')}.`,
  ),
]

export const skipReasons: Readonly<Record<string, string>> = {
  condition: 'by its condition',
  late: 'too late',
  hadAlready: 'had the email already',
}

export const sinceText = ({ sinceDay }: { readonly sinceDay?: string }): string =>
  sinceDay === undefined ? ', not begun' : `, since ${sinceDay}`

/** The rate and its interval, or nothing while nothing was tried. */
const rateCells = (
  trials: number,
  { rate, low, high }: { readonly rate: number; readonly low: number; readonly high: number },
): [string, string] =>
  trials === 0 && rate === 0 ? ['', ''] : [`${percent(rate)} %`, `${percent(low)} to ${percent(high)} %`]

export const rateText = (
  trials: number,
  rated: { readonly rate: number; readonly low: number; readonly high: number },
): string => {
  const [rate, interval] = rateCells(trials, rated)
  return rate && `${rate}, ${interval}`
}

/** A click may be counted whose delivery is not known yet: then there is no share to tell. */
const withShare = (count: number, of: number): string =>
  count === 0 || of < count ? String(count) : `${count} (${percent(count / of)} %)`

const percent = (share: number): string => String(Number((share * 100).toFixed(1)))

const aligned = (rows: string[][]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
