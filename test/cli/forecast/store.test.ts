import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { ForecastOptions } from '../../../cli/forecast/options.ts'
import { forecastCommand } from '../../../cli/forecast/run.ts'
import { startPipeline } from '../../../local/pipeline.ts'
import { synthesiseForTest } from '../../support/assembly.ts'
import { importRows } from '../../support/importing.ts'
import { day } from '../../support/leads.ts'

const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
/** Later than the machine's own clock, so that a folder's time is known from this machine's. */
const later = Date.parse('2126-03-04T10:00:00Z')

test('what is predicted of a lead in a running pipeline is what the pipeline then sends', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-forecast-'))
  const data = join(folder, 'data')
  const json = join(folder, 'lead.json')
  const options: ForecastOptions = {
    campaign,
    data,
    map: [],
    arrivalDays: 14,
    days: 30,
    seed: 'ripen',
    behaviour: 'model',
    pastDays: 90,
    quota: 50_000,
    rate: 14,
    lead: [],
  }
  const { assembly } = await synthesiseForTest()
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    dataFolder: data,
    port: 0,
    startMs: later,
  })
  try {
    await importRows({ campaign, data }, 'email,firstName,timeZone\nada@example.com,Ada,Asia/Kolkata')
    await pipeline.clock.advanceTo(later + 6 * day)
    const before = pipeline.ses.inbox()
    const leadId = before[0]?.tags.lead ?? ''
    expect(before.map(({ tags }) => tags.step)).toEqual(['welcome', 'day'])

    await forecastCommand({ ...options, leadId, json }, () => {})
    const predicted: { lines: { atMs: number; touch?: { step: string } }[] } = JSON.parse(
      readFileSync(json, 'utf8'),
    )
    const emails = predicted.lines.flatMap(({ atMs, touch }) => (touch ? [[touch.step, atMs]] : []))
    expect(emails.map(([step]) => step)).toEqual(['good-course', 'example', 'cost'])

    await pipeline.clock.advanceTo(later + 36 * day)
    const after = pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'marketing')
    expect(after.slice(2).map(({ tags, sentAtMs }) => [tags.step, sentAtMs])).toEqual(emails)

    await expect(forecastCommand({ ...options, leadId: 'nobody' }, () => {})).rejects.toThrow(
      '--lead-id: the pipeline that runs on',
    )
    let text = ''
    await forecastCommand({ ...options, behaviour: 'past', leads: 20 }, (line) => {
      text += line
    })
    expect(text).toContain('Behaviour of the past 90 days, from the pipeline that runs on')
    expect(text).toMatch(/learn \/ welcome +1 sent: fewer than 200, the model's chances are used/)
    expect(pipeline.denials).toEqual([])
  } finally {
    await pipeline.close()
  }
})
