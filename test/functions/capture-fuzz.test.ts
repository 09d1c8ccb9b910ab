import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePosts } from '../fuzz/posts.ts'
import { fuzzCapture } from '../fuzz/run.ts'
import { type CaptureHost, startCapture } from '../support/capture-host.ts'
import { monday } from '../support/leads.ts'

let host: CaptureHost

beforeAll(async () => {
  host = await startCapture()
})
afterAll(() => host?.close())

/** `npm run fuzz:capture` gives a hundred thousand bad ones. */
test('of thousands of posts the good are stored unharmed, the bad not at all, and none breaks anything', async () => {
  const report = await fuzzCapture(host, 4, 5000)
  expect(report.wrong).toEqual([])
  expect(report.posts).toBe(5000)
  // Enough of each that a generator which has run dry shows itself.
  expect(report.good).toBeGreaterThan(400)
  expect(report.pages).toBeGreaterThan(1000)
  expect(Object.keys(report.faults)).toHaveLength(24)
  expect(Object.keys(report.statuses)).toEqual(['202', '303', '400', '404', '413', '415', '422'])
})

test('while the table is away a good post is answered that we are at fault, and neither answer nor log holds what was typed', async () => {
  await host.stopTable()
  const before = host.written().length
  const posts = [...makePosts(5, 200, monday, host.formKey)].filter(({ stored }) => stored).slice(0, 3)
  expect(posts).toHaveLength(3)
  for (const accept of ['application/json', 'text/html'])
    for (const { event, stored } of posts) {
      const answer = await host.handle({ ...event, headers: { ...event.headers, accept } })
      if (answer instanceof Error) throw answer
      expect(answer.statusCode).toBe(500)
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', vary: 'origin, accept' })
      expect(answer.body).toContain('Something went wrong')
      const told = `${answer.body}${host.written().slice(before)}`
      expect(told).not.toContain(stored?.email)
    }
  const entries = host.written().slice(before).trim().split('\n')
  expect(entries).toHaveLength(6)
  for (const entry of entries)
    expect(JSON.parse(entry)).toMatchObject({
      level: 'ERROR',
      message: { event: 'requestFailed', route: 'POST /forms/{form}/submissions', error: 'CallFailed' },
    })
})
