import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { day, hour, monday } from '../support/leads.ts'
import { type Arrived, Deployed, type Files, shortEmail, versionOf } from '../support/releases.ts'

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

/** One more step, four days on; `step` is its beginning. */
const then = (step: string): string => `  - ${step}, wait: 4 days }\n`

const before = learn(inOrder('a', 'b', 'c', 'd'))

let deployed: Deployed | undefined
afterEach(async () => {
  await deployed?.stop()
  deployed = undefined
})

/** Ada asks, and Bob five days later; on day six Ada is past b and Bob past a. */
let past: Deployed
beforeAll(async () => {
  past = new Deployed()
  await past.deploy(await versionOf(before))
  await past.capture('ada')
  await past.pipeline.clock.advanceTo(monday + 5 * day)
  await past.capture('bob')
  await past.pipeline.clock.advanceTo(monday + 6 * day)
  expect([past.stepsOf('ada'), past.stepsOf('bob')]).toEqual([['a', 'b'], ['a']])
  await past.stop()
})

/** The change is deployed on day six, and what comes of it until day forty. */
const changeUnderWay = async (after: Files): Promise<Deployed> => {
  const world = past.copy()
  deployed = world
  await world.deploy(await versionOf(after))
  await world.pipeline.clock.advanceTo(monday + 40 * day)
  return world
}

describe('a change of a sequence that leads are under way in:', () => {
  test.each([
    ['nothing changes', 'a b c d', 'a b c d', inOrder('a', 'b', 'c', 'd')],
    ['a step put in ahead of both', 'a b c x d', 'a b c x d', inOrder('a', 'b', 'c', 'x', 'd')],
    ['a step put in behind Ada, ahead of Bob', 'a b c d', 'a x b c d', inOrder('a', 'x', 'b', 'c', 'd')],
    ['a step put in at the beginning', 'a b c d', 'a b c d', inOrder('x', 'a', 'b', 'c', 'd')],
    ['a step added at the end', 'a b c d x', 'a b c d x', inOrder('a', 'b', 'c', 'd', 'x')],
    ['a step removed that both were still to get', 'a b d', 'a b d', inOrder('a', 'b', 'd')],
    ['a step removed that Ada has had', 'a b c d', 'a c d', inOrder('a', 'c', 'd')],
    ['the next step moved to the end', 'a b d c', 'a b d c', inOrder('a', 'b', 'd', 'c')],
    ['a later step moved behind Ada', 'a b d c', 'a d b c', inOrder('a', 'd', 'b', 'c')],
    ['all turned round', 'a b d c', 'a d c b', inOrder('d', 'c', 'b', 'a')],
    [
      'a step renamed, with its former name, and its email replaced',
      'a b c d',
      'a second c d',
      `${inOrder('a')}${then('{ id: second, email: x, formerly: [b]')}${then('{ id: c, email: c')}${then('{ id: d, email: d')}`,
    ],
    [
      'a step renamed without a word: its email tells',
      'a b c d',
      'a second c d',
      `${inOrder('a')}${then('{ id: second, email: b')}${then('{ id: c, email: c')}${then('{ id: d, email: d')}`,
    ],
    [
      'a variant added to a step ahead of both',
      'a b c d',
      'a b c d',
      `${inOrder('a', 'b')}${then('{ id: c, variants: [{ id: old, email: c }, { id: new, email: x }]')}${then('{ id: d, email: d')}`,
    ],
    [
      'a variant added to a step that Ada has had',
      'a b c d',
      'a b c d',
      `${inOrder('a')}${then('{ id: b, variants: [{ id: new, email: x }, { id: old, email: b }]')}${then('{ id: c, email: c')}${then('{ id: d, email: d')}`,
    ],
    ['other steps altogether, pinned', 'a b c d', 'a b c d', inOrder('x', 'y'), 'onChange: pin\n'],
    [
      'restarted: the new beginning, without what they had',
      'a b x c d',
      'a x b c d',
      inOrder('x', 'a', 'b', 'c', 'd'),
      'onChange: restart\n',
    ],
  ])('%s: Ada gets %s, and Bob %s', async (_, ada, bob, steps, head = '') => {
    const world = await changeUnderWay(learn(steps, head))
    expect([world.stepsOf('ada').join(' '), world.stepsOf('bob').join(' ')]).toEqual([ada, bob])
    const items = await world.pipeline.table.scan()
    expect(items.filter(({ sk }) => String(sk).startsWith('FACT#UNRESOLVED'))).toEqual([])
    expect(world.pipeline.scheduler.outstanding().filter(({ name }) => /^[0-9a-f]{32}$/.test(name))).toEqual(
      [],
    )
  })

  test('a longer wait moves what waits', async () => {
    const world = await changeUnderWay(
      learn(`${inOrder('a', 'b')}  - { id: c, email: c, wait: 9 days }\n${then('{ id: d, email: d')}`),
    )
    const times = world.sent().filter(({ to }) => to === 'ada')
    expect(times.map(({ step }) => step)).toEqual(['a', 'b', 'c', 'd'])
    expectDays(times, 9)
  })

  test('a shorter wait that is not over yet moves what waits, to the time', async () => {
    const world = await changeUnderWay(
      learn(
        `${inOrder('a', 'b')}  - { id: c, email: c, wait: 3 days }\n  - { id: d, email: d, wait: 4 days }\n`,
      ),
    )
    expectDays(
      world.sent().filter(({ to }) => to === 'ada'),
      3,
    )
  })
})

/** From b to c; a schedule may fire up to a quarter of an hour late, so that not all go at one moment. */
const expectDays = (arrived: readonly Arrived[], days: number): void => {
  const at = (wanted: string) => arrived.find(({ step }) => step === wanted)?.atMs ?? Number.NaN
  const gapMs = at('c') - at('b')
  expect(gapMs).toBeGreaterThanOrEqual(days * day)
  expect(gapMs).toBeLessThanOrEqual(days * day + hour / 4)
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
