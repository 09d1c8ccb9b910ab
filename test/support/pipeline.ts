/** A pipeline for each test, from one synthesis per file, closed after it. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect } from 'vitest'
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/pipeline.ts'
import { type Assembled, synthesiseForTest } from './assembly.ts'
import { monday } from './leads.ts'

let synthesis: Assembled
export const running: Pipeline[] = []

beforeAll(async () => {
  synthesis = await synthesiseForTest()
})
afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.close()
})

export const start = async (given: Partial<PipelineOptions> = {}): Promise<Pipeline> => {
  const pipeline = await startPipeline({
    cdkOut: synthesis.assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'test',
    ...given,
  })
  running.push(pipeline)
  return pipeline
}

export const facts = async (pipeline: Pipeline): Promise<string[]> =>
  (await pipeline.table.scan())
    .map(({ sk }) => String(sk))
    .filter((sk) => sk.startsWith('FACT#'))
    .sort()

/** The template with one thing in it changed. */
export const broken = (change: (template: string) => string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-broken-'))
  cpSync(synthesis.assembly.directory, folder, { recursive: true })
  const file = join(folder, 'Ripen-dev.template.json')
  const before = readFileSync(file, 'utf8')
  const after = change(JSON.stringify(JSON.parse(before)))
  expect(after).not.toBe(JSON.stringify(JSON.parse(before)))
  writeFileSync(file, after)
  return folder
}
