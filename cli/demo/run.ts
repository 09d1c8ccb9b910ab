/** The demo: leads are posted through the public endpoint over two weeks, and sixty days are played. */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { SingleBar } from 'cli-progress'
import pc from 'picocolors'
import { type Bill, makeBill } from '../../local/bill/bill.ts'
import { billText } from '../../local/bill/bill-text.ts'
import { deploymentOf } from '../../local/bill/deployment.ts'
import { storedBytesOf } from '../../local/bill/item-size.ts'
import { type Faults, someFaults } from '../../local/faults.ts'
import { checkInvariants, type Violation } from '../../local/invariants.ts'
import type { Reading } from '../../local/meter.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { readCounter, totalsOf } from '../../shared/contracts/counters.ts'
import { dayMs } from '../../shared/domain/cadence.ts'
import { makeReport, type Report } from '../../shared/flows/report/report-figures.ts'
import { reportText } from '../../shared/flows/report/report-text.ts'
import { assemble } from '../assembly.ts'
import { parseMappings } from '../mapping.ts'
import { arrivalMs, defaultArrivalDays, fillMs, defaultStartMs as startMs } from '../people/arrivals.ts'
import { People } from '../people/model.ts'
import { askAgain } from './again.ts'
import { type Funnel, funnelText, makeFunnel } from './funnel.ts'
import { Recipients } from './people.ts'
import { type Row, readRows } from './rows.ts'
import { addressOf, tokenIn, visit } from './visit.ts'

export interface DemoOptions {
  readonly csv?: string
  readonly map: readonly string[]
  readonly form: string
  readonly leads?: number
  readonly days: number
  readonly seed: string
  readonly disorder: boolean
  /** The account is busy and shaky: ten invocations at once, two stream shards, and every fiftieth call meets a fault. */
  readonly strain?: boolean
  /** Events within this many milliseconds are played together; 0: each at its own millisecond. Absent: half an hour. */
  readonly grainMs?: number
  readonly json?: string
}

export interface DemoResult {
  readonly funnel: Funnel
  readonly report: Report
  readonly bill: Bill
  /** What the bill was made from, by cause. */
  readonly readings: readonly Reading[]
  readonly violations: readonly Violation[]
  readonly deadLetters: number
  /** Calls that met a fault under strain, by service. */
  readonly faults: Readonly<Record<string, number>>
  readonly refusedRows: number
  /** Everything in the table and the inbox at the end, for whoever compares two runs. */
  readonly items: readonly Record<string, unknown>[]
  readonly inbox: readonly StoredEmail[]
  readonly realSeconds: number
}

const root = resolve(import.meta.dirname, '..', '..')

/** Finer steps than half an hour take longer and show nothing else. */
const defaultGrainMs = 30 * 60_000

/** Of all calls to AWS, under strain. Far more than AWS gives; each is tried again, so a run takes little longer. */
const faultShare = 0.02

/**
 * Runs the demo and prints what came of it. Gives the exit code: 0 where every invariant holds and nothing was lost.
 */
export const demo = async (options: DemoOptions): Promise<number> => {
  // Left to itself a signal ends the process without its exit, at which the table's engine and folder go.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(code))
  const assembly = await assemble()
  const bar = progressBar(options.days)
  const result = await play({
    ...options,
    ...assembly,
    onDay: (day) => bar.update(day),
  })
  bar.stop()
  if (options.json) writeFileSync(options.json, JSON.stringify(result, null, 2))
  console.log(resultText(result, options))
  return result.violations.length > 0 || result.deadLetters > 0 ? 1 : 0
}

/** The demo without its output: posts, plays, measures and checks. */
export const play = async (
  options: DemoOptions & {
    readonly cdkOut: string
    readonly campaign: CompiledCampaign
    readonly onDay?: (day: number) => void
  },
): Promise<DemoResult> => {
  const { campaign, seed } = options
  const grainMs = Math.max(1, options.grainMs ?? defaultGrainMs)
  const startedAt = performance.now()
  const rows = await readRows(
    options.csv ?? join(root, 'cli', 'demo', 'sample-leads.csv'),
    parseMappings(options.map),
    options.leads,
  )
  const people = new People(seed)
  const recipients = new Recipients(people)
  let pipeline: Pipeline | undefined
  const onAccepted = (email: StoredEmail) => pipeline && recipients.receive(email, pipeline)
  const random = seededRandom(people)
  const faults: Record<string, number> = {}
  const strain = someFaults(faultShare, random)
  pipeline = await startPipeline({
    cdkOut: options.cdkOut,
    port: 0,
    startMs,
    seed,
    // One instant of played time stands for a slot of `grainMs`, so it may send what the slot may.
    ses: {
      behaviour: (address) => people.mailbox(address),
      onAccepted,
      maxSendRate: 14 * Math.max(1, grainMs / 1000),
    },
    ...(options.disorder && { disorder: { random } }),
    ...(options.strain && { concurrency: 10, shards: 2, faults: countedIn(faults, strain) }),
  })
  try {
    const refused = arriveAll(rows, options.form, people, pipeline)
    const { clock, meter } = pipeline
    await clock.advanceTo(startMs + options.days * dayMs, {
      grainMs,
      onProgress: (nowMs) => options.onDay?.(Math.floor((nowMs - startMs) / dayMs)),
    })
    // The last facts are counted when their window ends.
    await clock.advanceTo(clock.nowMs() + 5 * 60_000)
    const items = await pipeline.table.scan()
    const inbox = pipeline.ses.inbox()
    const evidence = { items, inbox, schedules: pipeline.scheduler.outstanding(), nowMs: clock.nowMs() }
    return {
      funnel: makeFunnel(items),
      report: reportOf(items, campaign, clock.nowMs()),
      bill: makeBill(meter, deploymentOf(pipeline.inventory), storedBytesOf(items)),
      readings: meter.readings(),
      violations: checkInvariants(evidence, campaign.plan),
      deadLetters: deadLettersOf(pipeline),
      faults,
      refusedRows: refused.count,
      items,
      inbox,
      realSeconds: (performance.now() - startedAt) / 1000,
    }
  } finally {
    await pipeline.close()
  }
}

