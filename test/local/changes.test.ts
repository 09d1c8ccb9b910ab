import { afterEach, describe, expect, test } from 'vitest'
import { day, hour, monday } from '../support/leads.ts'
import { Deployed, type Files, shortEmail, versionOf } from '../support/releases.ts'

const emails = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'x', 'y'].map((name) => [`emails/${name}.md`, shortEmail(`About ${name}`)]),
)

/** The sample's forms lead to `learn`; this is what `learn` is instead. */
const learn = (steps: string, head = ''): Files => ({
  ...emails,
  'sequences/learn.yaml': `${head}steps:\n${steps}`,
})

const inOrder = (...steps: readonly string[]): string =>
  steps
    .map((step, at) => `  - { id: ${step}, email: ${step}, wait: ${at === 0 ? 'none' : '4 days'} }\n`)
    .join('')

const before = learn(inOrder('a', 'b', 'c', 'd'))

let deployed: Deployed | undefined
afterEach(async () => {
  await deployed?.stop()
  deployed = undefined
})

/** Deploys, captures Ada, and Bob five days later; on day six, with Ada past b and Bob past a, the change is deployed. */
const changeUnderWay = async (after: Files, from: Files = before): Promise<Deployed> => {
  const world = new Deployed()
  deployed = world
  await world.deploy(await versionOf(from))
  await world.capture('ada')
  await world.pipeline.clock.advanceTo(monday + 5 * day)
  await world.capture('bob')
  await world.pipeline.clock.advanceTo(monday + 6 * day)
  expect([world.stepsOf('ada'), world.stepsOf('bob')]).toEqual([['a', 'b'], ['a']])
  await world.deploy(await versionOf(after))
  await world.pipeline.clock.advanceTo(monday + 60 * day)
  return world
}

describe('a change of a sequence that leads are under way in:', () => {
  test.each([
    ['nothing changes', learn(inOrder('a', 'b', 'c', 'd')), 'abcd', 'abcd'],
    ['a step put in ahead of both', learn(inOrder('a', 'b', 'c', 'x', 'd')), 'abcxd', 'abcxd'],
    ['a step put in behind Ada, ahead of Bob', learn(inOrder('a', 'x', 'b', 'c', 'd')), 'abcd', 'axbcd'],
    ['a step put in at the beginning', learn(inOrder('x', 'a', 'b', 'c', 'd')), 'abcd', 'abcd'],
    ['a step added at the end', learn(inOrder('a', 'b', 'c', 'd', 'x')), 'abcdx', 'abcdx'],
    ['a step removed that both were still to get', learn(inOrder('a', 'b', 'd')), 'abd', 'abd'],
    ['a step removed that Ada has had', learn(inOrder('a', 'c', 'd')), 'abcd', 'acd'],
    ['the next step moved to the end', learn(inOrder('a', 'b', 'd', 'c')), 'abdc', 'abdc'],
    ['a later step moved behind Ada', learn(inOrder('a', 'd', 'b', 'c')), 'abdc', 'adbc'],
    ['all turned round', learn(inOrder('d', 'c', 'b', 'a')), 'abdc', 'adcb'],
    [
      'a step renamed, with its former name',
      learn(
        `${inOrder('a')}  - { id: second, email: b, wait: 4 days, formerly: [b] }\n  - { id: c, email: c, wait: 4 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
      ['a', 'b', 'c', 'd'],
      ['a', 'second', 'c', 'd'],
    ],
    [
      'a step renamed without a word: its email tells',
      learn(
        `${inOrder('a')}  - { id: second, email: b, wait: 4 days }\n  - { id: c, email: c, wait: 4 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
      ['a', 'b', 'c', 'd'],
      ['a', 'second', 'c', 'd'],
    ],
    [
      'a variant added to a step',
      learn(
        `${inOrder('a', 'b')}  - { id: c, wait: 4 days, variants: [{ id: old, email: c }, { id: new, email: x }] }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
      'abcd',
      'abcd',
    ],
    [
      'a variant added to a step that Ada has had',
      learn(
        `${inOrder('a')}  - { id: b, wait: 4 days, variants: [{ id: new, email: x }, { id: old, email: b }] }\n  - { id: c, email: c, wait: 4 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
      'abcd',
      'abcd',
    ],
    [
      'another sequence of steps altogether, pinned',
      learn(inOrder('x', 'y'), 'onChange: pin\n'),
      'abcd',
      'abcd',
    ],
    [
      'restarted: the new beginning, without what they had',
      learn(inOrder('x', 'a', 'b', 'c', 'd'), 'onChange: restart\n'),
      'abxcd',
      'axbcd',
    ],
  ] as const)('%s: Ada gets %j and Bob gets', async (_, after, ada, bob) => {
    const world = await changeUnderWay(after)
    expect([world.stepsOf('ada'), world.stepsOf('bob')]).toEqual([[...ada], [...bob]])
    const items = await world.pipeline.table.scan()
    expect(items.filter(({ sk }) => String(sk).startsWith('FACT#UNRESOLVED'))).toEqual([])
    expect(world.pipeline.scheduler.outstanding().filter(({ name }) => /^[0-9a-f]{32}$/.test(name))).toEqual(
      [],
    )
  })

  test('a longer wait moves what waits', async () => {
    const world = await changeUnderWay(
      learn(
        `${inOrder('a', 'b')}  - { id: c, email: c, wait: 9 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
    )
    const times = world.sent().filter(({ to }) => to === 'ada')
    expect(times.map(({ step }) => step)).toEqual(['a', 'b', 'c', 'd'])
    expect(daysBetween(times, 'b', 'c')).toBeCloseTo(9, 2)
  })

  test('a shorter wait that is not over yet moves what waits, to the time', async () => {
    const world = await changeUnderWay(
      learn(
        `${inOrder('a', 'b')}  - { id: c, email: c, wait: 3 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
    )
    expect(
      daysBetween(
        world.sent().filter(({ to }) => to === 'ada'),
        'b',
        'c',
      ),
    ).toBeCloseTo(3, 2)
  })
})

const daysBetween = (
  arrived: readonly { readonly step: string; readonly atMs: number }[],
  from: string,
  to: string,
): number => {
  const at = (step: string) => arrived.find((one) => one.step === step)?.atMs ?? Number.NaN
  return (at(to) - at(from)) / day
}

test('a wait shortened to nothing sends each of a hundred leads its email once, spread over a day', async () => {
  const world = new Deployed()
  deployed = world
  await world.deploy(await versionOf(before))
  const names = Array.from({ length: 100 }, (_, at) => `lead-${at}`)
  for (const name of names) await world.capture(name)
  await world.pipeline.clock.advanceTo(monday + 2 * day)
  const quick = `${inOrder('a')}  - { id: b, email: b, wait: 1 hour }\n  - { id: c, email: c, wait: 4 days }\n`
  const sinceMs = world.pipeline.clock.nowMs()
  await world.deploy(await versionOf(learn(quick)))
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
