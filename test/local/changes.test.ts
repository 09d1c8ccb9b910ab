import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, hour, monday } from '../support/leads.ts'
import { type Arrived, Deployed, type Files, shortEmail, versionOf } from '../support/releases.ts'

const guide = readFileSync(
  resolve(import.meta.dirname, '..', '..', 'campaign', 'forms', 'guide.yaml'),
  'utf8',
)

const emails = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'x', 'y'].map((name) => [`emails/${name}.md`, shortEmail(`About ${name}`)]),
)

const inOrder = (...steps: readonly string[]): string =>
  steps
    .map((step, at) => `  - { id: ${step}, email: ${step}, wait: ${at === 0 ? 'none' : '4 days'} }\n`)
    .join('')

/** One more step, four days on; `step` is its beginning. */
const then = (step: string): string => `  - ${step}, wait: 4 days }\n`

const before = inOrder('a', 'b', 'c', 'd')

/** What is changed, what Ada gets by the end, what Bob gets, the steps that stand there afterwards, and what stands above them. */
const changes: readonly (readonly [what: string, ada: string, bob: string, steps: string, top?: string])[] = [
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
  [
    'a longer wait',
    'a b c d',
    'a b c d',
    `${inOrder('a', 'b')}  - { id: c, email: c, wait: 9 days }\n${then('{ id: d, email: d')}`,
  ],
  [
    'a shorter wait that is not over yet',
    'a b c d',
    'a b c d',
    `${inOrder('a', 'b')}  - { id: c, email: c, wait: 3 days }\n  - { id: d, email: d, wait: 4 days }\n`,
  ],
  [
    'a wait shortened to nothing',
    'a b c',
    'a b c',
    `${inOrder('a')}  - { id: b, email: b, wait: 1 hour }\n  - { id: c, email: c, wait: 4 days }\n`,
  ],
]

/** Each change has a sequence of its own, and a form that leads to it: one deploy makes them all. */
const sequenceOf = (what: string): string => `change-${changes.findIndex(([name]) => name === what)}`
const forms = Object.fromEntries(
  changes.map(([what]) => [
    `forms/${sequenceOf(what)}.yaml`,
    guide.replace('sequence: learn', `sequence: ${sequenceOf(what)}`),
  ]),
)
const version = (stepsOf: (change: (typeof changes)[number]) => string): Files => ({
  ...emails,
  ...forms,
  ...Object.fromEntries(
    changes.map((change) => [`sequences/${sequenceOf(change[0])}.yaml`, stepsOf(change)]),
  ),
})

const adaOf = (what: string): string => `ada-${sequenceOf(what)}`
const bobOf = (what: string): string => `bob-${sequenceOf(what)}`

const world = new Deployed()
const changedMs = monday + 6 * day
/** They ask two days before the change that lets what they wait for fall due at once. */
const crowd = Array.from({ length: 25 }, (_, at) => `lead-${at}`)

/**
 * Ada asks, and Bob five days later; on day six, when the change is deployed, Ada is past b and Bob past a. The rest is
 * what comes of it until day forty.
 */
beforeAll(async () => {
  await world.deploy(await versionOf(version(() => `steps:\n${before}`)))
  for (const [what] of changes) await world.capture(adaOf(what), sequenceOf(what))
  await world.pipeline.clock.advanceTo(monday + 4 * day)
  for (const name of crowd) await world.capture(name, sequenceOf('a wait shortened to nothing'))
  await world.pipeline.clock.advanceTo(monday + 5 * day)
  for (const [what] of changes) await world.capture(bobOf(what), sequenceOf(what))
  await world.pipeline.clock.advanceTo(changedMs)
  for (const [what] of changes)
    expect([world.stepsOf(adaOf(what)), world.stepsOf(bobOf(what))]).toEqual([['a', 'b'], ['a']])
  await world.deploy(await versionOf(version(([, , , steps, top = '']) => `${top}steps:\n${steps}`)))
  await world.pipeline.clock.advanceTo(monday + 40 * day)
})
afterAll(() => world.stop())

describe('a change of a sequence that leads are under way in:', () => {
  test.each(changes.map(([what, ada, bob]) => [what, ada, bob]))(
    '%s: Ada gets %s, and Bob %s',
    (what, ada, bob) => {
      expect([world.stepsOf(adaOf(what)).join(' '), world.stepsOf(bobOf(what)).join(' ')]).toEqual([ada, bob])
    },
  )

  test('no email is left without an answer, and no lead with a schedule', async () => {
    const items = await world.pipeline.table.scan()
    expect(items.filter(({ sk }) => String(sk).startsWith('FACT#UNRESOLVED'))).toEqual([])
    expect(world.pipeline.scheduler.outstanding().filter(({ name }) => /^[0-9a-f]{32}$/.test(name))).toEqual(
      [],
    )
  })

  test.each([
    ['a longer wait', 9],
    ['a shorter wait that is not over yet', 3],
  ])('%s moves what waits, to the time', (what, days) => {
    expectDays(
      world.sent().filter(({ to }) => to === adaOf(what)),
      days,
    )
  })

  test('a wait shortened to nothing sends each of many leads its email once, spread over a day', () => {
    const times = world
      .sent()
      .filter(({ to, step }) => crowd.includes(to) && step === 'b')
      .map(({ atMs }) => atMs - changedMs)
    expect(times).toHaveLength(crowd.length)
    expect(Math.max(...times)).toBeLessThanOrEqual(25 * hour)
    const perHour = Map.groupBy(times, (afterMs) => Math.floor(afterMs / hour))
    expect(perHour.size).toBeGreaterThanOrEqual(10)
    expect(Math.max(...[...perHour.values()].map(({ length }) => length))).toBeLessThanOrEqual(5)
  })
})

/** From b to c; a schedule may fire up to a quarter of an hour late, so that not all go at one moment. */
const expectDays = (arrived: readonly Arrived[], days: number): void => {
  const at = (wanted: string) => arrived.find(({ step }) => step === wanted)?.atMs ?? Number.NaN
  const gapMs = at('c') - at('b')
  expect(gapMs).toBeGreaterThanOrEqual(days * day)
  expect(gapMs).toBeLessThanOrEqual(days * day + hour / 4)
}
