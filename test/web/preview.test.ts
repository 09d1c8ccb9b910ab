import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LiveCampaign, type Snapshot, watchCampaign } from '../../cli/preview/live-campaign.ts'
import { type PreviewServer, servePreview } from '../../cli/preview/server.ts'
import { hasBrowser, launchBrowser, type TestBrowser, violationsOn } from '../support/browser.ts'
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
  readonly live: LiveCampaign
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
  return { folder, live, server, close }
}

/** Once the campaign is as `isSo` wants it: now, or after one of the next changes. */
const settled = (live: LiveCampaign, isSo: (snapshot: Snapshot) => boolean): Promise<void> =>
  new Promise((done) => {
    if (isSo(live.snapshot)) return done()
    const forget = live.onChange((snapshot) => {
      if (!isSo(snapshot)) return
      forget()
      done()
    })
  })

describe.runIf(hasBrowser)('the preview page', () => {
  let browser: TestBrowser
  let served: Served
  /** The version of the campaign as every test finds it. */
  let untouched: string | undefined
  let changed = new Map<string, string>()
  const open: { close(): Promise<unknown> }[] = []

  beforeAll(async () => {
    const launching = launchBrowser()
    served = await serveFolder(files)
    untouched = served.live.snapshot.good?.plan.version
    browser = await launching
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
    for (const [file, text] of changed) served.folder.write(file, text)
    changed = new Map()
    await settled(
      served.live,
      ({ good, isStale, advice }) => good?.plan.version === untouched && !isStale && advice.length === 0,
    )
  })

  /** For this test alone. */
  const change = (file: string, before: string, after: string): void => {
    const text = readFileSync(join(served.folder.path, file), 'utf8')
    if (!changed.has(file)) changed.set(file, text)
    served.folder.change(file, before, after)
  }

  const openPage = async (hash = '', options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    open.push(page)
    await page.goto(`${served.server.url}/${hash}`)
    await page.locator('#shown:not([hidden])').waitFor()
    return page
  }

  const pane = (page: Page, title: string) => page.frameLocator(`iframe[title="${title}"]`)
  const titles = (page: Page) => page.locator('#list .entry .title').allTextContents()

  test('lists every email in the order of its sequence, then the confirmation and what no step names', async () => {
    const page = await openPage('#view=text')
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
    const page = await openPage('', { colorScheme: 'dark' })
    const coloursOf = (title: string) =>
      pane(page, title)
        .locator('.card')
        .first()
        .evaluate((card) => [
          innerWidth,
          getComputedStyle(document.body).backgroundColor,
          getComputedStyle(card).backgroundColor,
        ])
    // Of the theme: the page around the card, and the card.
    const light = ['rgb(244, 242, 236)', 'rgb(255, 255, 255)']
    const dark = ['rgb(20, 26, 23)', 'rgb(30, 39, 35)']
    expect(await coloursOf('Desktop, 640 pixels')).toEqual([640, ...light])
    expect(await coloursOf('Phone, 375 pixels')).toEqual([375, ...light])
    expect(await coloursOf('Desktop in the dark, 640 pixels')).toEqual([640, ...dark])
    expect(await coloursOf('Phone in the dark, 375 pixels')).toEqual([375, ...dark])
    await page.getByText('Phone', { exact: true }).first().click()
    expect(await coloursOf('Small phone, 320 pixels')).toEqual([320, ...light])
    await page.getByText('Text', { exact: true }).click()
    expect(await page.locator('pre.text').textContent()).toMatch(/^Hello Ada,\n\nthree things this month\./)
    expect(await page.locator('#headers').textContent()).toContain(
      'List-Unsubscribe-PostList-Unsubscribe=One-Click',
    )
  })

  test('shows the email as another lead gets it, whose markup stays text', async () => {
    const page = await openPage('#place=learn/welcome&view=desktop')
    const hello = pane(page, 'Desktop, 640 pixels').getByText('Hello')
    await page.selectOption('#lead', { label: 'Kim of Leeds' })
    await pane(page, 'Desktop, 640 pixels').getByText('Hello Kim,').waitFor()
    await page.selectOption('#lead', 'hostile')
    await pane(page, 'Desktop, 640 pixels').getByText('{{ 7 | times: 7 }}').waitFor()
    expect(await hello.textContent()).toContain('Hello <b onclick="alert(1)">Ada</b>')
    expect(await pane(page, 'Desktop, 640 pixels').locator('[onclick]').count()).toBe(0)
  })

  test('follows a change of a file, and keeps place, lead, view and scroll', async () => {
    const page = await openPage('#place=learn/day/short&lead=own:Kim+of+Leeds&view=phone')
    const phone = pane(page, 'Phone, 375 pixels')
    await phone.getByText('Whose data do we work on?').waitFor()
    await page.evaluate(() => scrollTo(0, 300))
    change('emails/good-course.md', 'Whose data do we work on?', 'Whose numbers are they?')
    await phone.getByText('Whose numbers are they?').waitFor()
    expect(await page.locator('[aria-current]').textContent()).toContain('Five questions')
    expect(await page.inputValue('#lead')).toBe('own:Kim of Leeds')
    expect(await page.locator('[name=view]:checked').getAttribute('value')).toBe('phone')
    expect(await page.evaluate(() => scrollY)).toBe(300)
    change('emails/spring.md', 'subject: Spring dates', 'subject: Autumn dates')
    await page.locator('#list').getByText('Autumn dates').waitFor()
  })

  test('follows what emails share: a partial, which is no email of its own, and the theme', async () => {
    const page = await openPage('#place=learn/day/short&view=phone')
    const phone = pane(page, 'Phone, 375 pixels')
    change('emails/partials/signature.md', 'Warm regards', 'Yours')
    await phone.getByText('Yours,').waitFor()
    change('theme/theme.yaml', 'brand: Fernhill Academy', 'brand: The Academy at Fernhill')
    await phone.getByText('The Academy at Fernhill').waitFor()
    expect(await titles(page)).not.toContain('signature')
    expect(await page.locator('#list section:last-child .entry').count()).toBe(1)
  })

  test('shows a mistake above the last good version, and forgets it once it is mended', async () => {
    const page = await openPage('#place=learn/welcome&view=desktop')
    const desktop = pane(page, 'Desktop, 640 pixels')
    const text = 'Here is the guide'
    const link = `[${text}](https://www.example.com/guide)`
    change('emails/welcome.md', link, `[${text}](http://www.example.com/guide)`)
    await page.locator('#problems').waitFor()
    expect(await page.locator('#problems-title').textContent()).toBe(
      '1 mistake in the campaign. Below is the last version without any.',
    )
    expect(await page.locator('#problem-list').textContent()).toMatch(
      /^emails\/welcome\.md:\d+The link "http:\/\/www\.example\.com\/guide" is not a full https address\. Write the full address, beginning with https:\/\/\.$/,
    )
    await desktop.getByText(text).waitFor()
    change('emails/welcome.md', `[${text}](http://`, `[Take the guide](https://`)
    await desktop.getByText('Take the guide').waitFor()
    await page.locator('#problems').waitFor({ state: 'hidden' })
  })

  test('shows the last good version of every email while one that no step names has a mistake', async () => {
    const page = await openPage('#place=learn/welcome&view=desktop')
    change('emails/spring.md', 'Hello.', '{{ lead.shoeSize }}')
    await page.getByText('No form asks for shoeSize.').waitFor()
    await page.locator('#list').getByText('Spring dates').click()
    await pane(page, 'Desktop, 640 pixels').getByText('Hello.').waitFor()
    expect(await page.locator('#problems-title').textContent()).toBe(
      '1 mistake in the campaign. Below is the last version without any.',
    )
  })

  test('begins with the mistakes where nothing has compiled yet, and goes on once it has', async () => {
    const given = await serveFolder({ 'campaign.yaml': 'name: fernhill\n' })
    const page = await browser.newPage()
    open.push(given, page)
    await page.goto(given.server.url)
    await page.getByText('postalAddress: is missing.').waitFor()
    await page.getByText('There is no email to show yet.').waitFor()
    given.folder.write('campaign.yaml', readFileSync(join(served.folder.path, 'campaign.yaml'), 'utf8'))
    await page.locator('#shown:not([hidden])').waitFor()
    await page.locator('#problems').waitFor({ state: 'hidden' })
  })

  test('shows advice with the email that it is on, and quietly what is on all; neither is a mistake', async () => {
    const page = await openPage('#place=learn/welcome&view=phone')
    expect(await page.locator('#advice, #email-advice').filter({ visible: true }).count()).toBe(0)
    change('emails/talk-to-us.md', 'Twenty minutes', 'Act now, twenty minutes')
    change('emails/partials/signature.md', 'Warm regards', 'Warm regards!!!')
    await page.getByText('One thing could be better in what emails share').click()
    expect(await page.locator('#advice-list').textContent()).toBe(
      'emails/partials/signature.md:1"!!!" reads as shouting, and spam filters penalise it. One is enough.',
    )
    expect(await page.locator('#email-advice').isVisible()).toBe(false)
    const entry = page.locator('#list .entry', { hasText: 'Act now' })
    await entry.getByText('one thing could be better').click()
    await page.locator('#email-advice').waitFor()
    expect(await page.locator('#email-advice-list').textContent()).toBe(
      'line 2"Act now" counts as a sign of spam: it pressures readers; say until when and why instead. Say it in your own words.',
    )
    expect(await page.locator('#list .hint').count()).toBe(1)
    expect(await page.locator('#problems').isVisible()).toBe(false)
  })

  test('marks the link that the email wants clicked', async () => {
    const page = await openPage('#place=learn/early&view=text')
    expect(
      await page.locator('#links li', { hasText: 'the goal' }).locator('.url').allTextContents(),
    ).toEqual(['https://www.example.com/book-a-call'])
  })

  test('is walked through with the keyboard', async () => {
    const page = await openPage()
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
    const page = await openPage('#place=learn/welcome&view=desktop')
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

  test('has nothing that axe finds wrong, in light and dark colours at 1440 and at 375 pixels', async () => {
    const page = await openPage('#place=learn/early&view=all')
    await page.locator('.is-loaded').first().waitFor()
    const expectSound = async (): Promise<void> => {
      for (const width of [1440, 375]) {
        await page.setViewportSize({ width, height: 900 })
        if (width === 375) await page.click('#toggle')
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          expect({ width, colorScheme, wrong: await violationsOn(page) }).toEqual({
            width,
            colorScheme,
            wrong: [],
          })
        }
        if (width === 375) await page.click('#toggle')
      }
    }
    change('emails/talk-to-us.md', 'Twenty minutes', 'Act now, twenty minutes')
    change('emails/partials/signature.md', 'Warm regards', 'Warm regards!!!')
    await page.locator('#advice summary').click()
    await page.locator('#email-advice').waitFor()
    await expectSound()
    change('campaign.yaml', 'minimumGapHours', 'minimumGapHour')
    await page.locator('#problems').waitFor()
    await page.getByText('Text', { exact: true }).click()
    await page.locator('pre.text').waitFor()
    await expectSound()
  })

  test('does not scroll sideways at 375 pixels, in any view', async () => {
    const page = await openPage('#place=learn/welcome&lead=long&view=all', {
      viewport: { width: 375, height: 800 },
    })
    await page.click('#toggle')
    for (const [view, label] of [['all'], ['phone', 'Phone'], ['text', 'Text']] as const) {
      if (label !== undefined) await page.getByText(label, { exact: true }).first().click()
      await page
        .locator(view === 'text' ? 'pre.text' : '.is-loaded')
        .first()
        .waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect({ view, wide }).toEqual({ view, wide: 375 })
    }
  })

  test('answers to no name but its own, and with no script for an email’s document', async () => {
    const { server } = served
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
