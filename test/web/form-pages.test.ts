import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, violationsOn } from '../support/browser.ts'
import { type Embedding, fillIn, focused, htmlPage, startEmbedding } from '../support/embedding.ts'
import { monday } from '../support/leads.ts'

let embedding: Embedding

beforeAll(async () => {
  if (hasBrowser) embedding = await startEmbedding()
})
afterEach(() => embedding?.endTest())
afterAll(() => embedding?.close())

/** Written by hand, without a token, as a site that knows nothing of tokens has it. */
const plainForm = (
  attributes = '',
) => `<form method="post" action="${embedding.pipeline.url}/forms/guide/submissions"${attributes}>
<label>Email <input name="email" autocomplete="email"></label>
<label>First name <input name="firstName"></label>
<label><input type="checkbox" name="consent" value="yes"> I agree</label>
<input type="hidden" name="first_utm_source" value="fair"><input type="hidden" name="gclid" value="abc">
<button>Send</button></form>`

const thanks = (page: Page) => page.getByRole('heading', { name: 'Thank you', exact: true }).waitFor()
const hostedPage = (form = 'guide') => `${embedding.pipeline.url}/forms/${form}`

describe.runIf(hasBrowser)('with JavaScript off', () => {
  const withoutScript = { javaScriptEnabled: false }

  test('the page of a form asks all its fields, shows what to correct, keeps the rest, and ends on a page of thanks', async () => {
    const page = await embedding.openPage(hostedPage(), withoutScript)
    for (const name of ['specialization', 'city', 'country', 'phone'])
      expect(await page.locator(`[name=${name}]`).isVisible()).toBe(true)
    await fillIn(page, 'ada@localhost')
    await page.locator('[name=city]').fill('Leeds <b>"')
    await embedding.passSecondsHere(3)
    await page.getByRole('button').click()
    expect(await page.title()).toBe('Please look again: How to choose a data course: the guide')
    expect(await page.locator('.problem a').getAttribute('href')).toBe('#f-email')
    const email = page.locator('[name=email]')
    expect(await email.getAttribute('aria-invalid')).toBe('true')
    expect(await email.getAttribute('aria-describedby')).toBe('e-email')
    expect(await email.inputValue()).toBe('ada@localhost')
    expect(await page.locator('[name=city]').inputValue()).toBe('Leeds <b>"')
    expect(await page.locator('[name=consent]').isChecked()).toBe(true)
    await email.fill('scriptless@example.com')
    await page.getByRole('button').click()
    expect(page.url()).toBe(`${hostedPage()}/thanks`)
    await thanks(page)
    expect(await embedding.leadOf('scriptless@example.com')).toMatchObject({
      profile: { firstName: 'Ada', city: 'Leeds <b>"' },
    })
  })

  test('a plain form of another site needs one more press, and loses nothing on the way', async () => {
    embedding.site.put('/plain', htmlPage(plainForm()))
    const page = await embedding.openPage(`${embedding.site.url}/plain`, withoutScript)
    await fillIn(page, 'plain@example.com')
    await page.getByRole('button').click()
    expect(await page.locator('.problem').textContent()).toBe(
      'This page has expired. Please press the button again; what you typed is still here.',
    )
    expect(await embedding.leadOf('plain@example.com')).toBeUndefined()
    await page.getByRole('button').click()
    await thanks(page)
    expect(await embedding.leadOf('plain@example.com')).toMatchObject({
      profile: { firstName: 'Ada' },
      source: 'fair',
      attribution: { first: { utm_source: 'fair' }, last: { gclid: 'abc' } },
    })
  })

  test('a plain form whose site fills in nonsense is mended by the second press', async () => {
    embedding.site.put(
      '/odd',
      htmlPage(plainForm().replace('<button>', '<input type="hidden" name="timeZone" value="Mars"><button>')),
    )
    const page = await embedding.openPage(`${embedding.site.url}/odd`, withoutScript)
    await fillIn(page, 'mars@example.com')
    for (let press = 0; press < 2; press += 1) await page.getByRole('button').click()
    await thanks(page)
    expect((await embedding.leadOf('mars@example.com'))?.timeZone).toBeUndefined()
  })

  test('the page of a form works by keyboard alone', async () => {
    const page = await embedding.openPage(hostedPage('newsletter'), withoutScript)
    await page.keyboard.press('Tab')
    await page.keyboard.type('keys-plain@example.com')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await embedding.passSecondsHere(3)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    expect(await embedding.leadOf('keys-plain@example.com')).toMatchObject({ form: 'newsletter' })
  })
})

