/** What is tested of five days in which no email could be sent: by how many leads, the test files say. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { day, hour, monday } from './leads.ts'
import { type Arrived, Deployed, shortEmail, type Version, versionOf } from './releases.ts'

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
  - { id: r, email: r, wait: 2 days, lateness: { atMost: 2 days, beyond: skip } }
`,
}

/** Sunday, 8 March, to Friday, 13 March: b of all, and q and r on Tuesday and Wednesday, fall due in it. */
const outFromMs = monday + 6 * day
const backMs = outFromMs + 5 * day

const after = (world: Deployed): Arrived[] => world.sent().filter(({ atMs }) => atMs >= backMs)

/** A schedule fires up to a quarter of an hour late. */
const lateMs = hour / 4

const expectCalmReturn = (world: Deployed, names: readonly string[]): void => {
  const arrived = after(world)
  for (const [name, own] of Map.groupBy(arrived, ({ to }) => to)) {
    const steps = own.map(({ step }) => step)
    expect([name, ...steps.filter((step) => 'bcd'.includes(step))]).toEqual([name, 'b', 'c', 'd'])
    expect([name, ...steps.filter((step) => 'qr'.includes(step))]).toEqual([name, 'q', 'r'])
    const gapsMs = own.slice(1).map(({ atMs }, at) => atMs - (own[at]?.atMs ?? 0))
    expect([name, Math.min(...gapsMs)]).toEqual([
      name,
      expect.toSatisfy((gapMs: number) => gapMs >= day - lateMs),
    ])
    for (const { step, atMs } of own) {
      const at = new Date(atMs)
      // London's winter time is UTC; b and c keep office hours, q waits for its Tuesday at ten.
      if (step === 'b' || step === 'c') expect(at.toISOString()).toMatch(officeHours)
      if (step === 'q') expect([name, at.getUTCDay(), at.getUTCHours()]).toEqual([name, 2, 10])
    }
  }
  expect(new Set(arrived.map(({ to }) => to)).size).toBe(names.length)
  // What fell due on one morning comes back over the first two days, not in the first hour.
  const firstHour = arrived.filter(({ atMs }) => atMs < backMs + hour).length
  expect(firstHour).toBeLessThanOrEqual(names.length / 3)
  const bySteps = Map.groupBy(
    arrived.filter(({ step }) => step === 'b'),
    ({ atMs }) => Math.floor(atMs / hour),
  )
  expect(Math.max(...[...bySteps.values()].map(({ length }) => length))).toBeLessThanOrEqual(names.length / 3)
}

/** From nine to five, and the quarter of an hour that a schedule may take. */
const officeHours = /T(09|1[0-6]):|T17:0|T17:1[0-5]/

/** Called at the top of a test file, whose hooks it sets. */
export const testOutage = (leads: number): void => {
  const names = Array.from({ length: leads }, (_, at) => `lead-${at}`)

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

  describe('after five days in which nothing could be sent, each lead gets an email a day at most, in its windows,', () => {
    test('where the machine was off', async () => {
      const world = past.copy()
      deployed = world
      await world.deploy(version, backMs)
      await world.pipeline.clock.advanceTo(backMs + 30 * day)
      expectCalmReturn(world, names)
    })

    test('where SES refused everything', async () => {
      const world = past.copy()
      deployed = world
      let isPaused = true
      await world.deploy(version, outFromMs, { ses: { fault: () => (isPaused ? 'refuse' : 'none') } })
      await world.pipeline.clock.advanceTo(backMs)
      isPaused = false
      await world.pipeline.clock.advanceTo(backMs + 30 * day)
      expectCalmReturn(world, names)
    })
  })
}
