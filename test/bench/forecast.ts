/**
 * How fast a forecast is and how much room it takes: `npm run bench:forecast`, or `-- 20000` for so many leads. Each size runs
 * in a process of its own, since a process tells the most memory it ever had.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { captureBy, formOf } from '../../cli/forecast/capture.ts'
import { forecast } from '../../cli/forecast/forecast.ts'
import { identityKeyFor } from '../../cli/forecast/mechanics.ts'
import { Refusals, sampledLeads } from '../../cli/forecast/population.ts'
import { defaultArrivalDays, defaultStartMs } from '../../cli/people/arrivals.ts'
import { People } from '../../cli/people/model.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import { isDisposableBy } from '../../shared/domain/disposable.ts'

const root = resolve(import.meta.dirname, '..', '..')
const days = 60

const run = async (leads: number): Promise<void> => {
  const campaign = await compileCampaign(join(root, 'campaign'))
  const people = new People('bench')
  const capture = captureBy(
    campaign,
    'guide',
    identityKeyFor('bench'),
    isDisposableBy(() => disposableEmailBlocklist().join('\n')),
  )
  const arrivals = { people, startMs: defaultStartMs, arrivalDays: defaultArrivalDays }
  const sample = join(root, 'cli', 'demo', 'sample-leads.csv')
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  const measures = await forecast({
    campaign,
    behaviour: people,
    startMs: defaultStartMs,
    days,
    leads: sampledLeads(sample, leads, formOf(campaign, 'guide'), arrivals, capture, new Refusals()),
  })
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const coreSeconds = (user + system) / 1e6
  const userSeconds = user / 1e6
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(
    `${leads.toLocaleString('en-US')} leads x ${days} days, ${measures.touches.toLocaleString('en-US')} emails: ${seconds.toFixed(1)} s (${coreSeconds.toFixed(1)} s of a core, ${userSeconds.toFixed(1)} s of them the program's own), ${Math.round(leads / seconds).toLocaleString('en-US')} leads a second, ${megabytes} MB at most`,
  )
}

const [size, ...sizes] = process.argv.slice(2).map(Number)
if (size !== undefined && sizes.length === 0) await run(size)
else
  for (const leads of [10_000, 100_000])
    spawnSync(process.execPath, [...process.execArgv, import.meta.filename, String(leads)], {
      stdio: 'inherit',
    })
