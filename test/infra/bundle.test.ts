import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { bundleFunctions, type StandIn, standIns } from '../../infra/bundle.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { plainCampaign } from '../support/assembly.ts'

let campaign: CompiledCampaign

beforeAll(async () => {
  campaign = await compileCampaign(resolve(plainCampaign))
})

const bundleWith = (lean: readonly StandIn[]) =>
  bundleFunctions(campaign, mkdtempSync(join(tmpdir(), 'ripen-')), lean)

test('a stand-in whose file the SDK has moved fails the build, which names both', async () => {
  const moved = { file: 'rate-limiter.ts', insteadOf: /@smithy\/util-retry\/DefaultRateLimiter\.js$/ }
  await expect(bundleWith([moved])).rejects.toThrow(
    /^No function loads @smithy\\\/util-retry\\\/DefaultRateLimiter\\\.js\$, which infra\/lean\/rate-limiter\.ts stands in for/,
  )
})

test('with the stand-ins an SDK client weighs about half', async () => {
  const [lean, plain] = await Promise.all([bundleWith(standIns), bundleWith([])])
  for (const name of ['preferences', 'feedback', 'tally'])
    expect((lean[name] ?? 0) / (plain[name] ?? 0)).toBeLessThan(0.55)
})
