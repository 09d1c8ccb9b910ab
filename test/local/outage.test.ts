import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { day, monday } from '../support/leads.ts'
import { type Arrived, Deployed, shortEmail, type Version, versionOf } from '../support/releases.ts'

const sample = resolve(import.meta.dirname, '..', '..', 'campaign')

/** Two sequences with nothing between their emails but an hour, and every policy for what is late. */
const campaign = {
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd', 'p', 'q', 'r'].map((name) => [`emails/${name}.md`, shortEmail(`About ${name}`)]),
  ),
  'campaign.yaml': readFileSync(join(sample, 'campaign.yaml'), 'utf8').replace(
    /minimumGapHours: .*/,
    'minimumGapHours: 1',
  ),
  'forms/newsletter.yaml': readFileSync(join(sample, 'forms', 'newsletter.yaml'), 'utf8').replace(
    'doubleOptIn: true',
    'doubleOptIn: false',
  ),
  'sequences/learn.yaml': `steps:
  - { id: a, email: a }
  - { id: b, email: b, wait: 7 days, window: office }
  - { id: c, email: c, wait: 2 days, window: office }
  - { id: d, email: d, wait: until Tue 10:00 }
`,
  'sequences/digest.yaml': `steps:
  - { id: p, email: p }
  - { id: q, email: q, wait: "6 days, until Tue 10:00", lateness: { atMost: 12 hours, beyond: retime } }
  - { id: r, email: r, wait: until Wed 10:00, lateness: { atMost: 2 days, beyond: skip } }
`,
}

const names = Array.from({ length: 40 }, (_, at) => `lead-${at}`)

let deployed: Deployed | undefined
afterEach(async () => {
  await deployed?.stop()
  deployed = undefined
})

/** Everyone asks for both within the first two days, from ten o'clock on Monday, 2 March 2026. */
let past: Deployed
let version: Version
beforeAll(async () => {
  version = await versionOf(campaign)
  past = new Deployed()
  await past.deploy(version)
  for (const [at, name] of names.entries()) {
    await past.pipeline.clock.advanceTo(monday + (at * 2 * day) / names.length)
    await past.capture(name)
    await past.capture(name, 'newsletter')
  }
  await past.pipeline.clock.advanceTo(monday + 6 * day)
  await past.stop()
})

/** Sunday, 8 March, to Friday, 13 March: b of all, and q and r on Tuesday and Wednesday, fall due in it. */
const outFromMs = monday + 6 * day
const backMs = outFromMs + 5 * day

const after = (world: Deployed): Arrived[] => world.sent().filter(({ atMs }) => atMs >= backMs)

const expectCalmReturn = (world: Deployed): void => {
  const arrived = after(world)
  for (const [name, own] of Map.groupBy(arrived, ({ to }) => to)) {
    const steps = own.map(({ step }) => step)
    // q waits for the next Tuesday; r belongs to a Wednesday that is gone for most: it follows q.
    expect([name, steps.filter((step) => 'bcd'.includes(step)).join('')]).toEqual([name, 'bcd'])
    expect([name, steps.filter((step) => step === 'q').length]).toEqual([name, 1])
    expect(new Set(steps).size).toBe(steps.length)
  }
  expect(new Set(arrived.map(({ to }) => to)).size).toBe(40)
}

describe('after five days in which nothing could be sent', () => {
  test('by a machine that was off, each lead gets an email a day at most, and all in their windows', async () => {
    const world = past.copy()
    deployed = world
    await world.deploy(version, backMs)
    await world.pipeline.clock.advanceTo(backMs + 25 * day)
    for (const { to, step, atMs } of after(world).filter((one) => one.atMs < backMs + 7 * day))
      console.log(to, step, new Date(atMs).toISOString().slice(0, 16))
    expectCalmReturn(world)
  })
})
