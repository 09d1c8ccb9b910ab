import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { html } from '../../web/html.ts'
import { hasBrowser, startWebsite } from '../support/browser.ts'
import { type Embedding, fillIn, focused, htmlPage, startEmbedding } from '../support/embedding.ts'
import { monday } from '../support/leads.ts'

let embedding: Embedding

beforeAll(async () => {
  if (hasBrowser)
    embedding = await startEmbedding({
      'forms/newsletter.yaml': {
        'title: One more step': 'redirect: https://www.example.com/digest',
        '\n  text: We have sent you an email with one button. Press it, and the digest is yours.': '',
      },
    })
})
afterEach(() => embedding?.endTest())
afterAll(() => embedding?.close())

describe.runIf(hasBrowser)('the snippet', () => {
  test('draws, sends and thanks under a content policy that allows nothing but the API, without a cookie', async () => {
    const page = await embedding.openPage(embedding.putStrict('/strict'))
    await fillIn(page, 'strict@example.com')
    await page.locator('select').selectOption('Student')
    // The sheet is in force: a field is as wide as its form.
    const widths = await page
      .locator('form, [name=email]')
      .evaluateAll((elements) => elements.map((element) => element.clientWidth))
    expect((widths[0] ?? 0) - (widths[1] ?? 0)).toBeLessThan(4)
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await page.locator('[role=status]').textContent()).toContain('on its way to your inbox')
    expect(await focused(page)).toBe('div.')
    expect(await embedding.leadOf('strict@example.com')).toMatchObject({
      form: 'guide',
      profile: { firstName: 'Ada', occupation: 'Student' },
      source: 'direct',
      timeZone: expect.stringMatching(/^[A-Z]/),
      language: 'en-US',
      consent: { page: `${embedding.site.url}/strict` },
    })
    expect(await page.context().cookies()).toEqual([])
    expect(embedding.errors).toEqual([])
  })

  test('shows what is wrong at each field and in a list that leads there, and keeps what was typed', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form`)
    await page.locator('[name=firstName]').fill('Ada')
    await page.getByRole('button').click()
    expect(await focused(page)).toBe('div.problem')
    expect(await page.locator('.problem a').allTextContents()).toEqual([
      'Email: Please fill out this field.',
      'Please check this box if you want to proceed.',
    ])
    await page.locator('.problem a').first().press('Enter')
    expect(await focused(page)).toBe('email')

    // What only the API knows comes back as a problem and is shown in the same way.
    await fillIn(page, 'ada@localhost')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    const email = page.locator('[name=email][aria-invalid=true]')
    await email.waitFor()
    await page.waitForFunction(
      () => document.querySelector('ripen-form')?.shadowRoot?.activeElement?.className === 'problem',
    )
    const message = await page.locator('#email-error').textContent()
    expect(message).toMatch(/^Email: \S/)
    expect(await email.getAttribute('aria-describedby')).toBe('email-error')
    expect(await page.locator('.problem a').allTextContents()).toEqual([message])
    expect(await page.locator('[name=firstName]').inputValue()).toBe('Ada')
    expect(await page.locator('[name=consent]').isChecked()).toBe(true)

    await page.locator('[name=email]').fill('mended@example.com')
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await embedding.leadOf('mended@example.com')).toBeDefined()
  })

  test('works by keyboard alone, and the trap is not met on the way', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form`)
    await page.locator('[name=email]').waitFor()
    const met: string[] = []
    const type: Record<string, string> = { email: 'keys@example.com', occupation: 'S', consent: 'Space' }
    while (met.at(-1) !== 'button.') {
      await page.keyboard.press('Tab')
      met.push(await focused(page))
      const text = type[met.at(-1) ?? '']
      if (text === 'Space') await page.keyboard.press('Space')
      else if (text) await page.keyboard.type(text)
    }
    expect(met).toEqual(['email', 'firstName', 'occupation', 'specialization', 'city', 'consent', 'button.'])
    await embedding.passSeconds(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await embedding.leadOf('keys@example.com')).toMatchObject({ profile: { occupation: 'Student' } })
    const spoken = await page.locator('body').ariaSnapshot()
    expect(spoken).not.toContain('Leave this empty')
  })

  test('waits until a person could have filled it in, and takes two presses for one', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form`)
    const posts: Request[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request))
    await page.clock.pauseAt(monday + 60_000)
    await page.reload()
    await fillIn(page, 'quick@example.com')
    const button = page.getByRole('button')
    await button.click()
    // By hand: Playwright would wait for a button that says it is at work.
    await button.dispatchEvent('click')
    await page.getByText('Sending').waitFor()
    await page.clock.runFor(1900)
    expect(posts).toHaveLength(0)
    await embedding.passSecondsHere(3)
    await page.clock.runFor(1000)
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(posts).toHaveLength(1)
    expect((await embedding.leads()).filter(({ email }) => email === 'quick@example.com')).toHaveLength(1)
  })

  test('keeps what was typed when the network fails, and the next press is the same submission', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form`)
    await fillIn(page, 'train@example.com')
    await embedding.passSeconds(page)
    // The first post arrives, but its answer is lost.
    await page.route('**/submissions', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button').click()
    await page.getByText('could not be sent').waitFor()
    expect(await page.locator('[name=email]').inputValue()).toBe('train@example.com')
    await page.unroute('**/submissions')
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect((await embedding.leads()).filter(({ email }) => email === 'train@example.com')).toHaveLength(1)
  })

  test('asks for another token when the page was open too long', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form`)
    await fillIn(page, 'late@example.com')
    await embedding.passSeconds(page, 25 * 3600)
    await page.clock.pauseAt(monday + 26 * 3_600_000)
    const fetched = page.waitForResponse('**/token')
    await page.getByRole('button').click()
    await fetched
    await embedding.passSecondsHere(3)
    await page.clock.runFor(5000)
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await embedding.leadOf('late@example.com')).toBeDefined()
  })

  test('leads to the page that the form names, or to one that it allows', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag('data-form="newsletter"')))
    embedding.site.put(
      '/allowed',
      htmlPage(embedding.scriptTag('data-form="guide" data-redirect="https://www.example.com/thanks/you"')),
    )
    for (const [path, target] of [
      ['/form', 'https://www.example.com/digest'],
      ['/allowed', 'https://www.example.com/thanks/you'],
    ]) {
      const page = await embedding.openPage(`${embedding.site.url}${path}`)
      await page.route('https://www.example.com/**', (route) => route.fulfill({ body: 'thanks' }))
      await fillIn(page, 'onward@example.com')
      await embedding.passSeconds(page)
      await page.getByRole('button').click()
      await page.waitForURL(target ?? '')
    }
  })

  test('does not lose a lead over a time zone or language that the API does not know', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(`${embedding.site.url}/form?utm_source=fair`)
    await page.evaluate(() => Object.defineProperty(navigator, 'language', { value: 'en_US@posix' }))
    await fillIn(page, 'odd@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    const lead = await embedding.leadOf('odd@example.com')
    expect(lead).toMatchObject({ source: 'fair' })
    expect(lead?.language).toBeUndefined()
  })

  test.each([
    ['as the snippet draws it', () => embedding.putStrict('/strict')],
    ['on its own page', () => `${embedding.pipeline.url}/forms/guide`],
  ])('does the work that a token asks for, once the visitor begins, %s', async (_, url) => {
    const secret = { deriveKey, hmacSignatureSecret: 'secret', hmacKeySignatureSecret: 'key secret' }
    const challenge = await createChallenge({
      ...secret,
      algorithm: 'PBKDF2/SHA-256',
      cost: 50,
      counter: 100,
      data: { form: 'guide' },
    })
    const page = await embedding.openPage('about:blank')
    await page.route('**/token', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), challenge } })
    })
    await page.route('**/forms/guide', async (route) => {
      const response = await route.fetch()
      const told = html`${JSON.stringify({ challenge })}`.toString().slice(1, -1)
      await route.fulfill({
        response,
        body: (await response.text()).replace('data-token="{', `data-token="{${told},`),
      })
    })
    await page.goto(url())
    await fillIn(page, 'worked@example.com')
    await embedding.passSeconds(page)
    const [post] = await Promise.all([
      page.waitForRequest('**/submissions'),
      page.getByRole('button').click(),
    ])
    const sent = new URLSearchParams(post.postData() ?? '').get('altcha') ?? ''
    const { solution, challenge: told } = JSON.parse(Buffer.from(sent, 'base64').toString())
    expect(told).toEqual(challenge)
    expect(await verifySolution({ ...secret, challenge, solution })).toMatchObject({ verified: true })
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(embedding.errors).toEqual([])
  })

  test('puts a link to the form’s own page where a site is not on the form’s list', async () => {
    const other = await startWebsite()
    other.put('/', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(other.url)
    const link = page.getByRole('link', { name: 'Open the form' })
    expect(await link.getAttribute('href')).toBe(`${embedding.pipeline.url}/forms/guide`)
    await other.close()
  })

  test('takes hidden fields from its own attributes and tells the page what happened', async () => {
    embedding.site.put(
      '/form',
      htmlPage(
        `<p id="heard"></p>${embedding.scriptTag('data-form="guide" data-visits="7" data-minutes-on-site="3" data-source="Fair"')}`,
      ),
    )
    const page = await embedding.openPage('about:blank')
    await page.addInitScript(() => {
      for (const name of ['drawn', 'refused', 'failed', 'sent'])
        addEventListener(`ripen-${name}`, (event) => {
          const heard = document.querySelector('#heard')
          if (heard && event instanceof CustomEvent) heard.textContent += `${name}:${event.detail.form} `
        })
    })
    await page.goto(`${embedding.site.url}/form`)
    await fillIn(page, 'heard@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await page.locator('#heard').textContent()).toBe('drawn:guide sent:guide ')
    expect(await embedding.leadOf('heard@example.com')).toMatchObject({
      profile: { visits: '7', minutesOnSite: '3' },
      source: 'Fair',
    })
  })
})

