import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleHandler } from '../../local/console/handler.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { hasBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts'
import { postForm } from '../support/forms.ts'
import { monday } from '../support/leads.ts'

describe.runIf(hasBrowser)('the page of a lead', () => {
  let pipeline: Pipeline
  let browser: TestBrowser

  beforeAll(async () => {
    const { assembly, campaign } = await synthesiseForTest()
    pipeline = await startPipeline({
      cdkOut: assembly.directory,
      port: 0,
      startMs: monday,
      seed: 'lead',
      console: (running) => consoleHandler(running, campaign),
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await pipeline?.close()
  })

  test('shows what a stranger typed as text, and runs none of it', async () => {
    const attack = '"><img src=x onerror="window.hurt=1"><svg onload="window.hurt=1">'
    const answers = { firstName: attack.slice(0, 60), city: attack, source: attack, utm_campaign: attack }
    expect((await postForm(pipeline, { email: 'ada@example.com', ...answers })).status).toBe(202)
    await pipeline.clock.advanceTo(monday + 3_600_000)
    const page = await browser.newPage()
    await page.goto(`${pipeline.url}/#leads`)
    await page.click('nav a[href="#leads"]')
    await page.locator('#lead-list button').first().click()
    await page.locator('#lead table').last().waitFor()
    expect(
      await page
        .locator('#lead, #lead-list')
        .evaluateAll((parts) => parts.map((part) => part.textContent).join()),
    ).toContain(attack)
    expect(await page.locator('#lead img, #lead svg, #lead-list img, #lead-list svg').count()).toBe(0)
    expect(await page.evaluate('window.hurt')).toBeUndefined()
  })
})
