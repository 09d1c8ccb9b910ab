/** `npm run fuzz:capture -- [count] [seed]`: generated submissions against capture's bundle, 100,000 bad ones unless told. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { campaignWithEverything, startCapture } from '../support/capture-host.ts'
import { assemble } from '../support/run/assemble.ts'
import { fuzzCapture } from './run.ts'

const [count = '115000', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2)
console.log(`${count} posts, seed ${seed}`)
const folder = mkdtempSync(join(tmpdir(), 'ripen-fuzz-'))
const host = await startCapture(await assemble({ campaign: campaignWithEverything() }, folder))
const startedMs = performance.now()
const report = await fuzzCapture(host, Number(seed), Number(count), (done) => {
  if (done % 10_000 === 0)
    console.log(`  ${done} after ${Math.round((performance.now() - startedMs) / 1000)} s`)
})
await host.close()
console.log(JSON.stringify(report, undefined, 2))
process.exitCode = report.wrong.length > 0 ? 1 : 0
