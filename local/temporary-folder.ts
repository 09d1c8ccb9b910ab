/** A folder for one run of something: gone when that closes, and at the latest when this process ends. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  /** With all that is in it. */
  remove(): void
}

export const openTemporaryFolder = (prefix: string): TemporaryFolder => {
  const path = mkdtempSync(join(tmpdir(), prefix))
  const remove = (): void => {
    process.off('exit', remove)
    // A process that is just ending, such as an engine, may still write here, or remove a part of it meanwhile.
    for (let tries = 0; tries < 5 && existsSync(path); tries += 1)
      rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }
  process.on('exit', remove)
  return { path, remove }
}
