import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { exportCommand } from '../../../cli/leads/export-command.ts'
import { startPipeline } from '../../../local/pipeline.ts'
import { synthesiseForTest } from '../../support/assembly.ts'
import { importRows } from '../../support/importing.ts'
import { day } from '../../support/leads.ts'

const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
/** Later than the machine's own clock, so that a folder's time is known from this machine's. */
const later = Date.parse('2126-03-04T10:00:00Z')

test('leads come into a folder and into the pipeline that runs on it, and are taught like any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-leads-'))
  const data = join(folder, 'data')
  const imported = (...rows: string[]) =>
    importRows({ campaign, data }, ['email,firstName,suppression', ...rows].join('\n'))
  const exported = async (): Promise<Record<string, string>[]> => {
    const file = join(folder, 'out.csv')
    await exportCommand(file, { campaign, data, bom: false }, undefined, () => {})
    const rows: Record<string, string>[] = parse(readFileSync(file, 'utf8'), { columns: true })
    return rows.sort((a, b) => ((a.email ?? '') < (b.email ?? '') ? -1 : 1))
  }

  await expect(exported()).rejects.toThrow(/contains no leads/)
  const first = await imported('ada@example.com,Ada,', 'bob@example.com,Bob,unsubscribed')
  expect(first.code).toBe(0)
  expect(first.text).toMatch(/They wait for the pipeline to start on /)

  const { assembly } = await synthesiseForTest()
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    dataFolder: data,
    port: 0,
    startMs: later,
  })
  try {
    const second = await imported('eve@example.com,Eve,')
    expect(second.code).toBe(0)
    expect(second.text).toMatch(/1 imported into the pipeline that runs on /)
    await pipeline.clock.advanceTo(later + day)
    const marketing = pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'marketing')
    expect(marketing.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'eve@example.com'])
    expect((await exported()).map(({ email, stage, facts }) => [email, stage, facts])).toEqual([
      // Captured, enrolled, sent, delivered.
      ['ada@example.com', 'nurturing', '4'],
      ['bob@example.com', 'suppressed', '2'],
      ['eve@example.com', 'nurturing', '4'],
    ])
    expect((await exported())[2]?.capturedAt).toBe('2126-03-04T10:00:00.000Z')
    expect(pipeline.denials).toEqual([])
  } finally {
    await pipeline.close()
  }
  // Looked at again without the pipeline, and all is as it was.
  expect((await exported()).map(({ email, facts }) => [email, facts])).toEqual([
    ['ada@example.com', '4'],
    ['bob@example.com', '2'],
    ['eve@example.com', '4'],
  ])
})
