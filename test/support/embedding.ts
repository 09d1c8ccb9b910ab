/** The pipeline, a website on another origin that embeds its forms, and a visitor with a real browser. */
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { synthesiseChanged } from './assembly.ts'
import { launchBrowser, startWebsite, type TestBrowser, type Website } from './browser.ts'
import { monday } from './leads.ts'

type Item = Readonly<Record<string, unknown>>

export class Embedding {
  readonly pipeline: Pipeline
  readonly browser: TestBrowser
  readonly site: Website
  /** What the pages complained of in this test. */
  errors: string[] = []
  #contexts: BrowserContext[] = []

  constructor(pipeline: Pipeline, browser: TestBrowser, site: Website) {
    this.pipeline = pipeline
    this.browser = browser
    this.site = site
  }

  /** As a site writes it, with more attributes. */
  scriptTag(attributes = 'data-form="guide"'): string {
    return `<script src="${this.pipeline.url}/embed.js" ${attributes} async></script>`
  }

  /** Serves a page with the snippet that may load, ask and post to nothing but the API, and styles nothing inline. */
  putStrict(path: string): string {
    const { url } = this.pipeline
    this.site.put(path, htmlPage(this.scriptTag()), {
      'content-security-policy': `default-src 'none'; script-src ${url}; connect-src ${url}; form-action ${url}`,
    })
    return `${this.site.url}${path}`
  }

  /** In a browser of its own, whose clock begins on a Monday and flows. */
  async openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext(options)
    this.#contexts.push(context)
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => this.errors.push(message))
    page.on('console', (message) => {
      // A refused form is an answer of 422, which the browser reports as an error of the page; and nobody draws icons here.
      const isExpected = message.text().includes('status of 422') || message.location().url.endsWith('.ico')
      if (message.type() === 'error' && !isExpected) this.errors.push(message.text())
    })
    if (options.javaScriptEnabled !== false) await page.clock.install({ time: monday })
    await page.goto(url)
    return page
  }

  /** The same time passes for the visitor and for the pipeline. */
  async passSeconds(page: Page, seconds = 3): Promise<void> {
    await this.passSecondsHere(seconds)
    await page.clock.fastForward(seconds * 1000)
  }

  async passSecondsHere(seconds: number): Promise<void> {
    await this.pipeline.clock.advanceTo(this.pipeline.clock.nowMs() + seconds * 1000)
  }

  async leads(): Promise<Item[]> {
    return (await this.pipeline.table.scan()).filter(({ sk }) => String(sk).startsWith('FACT#CAPTURED'))
  }

  async leadOf(email: string): Promise<Item | undefined> {
    return (await this.leads()).find((fact) => fact.email === email)
  }

  async endTest(): Promise<void> {
    this.errors = []
    for (const context of this.#contexts.splice(0)) await context.close()
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.pipeline.close()
    await this.site.close()
  }
}

/** The sample campaign, whose forms trust the website; the newsletter leads to a page of it afterwards. */
export const startEmbedding = async (
  more: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<Embedding> => {
  const site = await startWebsite()
  const origins = { 'origins: [https://www.example.com]': `origins: ['${site.url}']` }
  const { assembly } = await synthesiseChanged({
    'forms/guide.yaml': { ...origins, ...more['forms/guide.yaml'] },
    'forms/newsletter.yaml': { ...origins, ...more['forms/newsletter.yaml'] },
  })
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'embed',
  })
  return new Embedding(pipeline, await launchBrowser(), site)
}

export const htmlPage = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><title>Courses</title><meta name="viewport" content="width=device-width">${head}</head><body><main><h1>Courses</h1>${body}</main></body></html>`

export const fillIn = async (page: Page, email: string): Promise<void> => {
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=firstName]').fill('Ada')
  await page.locator('[name=consent]').check()
}

/** What has the focus, through shadows: its name, or else its tag and class. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element?.getAttribute('name') ?? `${element?.localName}.${element?.className}`
  })
