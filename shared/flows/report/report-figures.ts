/** What marketing reads, from the tallies: sources, sequences with their steps, tests and the hold-out. */
import type { DayCount } from '../../contracts/counters.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { type HoldOutBlock, holdOutOf, type TestBlock, testsOf } from './report-tests.ts'

export const sourceMetrics = ['captured', 'qualified', 'accepted', 'returned', 'won', 'lost'] as const
type SourceMetric = (typeof sourceMetrics)[number]

export interface Report {
  readonly fromDay: string
  readonly toDay: string
  readonly sources: readonly ({ readonly source: string } & Readonly<Record<SourceMetric, number>>)[]
  readonly sequences: readonly SequenceBlock[]
  /** Over all their days, not those of the report. */
  readonly tests: readonly TestBlock[]
  readonly holdOut?: HoldOutBlock
}

export interface SequenceBlock {
  readonly sequence: string
  readonly enrolled: number
  readonly sent: number
  /** Leads that did what the sequence is for, and that left it. */
  readonly goal: number
  readonly exit: number
  readonly skipped: number
  readonly steps: readonly StepRow[]
  /** How many leads took each arm; `none` where no condition was met. */
  readonly branches: readonly { readonly branch: string; readonly arms: Readonly<Record<string, number>> }[]
}

/** The figures of a step by their labels, in their order: text, email and console show what stands here. */
export const stepMetrics = {
  sent: { counter: 'sent', isShare: false },
  delivered: { counter: 'delivered', isShare: false },
  // Leads that clicked any link, of the emails that were sent in the time of the report; `goal` the one it is for.
  clicked: { counter: 'responded', isShare: true },
  goal: { counter: 'goal', isShare: true },
  unsubscribed: { counter: 'unsubscribed', isShare: true },
  bounced: { counter: 'bounced', isShare: false },
  complained: { counter: 'complained', isShare: false },
} as const satisfies Readonly<Record<string, StepMetric>>

interface StepMetric {
  /** The last part of the counter's name: `step|<sequence>|<step>|<counter>`. */
  readonly counter: string
  /** Whether its share of the emails that arrived stands beside it. */
  readonly isShare: boolean
}

type StepMetricName = keyof typeof stepMetrics
export const stepMetricNames = Object.keys(stepMetrics) as StepMetricName[]

export interface StepRow extends Readonly<Record<StepMetricName, number>> {
  readonly step: string
  /** How many leads it was passed over for, by reason. */
  readonly skipped: Readonly<Record<string, number>>
}

/** Sequences and steps in the campaign's order, then those it no longer has; sources by how many they brought. */
export const makeReport = (
  campaign: Campaign,
  counts: ReadonlyMap<string, number>,
  tests: readonly DayCount[],
  fromDay: string,
  toDay: string,
): Report => {
  const holdOut = holdOutOf(campaign, tests)
  return {
    fromDay,
    toDay,
    sources: sourcesOf(counts),
    sequences: sequencesOf(campaign, counts),
    tests: testsOf(campaign, tests),
    ...(holdOut && { holdOut }),
  }
}

const sourcesOf = (counts: ReadonlyMap<string, number>): Report['sources'] =>
  partsOf(counts, ['source'])
    .map((source) => {
      const of = (metric: SourceMetric) => counts.get(`source|${source}|${metric}`) ?? 0
      return {
        source,
        captured: of('captured'),
        qualified: of('qualified'),
        accepted: of('accepted'),
        returned: of('returned'),
        won: of('won'),
        lost: of('lost'),
      }
    })
    .sort((a, b) => b.captured - a.captured || (a.source < b.source ? -1 : 1))

const sequencesOf = ({ sequences }: Campaign, counts: ReadonlyMap<string, number>): SequenceBlock[] => {
  const counted = partsOf(counts, ['sequence', 'step', 'skipped', 'branch'])
  return [...new Set([...Object.keys(sequences), ...counted.sort()])].map((id) => {
    const plan = sequences[id]?.steps ?? []
    const emails = plan.filter((step) => !('arms' in step)).map((step) => step.id)
    const steps = [...new Set([...emails, ...partsOf(counts, [`step|${id}`, `skipped|${id}`]).sort()])].map(
      (step) => stepRow(id, step, counts),
    )
    const of = (metric: string) => counts.get(`sequence|${id}|${metric}`) ?? 0
    const skips = steps.flatMap(({ skipped }) => Object.values(skipped))
    return {
      sequence: id,
      enrolled: of('enrolled'),
      sent: sum(steps.map(({ sent }) => sent)),
      goal: of('goal'),
      exit: of('exit'),
      skipped: sum(skips),
      steps,
      branches: partsOf(counts, [`branch|${id}`])
        .sort()
        .map((branch) => ({ branch, arms: countsBelow(counts, `branch|${id}|${branch}`) })),
    }
  })
}

const stepRow = (sequence: string, step: string, counts: ReadonlyMap<string, number>): StepRow => {
  const figures = Object.fromEntries(
    stepMetricNames.map((name) => [
      name,
      counts.get(`step|${sequence}|${step}|${stepMetrics[name].counter}`) ?? 0,
    ]),
  ) as Record<StepMetricName, number>
  return {
    step,
    ...figures,
    skipped: countsBelow(counts, `skipped|${sequence}|${step}`),
  }
}

/** The names that follow these in metrics, each once. */
const partsOf = (counts: ReadonlyMap<string, number>, above: readonly string[]): string[] => [
  ...new Set(
    [...counts.keys()].flatMap((metric) => {
      const prefix = above.find((one) => metric.startsWith(`${one}|`))
      return prefix === undefined ? [] : [metric.slice(prefix.length + 1).split('|')[0] ?? '']
    }),
  ),
]

/** The counts right below a name, by the last part of their metric, in order. */
const countsBelow = (counts: ReadonlyMap<string, number>, above: string): Record<string, number> =>
  Object.fromEntries(
    partsOf(counts, [above])
      .sort()
      .map((part) => [part, counts.get(`${above}|${part}`) ?? 0]),
  )

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