/**
 * Puts each row's visit on the clock: the form is shown, and posted a little later. Rows that it refuses are counted.
 */
const arriveAll = (
  rows: readonly Row[],
  form: string,
  people: People,
  { clock, url }: Pipeline,
): { count: number } => {
  const refused = { count: 0 }
  rows.forEach((row, index) => {
    const atMs = arrivalMs(people, index, startMs, defaultArrivalDays)
    const address = addressOf(index)
    clock.at(atMs, 'a visitor is shown a form', async () => {
      const show = () => visit(`${url}/forms/${form}/token`, address)
      await askAgain(clock, show, (shown) => {
        const token = tokenIn(shown)
        const post = () =>
          visit(
            `${url}/forms/${form}/submissions`,
            address,
            { ...row, consent: 'yes', ...(token !== undefined && { token }) },
            { 'idempotency-key': `row-${index + 1}` },
          )
        // From now, not from `atMs`: played time moves in slots, and a form must not come back in the slot it was
        // shown in.
        clock.at(clock.nowMs() + fillMs, 'a visitor posts a form', () =>
          askAgain(clock, post, ({ status, body }) => {
            if (status === 422) refused.count += 1
            else if (status !== 202) throw new Error(`Row ${index + 1} was answered ${status}: ${body}`)
          }),
        )
      })
    })
  })
  return refused
}

const reportOf = (
  items: readonly Record<string, unknown>[],
  campaign: CompiledCampaign,
  nowMs: number,
): Report => {
  const counts = items.flatMap((item) => readCounter(item) ?? [])
  const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)
  return makeReport(campaign.plan, totalsOf(counts), counts, day(startMs), day(nowMs))
}

/** Messages in queues that are the end of something. */
const deadLettersOf = ({ inventory, sqs }: Pipeline): number => {
  const ends = new Set([
    ...inventory.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []),
    ...inventory.mappings.flatMap(({ onFailureArn }) => onFailureArn ?? []),
  ])
  return [...ends].reduce((sum, arn) => sum + sqs.depth(arn), 0)
}

const countedIn =
  (counts: Record<string, number>, faults: Faults): Faults =>
  (call) => {
    const fault = faults(call)
    if (fault) counts[call.service] = (counts[call.service] ?? 0) + 1
    return fault
  }

const seededRandom = (people: People): (() => number) => {
  let drawn = 0
  return () => people.chance('disorder', String(drawn++))
}

const resultText = (result: DemoResult, { days, seed }: DemoOptions): string => {
  const verdict =
    result.violations.length === 0
      ? pc.green('Invariants 1 to 8 hold.')
      : pc.red(
          `${result.violations.length} violations:\n${result.violations
            .slice(0, 20)
            .map(({ invariant, problem }) => `  ${invariant}: ${problem}`)
            .join('\n')}`,
        )
  return [
    '',
    pc.bold(`${days} days, seed "${seed}"`),
    '',
    funnelText(result.funnel),
    ...(result.refusedRows > 0 ? [`  (${result.refusedRows} rows were refused by the form)`] : []),
    '',
    reportText(result.report),
    '',
    billText(result.bill, result.funnel.captured),
    '',
    ...faultsText(result.faults),
    `${verdict} ${result.deadLetters} messages in dead-letter queues. ${result.realSeconds.toFixed(1)} s on ${availableParallelism()} cores.`,
  ].join('\n')
}

const faultsText = (faults: DemoResult['faults']): string[] => {
  const counts = Object.entries(faults).map(([service, count]) => `${service} ${count}`)
  return counts.length > 0 ? [`Calls that were throttled or failed on purpose: ${counts.join(', ')}.`] : []
}

/** A bar on a terminal; nothing where the output goes to a file. */
const progressBar = (days: number): SingleBar => {
  const bar = new SingleBar({
    format: 'day {value} of {total} {bar} {percentage} %',
    hideCursor: true,
    noTTYOutput: false,
  })
  bar.start(days, 0)
  return bar
}
