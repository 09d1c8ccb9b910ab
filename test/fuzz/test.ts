/** What is tested with generated posts: by how many, the test files say. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synthesiseCampaign } from '../support/assembly.ts'
import { type CaptureHost, campaignWithEverything, startCapture } from '../support/capture-host.ts'
import { fuzzCapture } from './run.ts'

/** Called at the top of a test file, whose hooks it sets. */
export const testCaptureByFuzz = (posts: number): void => {
  let host: CaptureHost

  beforeAll(async () => {
    host = await startCapture(await synthesiseCampaign(campaignWithEverything()))
  })
  afterAll(() => host?.close())

  test('of thousands of posts the good are stored unharmed, the bad not at all, and none breaks anything', async () => {
    const seed = Number(process.env.PROPERTY_SEED)
    const report = await fuzzCapture(host, seed, posts)
    expect(report.wrong, `by npm run fuzz:capture -- ${posts} ${seed}`).toEqual([])
    expect(report.posts).toBe(posts)
    // Enough of each that a generator which has run dry shows itself.
    expect(report.good).toBeGreaterThan(0.08 * posts)
    expect(report.pages).toBeGreaterThan(0.2 * posts)
    expect(Object.keys(report.faults)).toHaveLength(24)
    expect(Object.keys(report.statuses)).toEqual(['202', '303', '400', '404', '413', '415', '422'])
  })
}
