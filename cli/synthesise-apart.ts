/** Synthesises the stack into the folder that it is given, for cli/assembly.ts, which starts it as a process of its own. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { synthesise } from '../infra/synthesise.ts'
import { UserError } from '../shared/contracts/user-error.ts'

const [folder = ''] = process.argv.slice(2)
const bundles = join(folder, 'bundles')
try {
  mkdirSync(folder, { recursive: true })
  // Nothing is deployed from here: `npx cdk deploy` and the tests have the checks.
  const { campaign } = await synthesise({ outdir: join(folder, 'cdk.out') }, bundles, { withChecks: false })
  // The assembly holds a copy of each.
  rmSync(bundles, { recursive: true })
  writeFileSync(join(folder, 'campaign.json'), JSON.stringify(campaign))
} catch (error) {
  if (!(error instanceof UserError)) throw error
  process.send?.(error.message)
}
process.disconnect?.()
