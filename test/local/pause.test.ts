import { expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { postForm } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

const inboxOf = (pipeline: Pipeline, email: string) => pipeline.ses.inbox().filter(({ to }) => to === email)

const preferencesOf = (pipeline: Pipeline, email: string): string =>
  /<(http[^>]+)>/.exec(inboxOf(pipeline, email).at(-1)?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

const marketing = (pipeline: Pipeline, email: string): (string | undefined)[] =>
  inboxOf(pipeline, email)
    .filter(({ tags }) => tags.purpose === 'marketing')
    .map(({ tags }) => tags.step)

const press = (url: string, body: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(body) })

test('a lead that asks for a pause gets nothing until it is over and then goes on, may end it, and may ask for no more', async () => {
  const [waits, ends, leaves] = ['ada@example.com', 'bob@example.com', 'eve@example.com'] as const
  const pipeline = await start()
  for (const email of [waits, ends, leaves]) await postForm(pipeline, { email })
  await pipeline.clock.advanceTo(monday + day)
  const links = {
    waits: preferencesOf(pipeline, waits),
    ends: preferencesOf(pipeline, ends),
    leaves: preferencesOf(pipeline, leaves),
  }

  // Pressing twice is one pause.
  for (const _ of [1, 2]) {
    const answer = await press(links.waits, { action: 'pause', days: '30' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('You will not hear from us until 3 April 2026.')
  }
  await press(links.ends, { action: 'pause', days: '90' })
  await press(links.leaves, { action: 'pause', days: '30' })
  await press(links.leaves, { action: 'unsubscribe' })
  await press(links.leaves, { action: 'resume' })
  await pipeline.clock.advanceTo(monday + 2 * day)
  expect((await press(links.ends, { action: 'resume' })).status).toBe(200)

  await pipeline.clock.advanceTo(monday + 10 * day)
  expect(marketing(pipeline, ends)).toEqual(['welcome', 'day'])
  await pipeline.clock.advanceTo(Date.parse('2026-04-03T00:00:00Z'))
  expect(marketing(pipeline, waits)).toEqual(['welcome'])
  await pipeline.clock.advanceTo(Date.parse('2026-04-12T00:00:00Z'))
  expect(marketing(pipeline, waits).slice(0, 2)).toEqual(['welcome', 'day'])
  await pipeline.clock.advanceTo(monday + 60 * day)
  expect(marketing(pipeline, leaves)).toEqual(['welcome'])

  const items = await pipeline.table.scan()
  const lead = items.find((item) => item.kind === 'CAPTURED' && item.email === waits)?.pk
  expect(items.filter(({ pk, kind }) => pk === lead && kind === 'SNOOZED')).toHaveLength(1)
})
