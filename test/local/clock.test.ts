import { expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'

test('the clock stops at each event on its way, in order of time', async () => {
  const clock = new VirtualClock(0)
  const seen: [string, number][] = []
  clock.at(300, 'late', () => void seen.push(['late', clock.nowMs()]))
  clock.at(100, 'early', () => {
    seen.push(['early', clock.nowMs()])
    clock.at(200, 'planned on the way', () => void seen.push(['between', clock.nowMs()]))
  })
  await clock.advanceTo(1000)
  expect(seen).toEqual([
    ['early', 100],
    ['between', 200],
    ['late', 300],
  ])
  expect(clock.nowMs()).toBe(1000)
})

test('time does not jump while work is in hand, nor over work that is handed on', async () => {
  const clock = new VirtualClock(0)
  const seen: string[] = []
  clock.at(100, 'work begins', () => {
    const end = clock.activity.begin()
    setImmediate(() => {
      const next = clock.activity.begin()
      end()
      setImmediate(() => {
        seen.push(`work done at ${clock.nowMs()}`)
        next()
      })
    })
  })
  clock.at(101, 'later', () => void seen.push('later'))
  await clock.advanceTo(200)
  expect(seen).toEqual(['work done at 100', 'later'])
})

test('events of one slot are played together, at the end of the slot', async () => {
  const clock = new VirtualClock(0)
  const seen: number[] = []
  for (const atMs of [10, 20, 59]) clock.at(atMs, 'event', () => void seen.push(clock.nowMs()))
  await clock.advanceTo(120, { grainMs: 60 })
  expect(seen).toEqual([60, 60, 60])
})

test('a cancelled event does not happen', async () => {
  const clock = new VirtualClock(0)
  let happened = false
  clock
    .at(10, 'event', () => {
      happened = true
    })
    .cancel()
  await clock.advanceTo(20)
  expect(happened).toBe(false)
})
