import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleHandler } from '../../local/console/handler.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { hasBrowser, launchBrowser, type TestBrowser, violationsOn } from '../support/browser.ts'
import { fillIn } from '../support/embedding.ts'
import { postForm } from '../support/forms.ts'
import { monday } from '../support/leads.ts'

describe.runIf(hasBrowser)('the console page', () => {
  let pipeline: Pipeline
  let browser: TestBrowser

  beforeAll(async () => {
    const { assembly, campaign } = await synthesiseForTest()
    pipeline = await startPipeline({
      cdkOut: assembly.directory,
      port: 0,
      startMs: monday,
      seed: 'page',
      console: (running) => consoleHandler(running, campaign),
    })
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await pipeline?.close()
  })

  /** The page's clock and the pipeline's go together from here. */
  const openConsole = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await browser.newPage(options)
    await page.clock.install({ time: monday })
    await page.goto(`${pipeline.url}/`)
    await page.locator('ripen-form [name=email]').waitFor()
    return page
  }
  const passSeconds = async (page: Page): Promise<void> => {
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 3000)
    await page.clock.fastForward(3000)
  }
  const leadOf = async (email: string) =>
    (await pipeline.table.scan()).find(
      (item) => String(item.sk).startsWith('FACT#CAPTURED') && item.email === email,
    )
  const codeOf = (page: Page, title: string) =>
    page.locator('.way', { has: page.getByRole('heading', { name: title }) }).locator('.code')

  test('takes a visitor from the form to the first email, a click, a day later and the report', async () => {
    const page = await openConsole()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    const form = page.locator('ripen-form')
    await form.locator('[name=email]').fill('ada@example.com')
    await form.locator('[name=firstName]').fill('Ada <b>')
    await form.locator('select').selectOption('Working Professional')
    await form.locator('[name=consent]').check()
    await passSeconds(page)
    await form.locator('button').click()
    await form.getByRole('heading', { name: 'Thank you' }).waitFor()

    await page.click('nav a[href="#inbox"]')
    await page.locator('#emails button').first().click()
    const email = page.frameLocator('#email iframe')
    expect(await email.locator('body').textContent()).toContain('Hello Ada <b>,')
    const [guide] = await Promise.all([
      page.waitForEvent('popup'),
      email.getByText('Here is the guide').click(),
    ])
    await guide.close()

    await page.click('#day')
    await page.waitForFunction(() => !(document.querySelector('#day') as HTMLButtonElement).disabled)
    await page.click('nav a[href="#leads"]')
    await page.locator('#lead-list button').first().click()
    const lead = page.locator('#lead')
    await lead.getByText('CLICKED').first().waitFor()
    expect(await lead.locator('tr', { hasText: 'Follows the links in our emails' }).textContent()).toMatch(
      /\d May 2026$/,
    )
    expect(await lead.textContent()).toContain('What would qualify this lead')
    // When, which fact, and what it says.
    const about = (kind: string) => lead.locator('tr', { hasText: kind }).locator('td').last().textContent()
    expect(await about('ENROLLED')).toBe('learn-1')
    expect(await about('CLICKED')).toMatch(/^welcome: https:\/\/[^?]+$/)
    await page.click('nav a[href="#report"]')
    const welcome = page.locator('#report-body tr', { hasText: 'welcome' })
    await welcome.waitFor()
    // Sent, delivered, clicked, goal, unsubscribed, bounced, complained, skipped.
    expect(await welcome.locator('td').allTextContents()).toEqual([
      'welcome',
      '1',
      '1',
      '1 (100 %)',
      '1 (100 %)',
      '0',
      '0',
      '0',
    ])
    expect(await page.locator('#report-body').textContent()).toContain(
      'Sequence learn1 enrolled, 1 sent, 0 reached the goal, 0 left, 0 skipped',
    )
    expect(errors).toEqual([])
  })

  test('tells what would qualify a lead only until sales has it, and what became of it in the report', async () => {
    await postForm(pipeline, {
      email: 'mary@example.com',
      occupation: 'Working Professional',
      source: 'Reference',
      minutesOnSite: '20',
    })
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 3_600_000)
    const page = await browser.newPage()
    await page.goto(`${pipeline.url}/#leads`)
    await page.locator('#lead-list button', { hasText: 'mary@example.com' }).click()
    const lead = page.locator('#lead')
    await lead.getByText('HANDEDOFF').waitFor()
    expect(await lead.textContent()).not.toContain('What would qualify this lead')
    await page.click('nav a[href="#report"]')
    const row = page.locator('#report-body tr', { hasText: 'Reference' })
    await row.waitFor()
    expect(await page.locator('#report-body tr').first().textContent()).toBe(
      'sourcecapturedqualifiedacceptedreturnedwonlost',
    )
    expect(await row.textContent()).toBe('Reference110000')
    await page.close()
  })

  test('leaves the keyboard where it is when it asks again, whether something new came or not', async () => {
    const submit = (email: string) => postForm(pipeline, { email })
    await submit('grace@example.com')
    await pipeline.clock.activity.idle()
    const page = await browser.newPage()
    await page.clock.install()
    await page.goto(`${pipeline.url}/#inbox`)
    const first = page.locator('#emails button').first()
    await first.focus()
    const id = await first.getAttribute('id')
    const entry = await first.elementHandle()
    const askAgain = () =>
      Promise.all([
        page.waitForResponse(/api\/inbox$/),
        page.waitForResponse(/api\/queues$/),
        page.clock.runFor(4000),
      ])
    // By the second answer the first has been drawn.
    await askAgain()
    await askAgain()
    expect(await entry?.evaluate((element) => element === document.activeElement)).toBe(true)
    await submit('edith@example.com')
    await pipeline.clock.activity.idle()
    await askAgain()
    await page.locator('#emails', { hasText: 'edith@example.com' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id)
    await page.close()
  })

  test('shows the plain form, which works in a page beside it, and the code of it without its token', async () => {
    const page = await openConsole()
    const form = page.locator('form[data-ripen=newsletter]')
    await form.locator('[name=email]').fill('plain@example.com')
    await form.locator('[name=consent]').check()
    await passSeconds(page)
    const [answer] = await Promise.all([page.waitForEvent('popup'), form.locator('button').click()])
    await answer.getByRole('heading', { name: 'One more step' }).waitFor()
    expect(await leadOf('plain@example.com')).toMatchObject({ form: 'newsletter' })
    const code = (await codeOf(page, 'Plain HTML').textContent()) ?? ''
    expect(code).toContain(`action="${pipeline.url}/forms/newsletter/submissions"`)
    expect(code).toContain(`<script src="${pipeline.url}/embed.js" async></script>`)
    expect(code).not.toContain('token')
    // A trap that nothing hides would catch people.
    expect(code).not.toContain('homepage')

    // The code works as it stands, on a page without script, with one more press.
    const copy = await browser.newPage({ javaScriptEnabled: false })
    await copy.setContent(code)
    await fillIn(copy, 'copied@example.com')
    for (let press = 0; press < 2; press += 1) await copy.getByRole('button').click()
    await copy.getByRole('heading', { name: 'One more step' }).waitFor()
    expect(await leadOf('copied@example.com')).toMatchObject({ form: 'newsletter' })
  })

  test('shows the snippet’s code, and leads to the page of a form', async () => {
    const page = await openConsole()
    expect(await codeOf(page, 'The snippet').textContent()).toBe(
      `<script src="${pipeline.url}/embed.js" data-form="guide" async></script>`,
    )
    const [hosted] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Open the page of guide' }).click(),
    ])
    await fillIn(hosted, 'hosted@example.com')
    await passSeconds(page)
    await hosted.getByRole('button').click()
    await hosted.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await leadOf('hosted@example.com')).toMatchObject({ form: 'guide' })
  })

  test('has a form section in which axe finds nothing wrong, in light and in dark colours', async () => {
    const page = await openConsole()
    for (const summary of await page.locator('summary').all()) await summary.click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      if (process.env.RIPEN_PICTURES)
        await page.screenshot({
          path: `${process.env.RIPEN_PICTURES}/console-${colorScheme}.png`,
          fullPage: true,
        })
      expect({ colorScheme, wrong: await violationsOn(page) }).toEqual({ colorScheme, wrong: [] })
    }
  })

  test('lets no other page turn the clock', async () => {
    const nowMs = pipeline.clock.nowMs()
    expect((await fetch(`${pipeline.url}/_/api/clock/day`, { method: 'POST' })).status).toBe(403)
    expect(pipeline.clock.nowMs()).toBe(nowMs)
  })
})
