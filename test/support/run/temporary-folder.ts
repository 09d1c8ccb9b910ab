/** The one folder of a run of tests in which everything temporary lies: its processes take it for the machine's own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  /** With all that is in it. */
  remove(): void
}

/** `environment` is what the processes of the run inherit. */
export const openTemporaryFolder = (environment: NodeJS.ProcessEnv): TemporaryFolder => {
  const path = mkdtempSync(join(tmpdir(), 'ripen-tests-'))
  const before = environment.TMPDIR
  environment.TMPDIR = path
  const remove = (): void => {
    process.off('exit', remove)
    if (before === undefined) delete environment.TMPDIR
    else environment.TMPDIR = before
    // A browser that ends may still be writing its profile.
    rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }
  // A run that is interrupted has no tear-down.
  process.on('exit', remove)
  return { path, remove }
}
