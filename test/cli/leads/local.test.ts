import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { ImportOptions } from '../../../cli/leads/command.ts'
import { exportCommand } from '../../../cli/leads/export-command.ts'
import { importCommand } from '../../../cli/leads/import-command.ts'
import { startPipeline } from '../../../local/pipeline.ts'
import { synthesiseForTest } from '../../support/assembly.ts'
import { day } from '../../support/leads.ts'

const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
/** Later than the machine's own clock, so that a folder's time is known from this machine's. */
const later = Date.parse('2126-03-04T10:00:00Z')

test('leads come into a folder and into the pipeline that runs on it, and are taught like any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-leads-'))
  const data = join(folder, 'data')
  const options: ImportOptions = {
    campaign,
    data,
    form: 'guide',
    map: [],
    consent: 'Ticked the box at the fair in Leeds on 1 March 2026',
    sendConfirmations: false,
    dryRun: false,
    resume: false,
  }
  const printed: string[] = []
  const importRows = (name: string, rows: string): Promise<number> => {
    const file = join(folder, name)
    writeFileSync(file, `email,firstName,suppression\n${rows}\n`)
    return importCommand(file, options, undefined, (text) => printed.push(text))
  }
  const exported = async (): Promise<Record<string, string>[]> => {
    const file = join(folder, 'out.csv')
    await exportCommand(file, { campaign, data, bom: false }, undefined, () => {})
    const rows: Record<string, string>[] = parse(readFileSync(file, 'utf8'), { columns: true })
    return rows.sort((a, b) => ((a.email ?? '') < (b.email ?? '') ? -1 : 1))
  }

  await expect(exported()).rejects.toThrow(/holds no leads/)
  expect(await importRows('first.csv', 'ada@example.com,Ada,\nbob@example.com,Bob,unsubscribed')).toBe(0)
  expect(printed.join('\n')).toMatch(/They wait for the pipeline to start on /)

  const { assembly } = await synthesiseForTest()
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    dataFolder: data,
    port: 0,
    startMs: later,
  })
  try {
    printed.length = 0
    expect(await importRows('second.csv', 'eve@example.com,Eve,')).toBe(0)
    expect(printed.join('\n')).toMatch(/1 imported into the pipeline that runs on /)
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