describe.runIf(hasBrowser)('how the visitor came', () => {
  test('is known on a later page and at a later visit, and the browser keeps nothing that was typed', async () => {
    embedding.site.put('/landing', htmlPage(`${embedding.scriptTag('')}<a href="/later">On</a>`))
    embedding.site.put('/later', htmlPage(embedding.scriptTag()))
    const news = await startWebsite()
    news.put(
      '/',
      htmlPage(
        `<a href="${embedding.site.url}/landing?utm_source=news&utm_campaign=spring&gclid=g1&email=x">Read</a>`,
      ),
    )
    const page = await embedding.openPage(news.url)
    await page.getByText('Read').click()
    await page.getByText('On').click()
    await page.goto(`${embedding.site.url}/later?utm_source=mail&utm_term=${'t'.repeat(600)}`)
    await fillIn(page, 'came@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await embedding.leadOf('came@example.com')).toMatchObject({
      source: 'news',
      attribution: {
        first: {
          utm_source: 'news',
          utm_campaign: 'spring',
          gclid: 'g1',
          referrer: `${news.url}/`,
          landing_page: `${embedding.site.url}/landing`,
        },
        last: { utm_source: 'mail', utm_term: 't'.repeat(500), landing_page: `${embedding.site.url}/later` },
      },
    })
    const stored = await page.evaluate(() => JSON.stringify(localStorage))
    expect(JSON.parse(JSON.parse(stored).ripen).answered.sort()).toEqual(['consent', 'email', 'firstName'])
    for (const typed of ['came@example.com', 'Ada', 'email=x']) expect(stored).not.toContain(typed)
    await news.close()
  })

  test('is known on this page where the browser forbids storage', async () => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage('about:blank')
    await page.addInitScript(() =>
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new DOMException('forbidden', 'SecurityError')
        },
      }),
    )
    await page.goto(`${embedding.site.url}/form?utm_source=fair`)
    await fillIn(page, 'private@example.com')
    await embedding.passSeconds(page)
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    expect(await embedding.leadOf('private@example.com')).toMatchObject({ source: 'fair' })
    expect(embedding.errors).toEqual([])
  })
})