describe.runIf(hasBrowser)('with the script', () => {
  test('the page of a form tells how its visitor came, where and in which language', async () => {
    const page = await embedding.openPage(`${hostedPage()}?utm_source=poster`)
    await fillIn(page, 'poster@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await thanks(page)
    expect(await embedding.leadOf('poster@example.com')).toMatchObject({
      source: 'poster',
      language: 'en-US',
      timeZone: expect.stringMatching(/^[A-Z]/),
      consent: { page: hostedPage() },
    })
    expect(embedding.errors).toEqual([])
  })

  test('the page of a form waits until a person could have filled it in', async () => {
    const page = await embedding.openPage(hostedPage())
    await page.clock.pauseAt(monday + 60_000)
    await page.reload()
    await fillIn(page, 'waits@example.com')
    let posts = 0
    page.on('request', (request) => {
      if (request.method() === 'POST') posts += 1
    })
    await page.getByRole('button').click()
    await page.clock.runFor(1900)
    expect(posts).toBe(0)
    await embedding.passSecondsHere(3)
    await page.clock.runFor(1000)
    await thanks(page)
    expect(posts).toBe(1)
    expect(await embedding.leadOf('waits@example.com')).toBeDefined()
  })

  test('a page that is shown again has the focus on what to correct, and keeps what the first page knew', async () => {
    embedding.site.put('/plain', htmlPage(plainForm()))
    const page = await embedding.openPage(`${embedding.site.url}/plain`)
    await fillIn(page, 'ada@localhost')
    await page.getByRole('button').click()
    await page.locator('.problem').waitFor()
    expect(await focused(page)).toBe('div.problem')
    await page.locator('[name=email]').fill('kept@example.com')
    await page.getByRole('button').click()
    await thanks(page)
    expect(await embedding.leadOf('kept@example.com')).toMatchObject({
      source: 'fair',
      attribution: { first: { utm_source: 'fair' }, last: { gclid: 'abc' } },
    })
  })

  test('a plain form of a listed site needs one press, and is helped with what a person cannot know', async () => {
    embedding.site.put(
      '/helped',
      htmlPage(`${plainForm(' data-ripen="guide" data-source="Fair"')}${embedding.scriptTag('')}`),
    )
    const page = await embedding.openPage(`${embedding.site.url}/helped?utm_medium=stand`)
    await page.locator('[data-ripen-ready]').waitFor()
    await fillIn(page, 'helped@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await thanks(page)
    expect(await embedding.leadOf('helped@example.com')).toMatchObject({
      source: 'Fair',
      attribution: { first: { utm_source: 'fair', utm_medium: 'stand' }, last: { gclid: 'abc' } },
      consent: { page: `${embedding.site.url}/helped` },
    })
    expect(await page.context().cookies()).toEqual([])
    expect(embedding.errors).toEqual([])
  })
})

/** Where pictures of the pages go, for whoever wants to look at them. */
const pictures = process.env.RIPEN_PICTURES

/** What axe finds wrong, in either colours of the browser. */
const look = async (page: Page, name: string): Promise<string[]> => {
  const wrong: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    if (pictures) {
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true })
    }
    for (const violation of await violationsOn(page)) wrong.push(`${colorScheme}: ${violation}`)
  }
  return wrong
}

