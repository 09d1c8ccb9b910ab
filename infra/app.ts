/** What `cdk deploy` and `cdk synth` run. */
import { UserError } from '../shared/contracts/user-error.ts'
import { synthesise } from './synthesise.ts'

try {
  await synthesise()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(`${error.name}\n${error.message}`)
  process.exitCode = 1
}
