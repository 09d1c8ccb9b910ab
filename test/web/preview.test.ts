import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { watchCampaign } from '../../cli/preview/live-campaign.ts'
import { type PreviewServer, servePreview } from '../../cli/preview/server.ts'
import { hasBrowser, launchBrowser, violationsOn } from '../support/browser.ts'
import { monday } from '../support/leads.ts'
import { branchedSequence, type CampaignFolder, campaignFolder, draft } from '../support/working-campaign.ts'

const files = {
  'sequences/learn.yaml': branchedSequence,
  'emails/spring.md': draft('Spring dates', 'Hello.'),
  'preview-leads.yaml': 'leads:\n  - { name: Kim of Leeds, fields: { firstName: Kim } }\n',
}

/** The status for a request that calls the server by another name. */
const statusAs = (port: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })

interface Served {
  readonly folder: CampaignFolder
  readonly server: PreviewServer
  close(): Promise<void>
}

const serveFolder = async (given: Readonly<Record<string, string>>): Promise<Served> => {
  const folder = campaignFolder(given)
  const live = await watchCampaign(folder.path)
  const server = await servePreview({
    live,
    leads: { list: async () => [], state: async () => undefined },
    folder: 'campaign',
    sender: 'learn@example.com',
    port: 0,
    nowMs: () => monday,
  })
  const close = async (): Promise<void> => {
    await server.close()
    await live.close()
  }
  return { folder, server, close }
}

