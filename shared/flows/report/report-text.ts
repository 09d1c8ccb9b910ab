/** The report in words and tables, and as plain text with the tables aligned. */
import {
  type Report,
  type SequenceBlock,
  type StepRow,
  sourceMetrics,
  stepMetricNames,
  stepMetrics,
} from './report-figures.ts'

/** A part of the report, for whoever shows it: plain text and the console. The email sets its figures like words. */
export interface ReportSection {
  /** Absent for the first, the sources. */
  readonly heading?: string
  /** `12 enrolled, 19 sent`. */
  readonly sums?: string
  readonly table?: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly notes: readonly string[]
}

export const reportSections = ({ sources, sequences, tests, holdOut }: Report): ReportSection[] => [
  {
    table: {
      columns: ['source', ...sourceMetrics],
      rows: sources.map((row) => [row.source, ...sourceMetrics.map((metric) => String(row[metric]))]),
    },
    notes: [],
  },
  ...sequences.map((block) => ({
    heading: `Sequence ${block.sequence}`,
    sums: sequenceFigures(block)
      .map(([label, count]) => `${count} ${label}`)
      .join(', '),
    ...(!isQuiet(block) && {
      table: {
        columns: ['step', ...stepMetricNames],
        rows: block.steps.map((row) => [row.step, ...stepFigures(row).map(([, figure]) => figure)]),
      },
    }),
    notes: sequenceNotes(block),
  })),
  ...tests.map((test) => ({
    heading: `Test of ${test.sequence} / ${test.step}${sinceText(test)}`,
    table: {
      columns: ['variant', 'sent', 'delivered', 'clicked', 'rate', '95 % interval', 'unsubscribed'],
      rows: test.variants.map((row) => [
        row.isGone ? `${row.id} (gone)` : row.id,
        String(row.sent),
        String(row.delivered),
        String(row.clicked),
        ...rateCells(row.delivered, row),
        String(row.unsubscribed),
      ]),
    },
    notes: [test.verdict],
  })),
  ...(holdOut
    ? [
        {
          heading: `Hold-out${sinceText(holdOut)}`,
          table: {
            columns: ['leads', 'enrolled', 'qualified', 'rate', '95 % interval'],
            rows: holdOut.arms.map((arm) => [
              arm.id,
              String(arm.enrolled),
              String(arm.qualified),
              ...rateCells(arm.enrolled, arm),
            ]),
          },
          notes: [holdOut.verdict],
        },
      ]
    : []),
]

export const reportText = (report: Report): string =>
  [
    `Campaign report, ${report.fromDay} to ${report.toDay}`,
    ...reportSections(report).flatMap(({ heading, sums, table, notes }) => [
      '',
      ...(heading === undefined ? [] : [sums === undefined ? heading : `${heading}: ${sums}`]),
      ...(table ? aligned([table.columns, ...table.rows]) : []),
      ...notes,
    ]),
  ].join('\n')

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

/** Counts of leads, with their share of the emails that arrived where that says something. */
export const stepFigures = (row: StepRow): [string, string][] =>
  stepMetricNames.map((name) => [
    name,
    stepMetrics[name].isShare ? withShare(row[name], row.delivered) : String(row[name]),
  ])

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

/** A click may be counted whose delivery is not known yet: then there is no share. */
const withShare = (count: number, of: number): string =>
  count === 0 || of < count ? String(count) : `${count} (${percent(count / of)} %)`

const percent = (share: number): string => String(Number((share * 100).toFixed(1)))

const aligned = (rows: readonly (readonly string[])[]): string[] => {
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