describe.runIf(hasBrowser)('axe finds nothing wrong, in light and in dark colours,', () => {
  const show = (url: string, width = 1000) => embedding.openPage(url, { viewport: { width, height: 800 } })

  test.each([1000, 320])(
    'with the page of a form, its errors and its thanks, %i pixels wide',
    async (width) => {
      const page = await show(hostedPage(), width)
      expect(await look(page, `page-${width}`)).toEqual([])
      await fillIn(page, 'ada@localhost')
      await embedding.passSeconds(page)
      await page.getByRole('button').click()
      await page.locator('.problem').waitFor()
      expect(await look(page, `errors-${width}`)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      await page.locator('[name=email]').fill('looked@example.com')
      await page.getByRole('button').click()
      await thanks(page)
      expect(await look(page, `thanks-${width}`)).toEqual([])
    },
  )

  test('with the pages that links in emails lead to', async () => {
    const { pipeline } = embedding
    const email = 'links@example.com'
    const form = await show(hostedPage('newsletter'))
    await fillIn(form, email)
    await embedding.passSeconds(form)
    await form.getByRole('button').click()
    await form.getByRole('heading', { name: 'One more step' }).waitFor()
    await embedding.passSecondsHere(600)
    const linkOf = (kind: string): string =>
      pipeline.ses
        .inbox()
        .filter(({ to }) => to === email)
        .map(({ text }) => new RegExp(`${pipeline.url}/${kind}/[\\w.-]+`).exec(text)?.[0] ?? '')
        .findLast((link) => link !== '') ?? ''
    const confirm = await show(linkOf('confirm'))
    expect(await look(confirm, 'confirm')).toEqual([])
    await confirm.getByRole('button').click()
    await confirm.getByRole('heading', { name: 'confirmed' }).waitFor()
    expect(await look(confirm, 'confirmed')).toEqual([])
    await embedding.passSecondsHere(7 * 86_400)
    const unsubscribe = await show(linkOf('preferences'))
    expect(await look(unsubscribe, 'unsubscribe')).toEqual([])
    await unsubscribe.getByRole('button', { name: 'Pause for 60 days' }).click()
    await unsubscribe.getByRole('heading', { name: 'Our emails are paused' }).waitFor()
    expect(await look(unsubscribe, 'paused')).toEqual([])
    await unsubscribe.getByRole('button', { name: 'Start again now' }).click()
    await unsubscribe.getByRole('heading', { name: 'Our emails continue' }).waitFor()
    await unsubscribe.goto(linkOf('preferences'))
    await unsubscribe.getByRole('button', { name: 'Unsubscribe' }).click()
    await unsubscribe.getByRole('heading', { name: 'unsubscribed' }).waitFor()
    expect(await look(unsubscribe, 'unsubscribed')).toEqual([])
    const broken = await show(`${pipeline.url}/preferences/broken`)
    expect(await look(broken, 'broken')).toEqual([])
  })

  test.each([
    // The canvas is named because axe takes it for white otherwise.
    [
      'a page in the browser’s own colours',
      '<style>:root{color-scheme:light dark;background:Canvas;color:CanvasText}</style>',
    ],
    [
      'a page that colours itself',
      `<style>body{font:1.2rem Georgia,serif;background:#fff8e7;color:#222;max-width:30rem;margin:2rem auto}
      @media (prefers-color-scheme:dark){body{background:#1b1b2f;color:#eee}}</style>`,
    ],
  ])('with the snippet on %s', async (kind, head) => {
    embedding.site.put('/', htmlPage(embedding.scriptTag(), head))
    const page = await show(embedding.site.url)
    await page.locator('[name=email]').waitFor()
    const name = kind.split(' ').at(-1)
    expect(await look(page, `snippet-${name}`)).toEqual([])
    await page.getByRole('button').click()
    await page.locator('.problem').waitFor()
    expect(await look(page, `snippet-errors-${name}`)).toEqual([])
    await fillIn(page, 'looked@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await thanks(page)
    expect(await look(page, `snippet-thanks-${name}`)).toEqual([])
  })
})
