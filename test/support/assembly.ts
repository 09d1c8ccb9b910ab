/** One synthesis for a test file, into a folder of its own. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Synthesis, synthesise } from '../../infra/synthesise.ts'

export const synthesiseForTest = (): Promise<Synthesis> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-'))
  return synthesise({ outdir: join(folder, 'cdk.out') }, join(folder, 'bundles'))
}
