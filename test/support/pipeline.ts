/** A pipeline for each test that starts one, closed after it. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect } from 'vitest'
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/pipeline.ts'
import { type Assembled, synthesiseForTest } from './assembly.ts'
import { monday } from './leads.ts'

export interface PipelinesPerTest {
  readonly start: (given?: Partial<PipelineOptions>) => Promise<Pipeline>
  /** Those that are closed after this test; whoever closes one before takes it out. */
  readonly running: Pipeline[]
  /** A copy of the assembly whose template has one thing changed. */
  readonly broken: (change: (template: string) => string) => string
}

/** Called at the top of a test file, whose hooks it sets. */
export const pipelinesPerTest = (): PipelinesPerTest => {
  let assembled: Assembled
  const running: Pipeline[] = []
  beforeAll(async () => {
    assembled = await synthesiseForTest()
  })
  afterEach(async () => {
    for (const pipeline of running.splice(0)) await pipeline.close()
  })
  return {
    running,
    start: async (given = {}) => {
      const pipeline = await startPipeline({
        cdkOut: assembled.assembly.directory,
        port: 0,
        startMs: monday,
        seed: 'test',
        imports: 'atFirstCall',
        ...given,
      })
      running.push(pipeline)
      return pipeline
    },
    broken: (change) => {
      const folder = mkdtempSync(join(tmpdir(), 'ripen-broken-'))
      cpSync(assembled.assembly.directory, folder, { recursive: true })
      const file = join(folder, 'Ripen-dev.template.json')
      const before = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))
      const after = change(before)
      expect(after).not.toBe(before)
      writeFileSync(file, after)
      return folder
    },
  }
}

export const facts = async (pipeline: Pipeline): Promise<string[]> =>
  (await pipeline.table.scan())
    .map(({ sk }) => String(sk))
    .filter((sk) => sk.startsWith('FACT#'))
    .sort()
