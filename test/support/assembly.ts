/** One synthesis for a test file, into a folder of its own. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Synthesis, synthesise } from '../../infra/synthesise.ts'

export const synthesiseForTest = async (): Promise<Synthesis & { readonly bundles: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-'))
  const bundles = join(folder, 'bundles')
  return { ...(await synthesise({ outdir: join(folder, 'cdk.out') }, bundles)), bundles }
}