describe.runIf(hasBrowser)('progressive fields', () => {
  test.each([
    ['the snippet', () => `${embedding.site.url}/form`, 'ripen-form'],
    ['the page of its own', () => `${embedding.pipeline.url}/forms/guide`, '.ask'],
  ])('of %s come two at a time, and none twice once answered', async (_, url) => {
    embedding.site.put('/form', htmlPage(embedding.scriptTag()))
    const page = await embedding.openPage(url())
    const asked = async () => {
      await page.locator('[name=consent]').waitFor()
      const names = ['specialization', 'city', 'country', 'phone']
      const visible = await Promise.all(names.map((name) => page.locator(`[name=${name}]`).isVisible()))
      return names.filter((__, index) => visible[index])
    }
    const rounds: string[][] = []
    for (const answer of ['city', 'specialization', 'country']) {
      rounds.push(await asked())
      await fillIn(page, 'known@example.com')
      await page.locator(`[name=${answer}]`).fill('Leeds')
      await embedding.passSeconds(page)
      await page.getByRole('button').click()
      await page.getByRole('heading', { name: 'Thank you' }).waitFor()
      await page.goto(url())
    }
    rounds.push(await asked())
    expect(rounds).toEqual([
      ['specialization', 'city'],
      ['specialization', 'country'],
      ['country', 'phone'],
      ['phone'],
    ])
  })
})
