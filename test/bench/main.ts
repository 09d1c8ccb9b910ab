/** Speed as ratios within one run: absolute times vary from machine to machine. `npm run bench` */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Bench } from 'tinybench'
import { bundleFunctions, standIns } from '../../infra/bundle.ts'
import { afterWait, nextInWindow, spreadInWindow } from '../../shared/domain/cadence.ts'
import type { Scoring } from '../../shared/domain/campaign.ts'
import { count } from '../../shared/domain/counters.ts'
import { decide } from '../../shared/domain/decide.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import { fold } from '../../shared/domain/fold.ts'
import { learnCard, readable } from '../../shared/domain/learning/learn-card.ts'
import { type Evidence, scoreLead } from '../../shared/domain/score.ts'
import { closed, office } from '../support/calendars.ts'
import { campaign, captured, clicked, day, monday, sent } from '../support/leads.ts'
import { plainAfterWait, plainNextInWindow, plainSpreadInWindow } from '../support/plain-cadence.ts'
import { plantedSample } from '../support/planted.ts'
import { assemble, sampleCampaign } from '../support/run/assemble.ts'

const facts: Fact[] = [
  captured({ profile: { occupation: 'Analyst', minutes: '20' } }),
  sent('one', monday),
  ...['a', 'b', 'c', 'd'].map((page, index) =>
    clicked('one', monday + index * day, `https://a.example.com/${page}`),
  ),
  sent('two', monday + 4 * day),
]
const now = monday + 6 * day
const state = fold('lead', facts, campaign, now)
const text = JSON.stringify(facts)

/** A card at its largest: eight rules on fields, and twelve that count what happened and let it fade. */
const largest: Scoring = {
  thresholds: campaign.scoring.thresholds,
  rules: Array.from({ length: 20 }, (_, at) => ({
    id: `rule-${at}`,
    dimension: 'engagement' as const,
    when:
      at < 8
        ? { field: `field${at}`, in: ['yes', 'perhaps'] }
        : { fact: 'CLICKED' as const, link: `/page-${at}` },
    points: 3,
    ...(at >= 8 && { halfLifeDays: 10 + at, cap: 9 }),
    reason: 'Says why',
  })),
}
const evidence: Evidence = {
  fields: Object.fromEntries(largest.rules.slice(0, 8).map((_, at) => [`field${at}`, 'yes'])),
  source: 'Google',
  capturedAtMs: monday,
  counters: largest.rules.map((rule, at) =>
    'fact' in rule.when
      ? count(count(undefined, monday, rule.when, 10 + at), now, rule.when, 10 + at)
      : undefined,
  ),
}
const past = plantedSample(6486, 1)

/** A forecast's questions: another hour of the year each time, and leads all over the world. */
const places = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'UTC']
let asked = 0
const ask = (question: (atMs: number, timeZone: string) => unknown): unknown => {
  asked += 1
  return question(monday + ((asked * 7_919) % (365 * 24)) * 3_600_000, places[asked % places.length] ?? 'UTC')
}
const fiveDays = { businessDays: 5 }

const bench = new Bench({ time: 500 })
  .add('parse the facts as JSON (the yardstick)', () => JSON.parse(text))
  .add('score', () => scoreLead(state.evidence, campaign.scoring, now))
  .add('score and reasons, 20 rules, 12 counters', () => scoreLead(evidence, largest, now + day))
  .add('fold', () => fold('lead', facts, campaign, now))
  .add('decide', () => decide(state, campaign, now))
  .add('fold and decide', () => decide(fold('lead', facts, campaign, now), campaign, now))
  .add('next in window', () => ask((at, zone) => nextInWindow(at, office, closed, zone)))
  .add('next in window, plainly by Temporal', () =>
    ask((at, zone) => plainNextInWindow(at, office, closed, zone)),
  )
  .add('five business days', () => ask((at, zone) => afterWait(at, fiveDays, closed, zone)))
  .add('five business days, plainly by Temporal', () =>
    ask((at, zone) => plainAfterWait(at, fiveDays, closed, zone)),
  )
  .add('a moment in a window', () => ask((at, zone) => spreadInWindow(at, 0.3, office, closed, zone)))
  .add('a moment in a window, plainly by Temporal', () =>
    ask((at, zone) => plainSpreadInWindow(at, 0.3, office, closed, zone)),
  )
await bench.run()
/** The better part of a second each time: a few rounds tell. */
const slow = new Bench({ time: 0, iterations: 5, warmup: false }).add(
  'learn a card from 6,486 leads, 24 columns',
  () => learnCard(past, readable),
)
await slow.run()
const tasks = [...bench.tasks, ...slow.tasks]

const latencyOf = (name: string): { mean: number; p99: number } => {
  const result = tasks.find((task) => task.name === name)?.result
  return result && 'latency' in result ? result.latency : { mean: Number.NaN, p99: Number.NaN }
}
const yardstick = latencyOf('parse the facts as JSON (the yardstick)').mean
for (const { name } of tasks) {
  const { mean, p99 } = latencyOf(name)
  console.log(
    `${name.padEnd(44)} mean ${(mean * 1000).toFixed(2).padStart(11)} µs  p99 ${(p99 * 1000).toFixed(2).padStart(11)} µs  ${(mean / yardstick).toFixed(2).padStart(10)} x`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'ripen-bench-'))
const { bundleSizes, bundles, campaign: compiled } = await assemble({ campaign: sampleCampaign }, folder)

/** Milliseconds that a new process takes to import a module and end; the least of five, which load does not raise. */
const importMs = (file: string): number => {
  const runs = Array.from({ length: 5 }, () => {
    const startedMs = performance.now()
    const code = `await import(${JSON.stringify(pathToFileURL(file).href)}).catch(() => {}); process.exit()`
    spawnSync(process.execPath, ['--input-type=module', '-e', code], { env: importEnvironment })
    return performance.now() - startedMs
  })
  return Math.min(...runs)
}

/** A bundle reads its environment last, once all of it is loaded, and stops there: nothing is called. */
const importEnvironment = { PATH: process.env.PATH ?? '', AWS_REGION: 'eu-central-1' }
const emptyModule = join(bundles, 'empty.mjs')
writeFileSync(emptyModule, 'export {}\n')
const emptyMs = importMs(emptyModule)
for (const [name, bytes] of Object.entries(bundleSizes)) {
  const times = (importMs(join(bundles, name, 'index.mjs')) / emptyMs).toFixed(2)
  console.log(
    `bundle ${name.padEnd(14)} ${(bytes / 1024).toFixed(1).padStart(8)} KB  import ${times.padStart(5)} x an empty module's`,
  )
}

/** What each stand-in takes away, alone: one that takes nothing away has no place in infra/lean. */
for (const standIn of standIns) {
  const others = standIns.filter((other) => other !== standIn)
  const without = await bundleFunctions(compiled, join(bundles, '..', 'without'), others)
  const saved = Object.entries(without).map(([name, bytes]) => (bytes - (bundleSizes[name] ?? 0)) / 1024)
  console.log(
    `stand-in ${standIn.file.padEnd(24)} ${Math.min(...saved)
      .toFixed(1)
      .padStart(6)} to ${Math.max(...saved)
      .toFixed(1)
      .padStart(6)} KB less in each bundle`,
  )
}
