import { expect, test } from 'vitest'
import { reportEmail } from '../../shared/flows/report/report-email.ts'
import { makeReport } from '../../shared/flows/report/report-figures.ts'
import { hasBrowser, launchBrowser } from '../support/browser.ts'
import { campaign, emailStep, sequence } from '../support/leads.ts'

const identity = {
  name: 'Test',
  senderName: 'Test',
  postalAddress: '1 Test Street, Testville',
  sales: { email: 'sales@example.com' },
  report: { email: 'marketing@example.com' },
}

test.runIf(hasBrowser)(
  'the report’s email fits a screen of 320 pixels, with long names and large counts',
  async () => {
    const step = 'what-a-really-long-winded-step-is-called'
    const variants = ['the-first-of-two-variants', 'the-second-of-two-variants'].map((id) => ({
      id,
      email: id,
      weight: 1,
    }))
    const plan = {
      ...campaign,
      holdOutPercent: 10,
      sequences: { learn: sequence('learn', [emailStep(step, { variants }), emailStep('second')]) },
    }
    const counts = new Map([
      ['source|A newsletter of someone else, by way of a partner|captured', 123_456],
      ['sequence|learn|enrolled', 123_456],
      [`step|learn|${step}|sent`, 123_456],
      [`step|learn|${step}|delivered`, 122_000],
      [`step|learn|${step}|responded`, 12_345],
      [`step|learn|${step}|goal`, 2345],
      [`skipped|learn|${step}|late`, 12],
      ['branch|learn|interest|warm', 4],
    ])
    const tests = variants.flatMap(({ id }) => [
      { day: '2026-01-05', metric: `variant|learn|${step}|${id}|sent`, count: 61_728 },
      { day: '2026-01-05', metric: `variant|learn|${step}|${id}|delivered`, count: 61_000 },
      { day: '2026-01-05', metric: `variant|learn|${step}|${id}|clicked`, count: 6172 },
    ])
    const { html } = reportEmail(makeReport(plan, counts, tests, '2026-03-02', '2026-03-09'), identity)
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage({ viewport: { width: 320, height: 800 } })
      await page.setContent(html)
      if (process.env.RIPEN_PICTURES)
        await page.screenshot({ path: `${process.env.RIPEN_PICTURES}/report-320.png`, fullPage: true })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
      expect(await page.locator('body').textContent()).toContain('12345 (10.1 %) clicked')
    } finally {
      await browser.close()
    }
  },
)
