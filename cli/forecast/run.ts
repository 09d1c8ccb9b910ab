/** `ripen forecast`: reads what is asked, plays it, and shows or writes what came of it. */
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, type WriteStream, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { SingleBar } from 'cli-progress'
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { type Deployment, deploymentOf } from '../../local/bill/deployment.ts'
import { loadInventory } from '../../local/template/load.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign, CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { isDisposableBy } from '../../shared/domain/disposable.ts'
import { assemble } from '../assembly.ts'
import { InputError } from '../input-error.ts'
import { openStore } from '../leads/open-store.ts'
import { parseMappings } from '../mapping.ts'
import { defaultStartMs } from '../people/arrivals.ts'
import { People } from '../people/model.ts'
import { captureBy, formOf } from './capture.ts'
import { forecast } from './forecast.ts'
import { forecastHtml } from './html.ts'
import { identityKeyFor } from './mechanics.ts'
import { checkOptions, type ForecastOptions, formIdOf, readInstant } from './options.ts'
import { type Past, readPast } from './past.ts'
import type { SalesEmail, SentTouch } from './play-lead.ts'
import {
  type Arrivals,
  knownColumns,
  leadsOfFile,
  Refusals,
  readZoneShares,
  sampledLeads,
} from './population.ts'
import { type ForecastReport, makeForecastReport } from './report.ts'
import { forecastOne } from './run-one.ts'
import { forecastText } from './text.ts'

const sample = resolve(import.meta.dirname, '..', 'demo', 'sample-leads.csv')
const sampleColumns = (readFileSync(sample, 'utf8').split(/\r?\n/, 1)[0] ?? '').split(',')

/** Throws `InputError`, `CampaignError`, and what reading a file or a store throws. */
export const forecastCommand = async (
  options: ForecastOptions,
  print: (text: string) => void = console.log,
): Promise<void> => {
  checkOptions(options)
  for (const flag of ['html', 'json', 'sends'] as const) checkFolderOf(flag, options[flag])
  const campaign = await compileCampaign(options.campaign)
  if (options.lead.length > 0 || options.leadId !== undefined) {
    const { text, json } = await forecastOne(options, campaign)
    print(text)
    if (options.json) writeFileSync(options.json, `${JSON.stringify(json, null, 2)}\n`)
    return
  }
  const report = await forecastMany(options, campaign, await deploymentAsSet())
  print(forecastText(report))
  if (options.html) writeFileSync(options.html, forecastHtml(report))
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`)
}

/** The population as options say it. */
export const forecastMany = async (
  options: ForecastOptions,
  campaign: CompiledCampaign,
  deployment: Deployment,
): Promise<ForecastReport> => {
  const { seed, days, leads: most, csv, arrivalDays } = options
  const formId = formIdOf(options, campaign)
  const form = formOf(campaign, formId)
  const past = options.behaviour === 'past' ? await readPastOf(options, campaign) : undefined
  const people = new People(seed, past?.chances)
  const startMs =
    options.start === undefined
      ? defaultStartMs
      : readInstant('--start', options.start, campaign.plan.timeZone)
  const timeZones = options.timeZones === undefined ? undefined : readZoneShares(options.timeZones)
  const arrivals: Arrivals = { people, startMs, arrivalDays, ...(timeZones && { timeZones }) }
  const capture = captureBy(
    campaign,
    formId,
    identityKeyFor(seed),
    isDisposableBy(() => disposableEmailBlocklist().join('\n')),
  )
  const refusals = new Refusals()
  const isInvented = csv === undefined && most !== undefined
  const leads = isInvented
    ? sampledLeads(sample, most, form, arrivals, capture, refusals)
    : leadsOfFile(
        csv ?? sample,
        parseMappings(csv === undefined ? sampleMappings(form) : options.map),
        most,
        campaign.intake.identity,
        arrivals,
        capture,
        refusals,
      )
  const lines = options.sends === undefined ? undefined : new Lines(options.sends)
  const bar = progressBar(most)
  const measures = await forecast({
    campaign,
    behaviour: people,
    startMs,
    days,
    leads,
    ...(lines && { onEmail: (email) => lines.write(lineOf(email)) }),
    onLead: (count) => {
      if (count % 1000 === 0) bar.update(count)
      return lines?.flushed()
    },
  })
  bar.stop()
  await lines?.end()
  if (measures.leads === 0)
    throw new InputError(
      `No row became a lead: ${[...refusals.byReason.keys()][0] ?? 'the file holds none'} Use --map "field={Column}" where names differ, or choose another form with --form.`,
    )
  return makeForecastReport(measures, campaign, {
    seed,
    who: `${isInvented ? 'invented after the bundled sample' : `the rows of ${csv ?? 'the bundled sample'}`}, by the form ${formId}, over ${arrivalDays} days`,
    quota: { emailsPer24Hours: options.quota, emailsPerSecond: options.rate },
    refusals,
    past,
    deployment,
  })
}

/** Of the stack as cdk.json sets it, for what it costs; nothing of it runs, so it has no addresses. */
const deploymentAsSet = async (): Promise<Deployment> => {
  const { cdkOut } = await assemble()
  return deploymentOf(loadInventory(cdkOut, { publicUrl: '', queueUrl: '' }))
}

/** The sample answers more than some forms ask. */
const sampleMappings = (form: CompiledForm): string[] =>
  knownColumns(sampleColumns, form).map((column) => `${column}={${column}}`)

const readPastOf = async (options: ForecastOptions, { plan }: CompiledCampaign): Promise<Past> => {
  const store = await openStore(options, 'read')
  try {
    const { place, nowMs, readTally } = store
    return await readPast(plan, { read: readTally }, nowMs, options.pastDays, place)
  } finally {
    await store.close()
  }
}

const checkFolderOf = (flag: string, file: string | undefined): void => {
  if (file === undefined) return
  const folder = resolve(join(file, '..'))
  if (!existsSync(folder))
    throw new InputError(`--${flag} ${file}: there is no folder ${folder}; create it first.`)
}

const lineOf = (email: SentTouch | SalesEmail): string => {
  const { leadId, purpose, atMs } = email
  const at = new Date(atMs).toISOString()
  if (email.purpose === 'sales') return JSON.stringify({ at, atMs, leadId, purpose })
  const { enrolment, step, email: name, variant, dueAtMs } = email.touch
  const { timeZone } = email.state
  return JSON.stringify({
    at,
    atMs,
    leadId,
    purpose,
    enrolment,
    step,
    email: name,
    variant,
    dueAtMs,
    timeZone,
  })
}

/** Lines to a file, held back while the disk is slower than the forecast. */
class Lines {
  readonly #stream: WriteStream
  #isFull = false

  constructor(file: string) {
    this.#stream = createWriteStream(file)
  }

  write(line: string): void {
    if (!this.#stream.write(`${line}\n`)) this.#isFull = true
  }

  flushed(): Promise<void> | undefined {
    if (!this.#isFull) return undefined
    this.#isFull = false
    return once(this.#stream, 'drain').then(() => undefined)
  }

  async end(): Promise<void> {
    this.#stream.end()
    await finished(this.#stream)
  }
}

/** Nothing where the output goes to a file, or where it would be over at once. */
const progressBar = (leads: number | undefined): { update(count: number): void; stop(): void } => {
  if (leads === undefined || leads < 2000) return { update: () => {}, stop: () => {} }
  const bar = new SingleBar({
    format: 'lead {value} of {total} {bar} {percentage} % {eta_formatted}',
    hideCursor: true,
    noTTYOutput: false,
  })
  bar.start(leads, 0)
  return bar
}
