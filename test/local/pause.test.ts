import { describe, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { readPreference } from '../../shared/flows/nurture/preferences.ts'
import { postForm } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

describe('what is posted from the foot of an email', () => {
  test.each([
    ['List-Unsubscribe=One-Click', { kind: 'unsubscribe' }],
    ['action=unsubscribe', { kind: 'unsubscribe' }],
    ['', { kind: 'unsubscribe' }],
    // Monday, 2 March 2026, ten o'clock: 30 days on it is 1 April, ten o'clock, and the pause ends with that day.
    ['action=pause&days=30', { kind: 'pause', untilMs: Date.parse('2026-04-02T00:00:00Z') }],
    ['action=pause&days=60', { kind: 'pause', untilMs: Date.parse('2026-05-02T00:00:00Z') }],
    ['action=pause&days=90', { kind: 'pause', untilMs: Date.parse('2026-06-01T00:00:00Z') }],
    ['action=pause&days=31', { kind: 'unsubscribe' }],
    ['action=pause', { kind: 'unsubscribe' }],
    ['action=resume', { kind: 'resume', untilMs: Date.parse('2026-03-02T10:00:00Z') }],
  ])('%s', (body, expected) => {
    expect(readPreference(body, monday)).toEqual(expected)
  })
})

const preferencesOf = (pipeline: Pipeline): string =>
  /<(http[^>]+)>/.exec(pipeline.ses.inbox().at(-1)?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

const marketing = (pipeline: Pipeline): (string | undefined)[] =>
  pipeline.ses
    .inbox()
    .filter(({ tags }) => tags.purpose === 'marketing')
    .map(({ tags }) => tags.step)

const press = (url: string, body: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(body) })

describe('a lead that asks for a pause', () => {
  test('gets nothing until it is over, and then goes on where it stopped, whoever presses twice', async () => {
    const pipeline = await start()
    await postForm(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    const url = preferencesOf(pipeline)
    for (const _ of [1, 2]) {
      const answer = await press(url, { action: 'pause', days: '30' })
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('You will not hear from us until 3 April 2026.')
    }
    await pipeline.clock.advanceTo(Date.parse('2026-04-03T00:00:00Z'))
    expect(marketing(pipeline)).toEqual(['welcome'])
    await pipeline.clock.advanceTo(Date.parse('2026-04-12T00:00:00Z'))
    expect(marketing(pipeline).slice(0, 2)).toEqual(['welcome', 'day'])
    const snoozed = (await pipeline.table.scan()).filter(({ kind }) => kind === 'SNOOZED')
    expect(snoozed).toHaveLength(1)
  })

  test('may end it before its time', async () => {
    const pipeline = await start()
    await postForm(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    const url = preferencesOf(pipeline)
    await press(url, { action: 'pause', days: '90' })
    await pipeline.clock.advanceTo(monday + 2 * day)
    expect((await press(url, { action: 'resume' })).status).toBe(200)
    await pipeline.clock.advanceTo(monday + 10 * day)
    expect(marketing(pipeline)).toEqual(['welcome', 'day'])
  })

  test('and then for no more gets no more', async () => {
    const pipeline = await start()
    await postForm(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    const url = preferencesOf(pipeline)
    await press(url, { action: 'pause', days: '30' })
    await press(url, { action: 'unsubscribe' })
    await press(url, { action: 'resume' })
    await pipeline.clock.advanceTo(monday + 60 * day)
    expect(marketing(pipeline)).toEqual(['welcome'])
  })
})
