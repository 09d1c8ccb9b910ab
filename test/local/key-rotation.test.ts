import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { env } from '../../shared/contracts/names.ts'
import { postForm } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

const rotate = (pipeline: Pipeline, variable: string): void => {
  const arn = pipeline.inventory.functions.flatMap(({ environment }) => environment[variable] ?? [])[0] ?? ''
  pipeline.secrets.rotate(arn)
}
const unsubscribeLinks = (pipeline: Pipeline): string[] =>
  pipeline.ses
    .inbox()
    .flatMap(({ headers }) => /<(http[^>]+)>/.exec(headers['List-Unsubscribe'] ?? '')?.[1] ?? [])
const open = async (url: string): Promise<number> => (await fetch(url)).status

test('a link that was signed before the key was rotated still serves, and so do later ones', async () => {
  const pipeline = await start()
  await postForm(pipeline, { email: 'ada@example.com' })
  await pipeline.clock.advanceTo(monday + hour)
  const [first = ''] = unsubscribeLinks(pipeline)
  expect(await open(first)).toBe(200)
  rotate(pipeline, env.linkKeyArn)
  expect(await open(first)).toBe(200)
  await pipeline.clock.advanceTo(monday + 12 * day)
  const later = unsubscribeLinks(pipeline)
  expect(later.length).toBeGreaterThan(1)
  for (const link of later) expect(await open(link)).toBe(200)
  // One whose function has read the new key already does not forget the old.
  const pressed = await fetch(first, { method: 'POST', body: 'List-Unsubscribe=One-Click' })
  expect(pressed.status).toBe(200)
  expect((await facts(pipeline)).filter((fact) => fact.includes('UNSUBSCRIBED'))).toHaveLength(1)
})

test('functions that start after the rotation believe what was signed before it', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ripen-'))
  const before = await start({ dataFolder })
  await postForm(before, { email: 'ada@example.com' })
  await before.clock.advanceTo(monday + hour)
  const [first = ''] = unsubscribeLinks(before)
  rotate(before, env.linkKeyArn)
  await before.close()
  const after = await start({ dataFolder })
  expect(await open(first.replace(before.url, after.url))).toBe(200)
})

test('a key that was rotated twice no longer serves, once a function has seen both', async () => {
  const pipeline = await start()
  await postForm(pipeline, { email: 'ada@example.com' })
  await pipeline.clock.advanceTo(monday + hour)
  const [first = ''] = unsubscribeLinks(pipeline)
  for (const minutes of [2, 4]) {
    rotate(pipeline, env.linkKeyArn)
    await pipeline.clock.advanceTo(monday + hour + minutes * 60_000)
    // What fits no key makes the function look.
    expect(await open(`${pipeline.url}/preferences/forged.signature`)).toBe(404)
    expect(await open(first)).toBe(minutes === 2 ? 200 : 404)
  }
})

test('a form that was shown before its key was rotated is taken when it is posted after', async () => {
  const pipeline = await start()
  const { token } = (await (await fetch(`${pipeline.url}/forms/guide/token`)).json()) as { token: string }
  rotate(pipeline, env.formKeyArn)
  await pipeline.clock.advanceTo(monday + hour)
  await postForm(pipeline, { email: 'ada@example.com', token })
  await pipeline.clock.advanceTo(monday + 2 * hour)
  expect((await facts(pipeline)).filter((fact) => fact.includes('CAPTURED'))).toHaveLength(1)
})

test('forged links make Secrets Manager be asked once a minute at most', async () => {
  const pipeline = await start()
  const asked = () =>
    pipeline.meter
      .readings()
      .filter(({ unit }) => unit === 'secretCalls')
      .reduce((sum, { quantity }) => sum + quantity, 0)
  expect(await open(`${pipeline.url}/preferences/forged.signature`)).toBe(404)
  const before = asked()
  for (const _ of [1, 2, 3]) expect(await open(`${pipeline.url}/preferences/forged.signature`)).toBe(404)
  expect(asked()).toBe(before)
})
