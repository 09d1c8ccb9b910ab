/** The same people played twice: by the whole pipeline on this machine, and by the forecast. */
import { resolve } from 'node:path'
import { type DemoResult, play } from '../../cli/demo/run.ts'
import { captureBy } from '../../cli/forecast/capture.ts'
import { forecast } from '../../cli/forecast/forecast.ts'
import type { Measures } from '../../cli/forecast/measures.ts'
import { identityKeyFor } from '../../cli/forecast/mechanics.ts'
import { leadsOfFile, Refusals } from '../../cli/forecast/population.ts'
import { parseMappings } from '../../cli/mapping.ts'
import { defaultArrivalDays, defaultStartMs } from '../../cli/people/arrivals.ts'
import { People } from '../../cli/people/model.ts'
import { type Deployment, deploymentOf } from '../../local/bill/deployment.ts'
import { loadInventory } from '../../local/template/load.ts'
import { type DayCount, readCounter, totalsOf } from '../../shared/contracts/counters.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { makeReport, type Report } from '../../shared/flows/report/report-figures.ts'
import type { Assembled } from './assembly.ts'

const sample = resolve(import.meta.dirname, '..', '..', 'cli', 'demo', 'sample-leads.csv')

export interface Both {
  readonly pipeline: DemoResult
  readonly forecast: Measures
  readonly plan: Campaign
  readonly deployment: Deployment
  /** Made from the forecast. */
  readonly report: Report
  /** The tally's counters, as lines `<day>|<metric> <count>`, sorted. */
  readonly counts: { readonly pipeline: readonly string[]; readonly forecast: readonly string[] }
  /** Emails as lines `<instant> <lead> <purpose> <enrolment> <step> <variant>`, sorted. */
  readonly sends: { readonly pipeline: readonly string[]; readonly forecast: readonly string[] }
}

export const playBoth = async (
  { assembly, campaign }: Assembled,
  options: { form: string; map: readonly string[]; leads: number; days: number; seed: string },
): Promise<Both> => {
  const { form, map, leads, days, seed } = options
  const pipeline = await play({
    ...options,
    cdkOut: assembly.directory,
    campaign,
    disorder: false,
    grainMs: 0,
  })
  const people = new People(seed)
  const predicted: string[] = []
  const measures = await forecast({
    campaign,
    behaviour: people,
    startMs: defaultStartMs,
    days,
    leads: leadsOfFile(
      sample,
      parseMappings(map),
      leads,
      campaign.intake.identity,
      { people, startMs: defaultStartMs, arrivalDays: defaultArrivalDays },
      captureBy(campaign, form, identityKeyFor(seed), () => false),
      new Refusals(),
    ),
    onEmail: (email) => {
      const touch = email.purpose === 'sales' ? undefined : email.touch
      predicted.push(line(email.atMs, email.leadId, email.purpose, touch))
    },
  })
  const sent = pipeline.inbox
    .filter(({ tags }) => tags.purpose !== 'report')
    .map(({ sentAtMs, tags, headers }) => {
      const lead = tags.lead ?? headers['X-Ripen-Hand-Off']?.replace(/-\d+$/, '') ?? ''
      return line(sentAtMs, lead, tags.purpose ?? '', tags)
    })
  const counted = measures.dayCounts()
  const stored = pipeline.items.flatMap((item) => readCounter(item) ?? [])
  const { fromDay, toDay } = pipeline.report
  return {
    pipeline,
    forecast: measures,
    plan: campaign.plan,
    deployment: deploymentOf(loadInventory(assembly.directory, { publicUrl: '', queueUrl: '' })),
    report: makeReport(campaign.plan, totalsOf(counted), counted, fromDay, toDay),
    counts: { pipeline: linesOf(stored), forecast: linesOf(counted) },
    sends: { pipeline: sent.sort(), forecast: predicted.sort() },
  }
}

const linesOf = (counts: readonly DayCount[]): string[] =>
  counts.map(({ day, metric, count }) => `${day}|${metric} ${count}`).sort()

const line = (
  atMs: number,
  leadId: string,
  purpose: string,
  touch: { readonly enrolment?: string; readonly step?: string; readonly variant?: string } = {},
): string =>
  [new Date(atMs).toISOString(), leadId, purpose, touch.enrolment, touch.step, touch.variant].join(' ').trim()
