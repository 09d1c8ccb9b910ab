import { afterAll, expect, test } from 'vitest'
import { day, hour, monday } from '../support/leads.ts'
import { Deployed, type Files, shortEmail, versionOf } from '../support/releases.ts'

const learn = (waitOfB: string): Files => ({
  ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`emails/${name}.md`, shortEmail(`About ${name}`)])),
  'sequences/learn.yaml': `steps:
  - { id: a, email: a }
  - { id: b, email: b, wait: ${waitOfB} }
  - { id: c, email: c, wait: 4 days }
`,
})

const world = new Deployed()
afterAll(() => world.stop())

test('a wait shortened to nothing sends each of a hundred leads its email once, spread over a day', async () => {
  await world.deploy(await versionOf(learn('4 days')))
  const names = Array.from({ length: 100 }, (_, at) => `lead-${at}`)
  for (const name of names) await world.capture(name)
  await world.pipeline.clock.advanceTo(monday + 2 * day)
  const sinceMs = world.pipeline.clock.nowMs()
  await world.deploy(await versionOf(learn('1 hour')))
  await world.pipeline.clock.advanceTo(monday + 5 * day)
  const times = world
    .sent()
    .filter(({ step }) => step === 'b')
    .map(({ atMs }) => atMs - sinceMs)
  expect(times).toHaveLength(100)
  expect(Math.max(...times)).toBeLessThanOrEqual(25 * hour)
  const perHour = Map.groupBy(times, (afterMs) => Math.floor(afterMs / hour))
  expect(perHour.size).toBeGreaterThanOrEqual(18)
  expect(Math.max(...[...perHour.values()].map(({ length }) => length))).toBeLessThanOrEqual(14)
})
