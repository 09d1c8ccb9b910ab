import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleHandler } from '../../local/console/handler.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { monday } from '../support/leads.ts'

const executablePath = '/usr/bin/chromium'
const hasBrowser = existsSync(executablePath)
if (!hasBrowser)
  console.warn(
    `There is no ${executablePath}: the tests of the console page are left out. Install Debian's chromium to run them.`,
  )

describe.runIf(hasBrowser || process.env.CI)('the console page', () => {
  let pipeline: Pipeline
  let browser: Browser

  beforeAll(async () => {
    const { assembly, campaign } = await synthesiseForTest()
    pipeline = await startPipeline({
      cdkOut: assembly.directory,
      port: 0,
      startMs: monday,
      seed: 'page',
      console: (running) => consoleHandler(running, campaign),
    })
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--crash-dumps-dir=${mkdtempSync(join(tmpdir(), 'ripen-crash-'))}`,
      ],
    })
  })

  afterAll(async () => {
    await browser?.close()
    await pipeline?.close()
  })

  test('takes a visitor from the form to the first email, a click, a day later and the report', async () => {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${pipeline.url}/`)
    const form = page.locator('form').first()
    await form.locator('[name=email]').fill('ada@example.com')
    await form.locator('[name=firstName]').fill('Ada <b>')
    await form.locator('select').selectOption('Working Professional')
    await form.locator('[name=consent]').check()
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 5000)
    const [answer] = await Promise.all([page.waitForEvent('popup'), form.locator('button').click()])
    await answer.waitForLoadState()
    expect(await answer.locator('h1').textContent()).toBe('Thank you')
    await answer.close()

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
    await page.click('nav a[href="#report"]')
    await page.locator('#report-body td', { hasText: 'learn / welcome' }).waitFor()
    expect(await page.locator('#report-body tr', { hasText: 'learn / welcome' }).textContent()).toMatch(
      /^learn \/ welcome111100/,
    )
    expect(errors).toEqual([])
  })

  test('tells what would qualify a lead only until sales has it, and what became of it in the report', async () => {
    await fetch(`${pipeline.url}/forms/guide/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email: 'mary@example.com',
        occupation: 'Working Professional',
        source: 'Reference',
        minutesOnSite: '20',
        consent: 'yes',
      }),
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
    const submit = (email: string) =>
      fetch(`${pipeline.url}/forms/guide/submissions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, consent: 'yes' }),
      })
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

  test('lets no other page turn the clock', async () => {
    const nowMs = pipeline.clock.nowMs()
    expect((await fetch(`${pipeline.url}/_/api/clock/day`, { method: 'POST' })).status).toBe(403)
    expect(pipeline.clock.nowMs()).toBe(nowMs)
  })
})
