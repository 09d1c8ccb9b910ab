import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzzCapture } from '../fuzz/run.ts'
import { synthesiseCampaign } from '../support/assembly.ts'
import { type CaptureHost, campaignWithEverything, startCapture } from '../support/capture-host.ts'

let host: CaptureHost

beforeAll(async () => {
  host = await startCapture(await synthesiseCampaign(campaignWithEverything()))
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
