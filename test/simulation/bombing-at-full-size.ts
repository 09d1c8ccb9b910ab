/** Ten thousand posts for a thousand strangers' addresses, in ten played hours. `npm run simulate:bombing` */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble, sampleCampaign } from '../support/run/assemble.ts'
import { bomb } from './list-bombing.ts'

const folder = mkdtempSync(join(tmpdir(), 'ripen-bombing-'))
const { assembly } = await assemble({ campaign: sampleCampaign }, folder)
const startedMs = performance.now()
const result = await bomb({
  cdkOut: assembly.directory,
  posts: { patient: 900, hasty: 1000, spread: 4100, replayed: 2000, withoutToken: 2000 },
  strangers: 1000,
  people: 100,
  hours: 10,
})
console.log(JSON.stringify(result, null, 2))
console.log(`${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
