import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { hasBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts'
import { postForm } from '../support/forms.ts'
import { monday } from '../support/leads.ts'

/** What a person's browser says of itself; the one that tests drive says that it has no head. */
const person: BrowserContextOptions = {
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  locale: 'en-GB',
}

describe.runIf(hasBrowser)('the page that a confirmation leads to', () => {
  let pipeline: Pipeline
  let driven: TestBrowser
  let people: TestBrowser
  let asked = 0

  beforeAll(async () => {
    const { assembly } = await synthesiseForTest()
    pipeline = await startPipeline({ cdkOut: assembly.directory, port: 0, startMs: monday, seed: 'confirm' })
    driven = await launchBrowser()
    people = await launchBrowser(['--disable-blink-features=AutomationControlled'])
  })
  afterAll(async () => {
    await driven?.close()
    await people?.close()
    await pipeline?.close()
  })

  /** Signs up, and gives the link of the confirmation that arrives. */
  const askForLink = async (): Promise<string> => {
    asked += 1
    const email = `reader-${asked}@example.com`
    await postForm(pipeline, { email }, {}, 'newsletter')
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 10_000)
    const text = pipeline.ses.inbox().find(({ to }) => to === email)?.text ?? ''
    return /http:\S+\/confirm\/\S+/.exec(text)?.[0] ?? ''
  }

  const confirmations = async (): Promise<number> =>
    (await pipeline.table.scan()).filter(({ sk }) => String(sk).startsWith('FACT#CONFIRMED')).length

  const open = async (browser: TestBrowser, options: BrowserContextOptions) => {
    const page = await browser.newPage(options)
    await page.goto(await askForLink())
    await page.getByRole('heading', { name: 'Confirm your address' }).waitFor()
    return page
  }

  test('waits while nobody moves, and takes a person’s first movement for a yes', async () => {
    const before = await confirmations()
    const page = await open(people, person)
    expect(await confirmations()).toBe(before)
    await page.mouse.move(40, 40)
    await page.mouse.move(90, 120)
    await page.getByRole('heading', { name: 'Thank you, confirmed' }).waitFor()
    expect(await confirmations()).toBe(before + 1)
  })

  test.each<[string, () => TestBrowser, BrowserContextOptions]>([
    ['a browser that a program drives', () => driven, person],
    ['a browser that says it has no head', () => people, {}],
    ['a browser that runs no script', () => people, { ...person, javaScriptEnabled: false }],
  ])('does not for %s, whose button works', async (_, browser, options) => {
    const before = await confirmations()
    const page = await open(browser(), options)
    await page.mouse.move(40, 40)
    await page.mouse.move(90, 120)
    await page.keyboard.press('Shift')
    // Whatever the movement set off would be here before this answer.
    await page.request.get(`${pipeline.url}/forms/newsletter/definition`)
    await pipeline.clock.activity.idle()
    expect(await page.getByRole('heading').textContent()).toBe('Confirm your address')
    expect(await confirmations()).toBe(before)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you, confirmed' }).waitFor()
    expect(await confirmations()).toBe(before + 1)
  })
})
