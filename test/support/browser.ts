/** A real Chromium for tests of pages, and a website on another port that embeds forms. */
import { existsSync, mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** On a machine of CI a missing browser is a failure, not a reason to leave the tests out. */
export const hasBrowser = existsSync(executablePath) || process.env.CI !== undefined
if (!hasBrowser)
  console.warn(
    `There is no ${executablePath}: the tests of pages are left out. Install Debian's chromium to run them.`,
  )

/** No test waits for so long; only a page that will never come does, however busy the machine is. */
const hangMs = 300_000

/** What one test file opens in a browser that it shares with others, and closes without closing the browser. */
export interface TestBrowser {
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>
  newPage(options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

/** Of this process, by their switches. They end with it. */
const browsers = new Map<string, Promise<Browser>>()

/** `more` are switches of Chromium's own. */
export const launchBrowser = async (more: readonly string[] = []): Promise<TestBrowser> => {
  const key = more.join(' ')
  const launching = browsers.get(key) ?? launch(more)
  browsers.set(key, launching)
  const browser = await launching
  const contexts: BrowserContext[] = []
  const newContext = async (options?: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(hangMs)
    contexts.push(context)
    return context
  }
  return {
    newContext,
    newPage: async (options) => (await newContext(options)).newPage(),
    close: async () => {
      for (const context of contexts.splice(0)) await context.close()
    },
  }
}

const launch = (more: readonly string[]): Promise<Browser> => {
  // Vitest ends its workers so. An exit kills the browser at once; by itself it would close in its own time, and write its
  // profile into a folder that is gone.
  process.once('SIGTERM', () => process.exit())
  return chromium.launch({
    executablePath,
    timeout: hangMs,
    handleSIGTERM: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--crash-dumps-dir=${mkdtempSync(join(tmpdir(), 'ripen-crash-'))}`,
      ...more,
    ],
  })
}

export interface Website {
  readonly url: string
  /** Serves `html` at `path` from now on. */
  put(path: string, html: string, headers?: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

/** A site of somebody's own: another origin than the API's. */
export const startWebsite = async (): Promise<Website> => {
  const pages = new Map<string, { html: string; headers: Readonly<Record<string, string>> }>()
  const server = createServer((request, response) => {
    const found = pages.get(new URL(request.url ?? '/', 'http://site').pathname)
    if (found) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...found.headers })
    else response.writeHead(404)
    response.end(found?.html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (path, html, headers = {}) => void pages.set(path, { html, headers }),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/**
 * What axe finds wrong, shadows included: rule, element and its own words, a line each. `standards` are axe's tags, such as
 * `wcag2aa`; without them its advice on pages counts too.
 */
export const violationsOn = async (page: Page, standards?: readonly string[]): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  // Frames have no axe of their own; asked all the same, it waits half a second for the answer of each that has none.
  const options = JSON.stringify({ iframes: false, ...(standards && { runOnly: standards }) })
  // What it finds right is twenty times as much, and would all be carried over.
  const violations: AxeResults['violations'] = await page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  )
}