describe.runIf(hasBrowser)('the preview page', () => {
  let browser: Browser
  /** For tests that change no file. */
  let reading: Served
  const open: { close(): Promise<unknown> }[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    reading = await serveFolder(files)
  })
  afterAll(async () => {
    await browser?.close()
    await reading?.close()
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })

  const serve = async (given: Readonly<Record<string, string>> = files): Promise<Served> => {
    const served = await serveFolder(given)
    open.push(served)
    return served
  }

  const openPage = async (
    { server }: Served,
    hash = '',
    options: BrowserContextOptions = {},
  ): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    open.push(page)
    await page.goto(`${server.url}/${hash}`)
    await page.locator('#shown:not([hidden])').waitFor()
    return page
  }

  const version = (page: Page, least: number) =>
    page.waitForFunction((number) => Number(document.body.dataset.version) >= number, least)
  const pane = (page: Page, title: string) => page.frameLocator(`iframe[title="${title}"]`)
  const titles = (page: Page) => page.locator('#list .entry .title').allTextContents()

  test('lists every email in the order of its sequence, then the confirmation and what no step names', async () => {
    const page = await openPage(reading)
    expect(await page.locator('#list h2').allTextContents()).toEqual([
      'Sequence digest',
      'Sequence learn',
      'Confirmation',
      'In no sequence',
    ])
    expect(await titles(page)).toEqual([
      'The digest: three things worth ten minutes',
      'A worked example: is the new web page better?',
      'What a course costs, and when it has paid for itself',
      'Your guide, and one question to start with',
      'What a data analyst does between nine and five',
      'Five questions that sort good courses from loud ones',
      'Twenty minutes with an adviser, if it helps',
      'A worked example: is the new web page better?',
      'What a course costs, and when it has paid for itself',
      'Please confirm your address',
      'Spring dates',
    ])
  })

  test('shows each pane at its width, and applies the email’s own rules for dark colours in the dark ones alone', async () => {
    // The browser's own colours are neither here nor there.
    const page = await openPage(reading, '', { colorScheme: 'dark' })
    const cardOf = (title: string) =>
      pane(page, title)
        .locator('.card')
        .first()
        .evaluate((card) => [innerWidth, getComputedStyle(card).backgroundColor])
    expect(await cardOf('Desktop, 640 pixels')).toEqual([640, 'rgb(255, 255, 255)'])
    expect(await cardOf('Phone, 375 pixels')).toEqual([375, 'rgb(255, 255, 255)'])
    expect(await cardOf('Phone in the dark, 375 pixels')).toEqual([375, 'rgb(31, 43, 37)'])
    await page.getByText('Phone', { exact: true }).first().click()
    expect(await cardOf('Small phone, 320 pixels')).toEqual([320, 'rgb(255, 255, 255)'])
    await page.getByText('Text', { exact: true }).click()
    expect(await page.locator('pre.text').textContent()).toMatch(/^Hello Ada,\n\nthree things this month\./)
    expect(await page.locator('#headers').textContent()).toContain(
      'List-Unsubscribe-PostList-Unsubscribe=One-Click',
    )
  })

  test('shows the email as another lead gets it, whose markup stays text', async () => {
    const page = await openPage(reading, '#place=learn/welcome')
    const hello = pane(page, 'Desktop, 640 pixels').getByText('Hello')
    await page.selectOption('#lead', { label: 'Kim of Leeds' })
    await pane(page, 'Desktop, 640 pixels').getByText('Hello Kim,').waitFor()
    await page.selectOption('#lead', 'hostile')
    await pane(page, 'Desktop, 640 pixels').getByText('{{ 7 | times: 7 }}').waitFor()
    expect(await hello.textContent()).toContain('Hello <b onclick="alert(1)">Ada</b>')
    expect(await pane(page, 'Desktop, 640 pixels').locator('[onclick]').count()).toBe(0)
  })

  test('follows a change of a file, and keeps place, lead, view and scroll', async () => {
    const given = await serve()
    const page = await openPage(given, '#place=learn/day/short&lead=own:Kim+of+Leeds&view=phone')
    await pane(page, 'Phone, 375 pixels').getByText('Whose data do we work on?').waitFor()
    await page.evaluate(() => scrollTo(0, 300))
    given.folder.change('emails/good-course.md', 'Whose data do we work on?', 'Whose numbers are they?')
    await pane(page, 'Phone, 375 pixels').getByText('Whose numbers are they?').waitFor()
    expect(await page.locator('[aria-current]').textContent()).toContain('Five questions')
    expect(await page.inputValue('#lead')).toBe('own:Kim of Leeds')
    expect(await page.locator('[name=view]:checked').getAttribute('value')).toBe('phone')
    expect(await page.evaluate(() => scrollY)).toBe(300)
    given.folder.write('emails/autumn.md', draft('Autumn dates', 'Hello.'))
    await page.locator('#list').getByText('Autumn dates').waitFor()
  })

  test('shows a mistake above the last good version, and forgets it once it is mended', async () => {
    const given = await serve()
    const page = await openPage(given, '#place=learn/welcome&view=desktop')
    const text = 'Here is the guide'
    const link = `[${text}](https://www.example.com/guide)`
    given.folder.change('emails/welcome.md', link, `[${text}](http://www.example.com/guide)`)
    await page.locator('#problems').waitFor()
    expect(await page.locator('#problems-title').textContent()).toBe(
      '1 mistake in the campaign. Below is the last version without them.',
    )
    expect(await page.locator('#problem-list').textContent()).toMatch(
      /^emails\/welcome\.md:\d+The link "http:\/\/www\.example\.com\/guide" is not a whole https address\. Write it out, beginning with https:\/\/\.$/,
    )
    await pane(page, 'Desktop, 640 pixels').getByText(text).waitFor()
    given.folder.change('emails/welcome.md', `[${text}](http://`, `[Take the guide](https://`)
    await pane(page, 'Desktop, 640 pixels').getByText('Take the guide').waitFor()
    await page.locator('#problems').waitFor({ state: 'hidden' })
  })

  test('begins with the mistakes where nothing has compiled yet, and goes on once it has', async () => {
    const given = await serve({ 'campaign.yaml': 'name: fernhill\n' })
    const page = await browser.newPage()
    open.push(page)
    await page.goto(given.server.url)
    await page.getByText('postalAddress: is missing.').waitFor()
    await page.getByText('There is no email to show yet.').waitFor()
    const good = campaignFolder()
    given.folder.write('campaign.yaml', readFileSync(join(good.path, 'campaign.yaml'), 'utf8'))
    await page.locator('#shown:not([hidden])').waitFor()
    await page.locator('#problems').waitFor({ state: 'hidden' })
  })

  test('shows advice of the compiler beside the email, and not as a mistake', async () => {
    const page = await browser.newPage()
    open.push(page)
    const advice = [
      { file: 'emails/welcome.md', line: 2, problem: 'The subject is long.', fix: 'Shorten it.' },
    ]
    await page.route('**/api/campaign', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), advice } })
    })
    await page.goto(reading.server.url)
    await page.locator('#shown:not([hidden])').waitFor()
    expect(await page.locator('#advice-list').textContent()).toBe(
      'emails/welcome.md:2The subject is long. Shorten it.',
    )
    expect(await page.locator('#problems').isVisible()).toBe(false)
  })

  test('is walked through with the keyboard', async () => {
    const page = await openPage(reading)
    await page.locator('#list .entry').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.title.startsWith('A worked example'))
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-current'))).toBe('true')
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.title.startsWith('Spring dates'))
    await page.locator('[name=view]:checked').focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => document.querySelectorAll('iframe').length === 1)
    expect(new URL(page.url()).hash).toBe('#place=draft%2Fspring&lead=known&view=desktop')
  })

  test('a link in an email opens nothing, and says where it leads', async () => {
    const page = await openPage(reading, '#place=learn/welcome&view=desktop')
    let popups = 0
    page.on('popup', () => {
      popups += 1
    })
    await pane(page, 'Desktop, 640 pixels').getByText('Here is the guide').click()
    await page.locator('#where').getByText('https://www.example.com/guide').waitFor()
    await pane(page, 'Desktop, 640 pixels').getByText('No more of these emails').click()
    await page.getByText('This link is made for each person; it has no effect here.').waitFor()
    expect(popups).toBe(0)
    expect(page.frames().map((frame) => new URL(frame.url()).pathname)).toEqual(['/', '/email'])
  })

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 375],
    ['dark', 375],
  ] as const)('has nothing that axe finds wrong, in %s colours at %i pixels', async (colorScheme, width) => {
    const given = await serve()
    const page = await openPage(given, '#place=learn/day/short&view=all', {
      colorScheme,
      viewport: { width, height: 900 },
    })
    await page.locator('.is-loaded').first().waitFor()
    given.folder.change('campaign.yaml', 'minimumGapHours', 'minimumGapHour')
    await page.locator('#problems').waitFor()
    if (width === 375) await page.click('#toggle')
    expect(await violationsOn(page)).toEqual([])
    await page.getByText('Text', { exact: true }).click()
    await page.locator('pre.text').waitFor()
    expect(await violationsOn(page)).toEqual([])
  })

  test.each(['all', 'phone', 'text'])(
    'does not scroll sideways at 375 pixels, in the view %s',
    async (view) => {
      const page = await openPage(reading, `#place=learn/welcome&lead=long&view=${view}`, {
        viewport: { width: 375, height: 800 },
      })
      await version(page, 1)
      await page.click('#toggle')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    },
  )

  test('answers to no name but its own, and with no script for an email’s document', async () => {
    const { server } = reading
    const { port } = new URL(server.url)
    expect(await statusAs(port, 'evil.example')).toBe(403)
    expect(await statusAs(port, `localhost:${port}`)).toBe(200)
    const email = await fetch(`${server.url}/email?place=learn/welcome&lead=known`)
    expect(email.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(email.headers.get('content-security-policy')).toMatch(/sandbox allow-same-origin$/)
    expect((await fetch(`${server.url}/email?place=learn/nothing&lead=known`)).status).toBe(404)
    expect((await fetch(`${server.url}/email?place=learn/welcome&lead=lead:1`)).status).toBe(404)
  })
})
