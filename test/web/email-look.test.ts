import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { fold } from '../../shared/domain/fold.ts'
import { renderEmail } from '../../shared/flows/nurture/render-email.ts'
import { hasBrowser, launchBrowser, type TestBrowser, violationsOn } from '../support/browser.ts'
import { campaignWith, emailOf } from '../support/campaign-folder.ts'
import { captured, monday } from '../support/leads.ts'

/** Everything that Markdown makes, some of it too wide for a telephone. */
const everything = `# A heading that is long enough to stand on two lines of a telephone

Hello {{ lead.firstName | default: "there" }}, *this* and **that**, ~~not this~~, \`SELECT 1\` and a
[link](https://www.example.com/link): https://www.example.com/an/address/that/is/longer/than/a/telephone/is/wide/and-goes-on.

![A chart, twice as wide as the email](https://www.example.com/chart.png)

## Lists

- one
  - in one
- two

1. first
2. second

> Quoted, with a [link](https://www.example.com/link).

### A table

| month | orders | remark                            |
|-------|--------|-----------------------------------|
| March | 40     | Before the new page, on both days |

---

    SELECT month, count(*) FROM orders WHERE page = 'old' GROUP BY month ORDER BY month`

/** A picture of 1,200 by 600 pixels. */
const wide =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600"><rect width="1200" height="600" fill="#789"/></svg>'

/** Where somebody wants to look at what was looked at: EMAIL_PICTURES=folder. */
const pictures = process.env.EMAIL_PICTURES

describe.runIf(hasBrowser)('an email', () => {
  let browser: TestBrowser
  let campaign: CompiledCampaign

  beforeAll(async () => {
    browser = await launchBrowser()
    const logo = 'logo: { image: "https://www.example.com/logo.png", alt: Fernhill Academy }'
    campaign = await compileCampaign(
      campaignWith({
        'emails/everything.md': emailOf(everything),
        'theme/theme.yaml': (text) => `${text}\n${logo}\n`,
      }),
    )
    const plain = await compileCampaign(campaignWith({}))
    campaign = { ...campaign, emails: { ...campaign.emails, ...plain.emails } }
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
  })
  afterAll(async () => {
    await browser?.close()
  })

  const render = async (id: string): Promise<string> => {
    const state = fold('lead', [captured({ profile: { firstName: 'Ada' } })], campaign.plan, monday)
    const purpose = id === 'confirm' ? 'confirmation' : 'marketing'
    const touch = { enrolment: 'learn-1', step: id, email: id, purpose, dueAtMs: monday } as const
    const context = { ...campaign, publicUrl: 'https://api.example.com', linkKey: 'key-of-a-test' }
    return (await renderEmail('lead-1', state, touch, monday, context)).html
  }

  test('is readable at 320 and at 640 pixels, in the light and in the dark, without anything too wide', async () => {
    const page = await browser.newPage()
    await page.route('https://www.example.com/*.png', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body: wide }),
    )
    for (const id of Object.keys(campaign.emails)) {
      const html = await render(id)
      await page.setContent(html)
      const heights: number[] = []
      for (const [width, colorScheme] of looks) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        const { height, ...found }: { height: number; tooWide: string[]; silent: number } =
          await page.evaluate(`(${measure})(${(width + Math.min(width, 600)) / 2})`)
        const wrong = await violationsOn(page, ['wcag2a', 'wcag2aa'])
        expect({ id, width, colorScheme, ...found, wrong }).toEqual({
          id,
          width,
          colorScheme,
          tooWide: [],
          silent: 0,
          wrong: [],
        })
        heights.push(height)
        if (pictures !== undefined)
          await page.screenshot({ path: join(pictures, `${id}-${width}-${colorScheme}.png`), fullPage: true })
      }
      console.log(`${id}: ${Buffer.byteLength(html)} bytes, ${heights[0]} px high on a telephone`)
    }
  }, 300_000)

  test('is not tracked where it links to us, and says so once for each link', async () => {
    expect((await render('welcome')).match(/ses:no-track/g)).toHaveLength(1)
    expect(await render('welcome')).toMatch(
      /<a ses:no-track href="https:\/\/api\.example\.com\/preferences\//,
    )
    expect((await render('confirm')).match(/ses:no-track/g)).toHaveLength(1)
  })
})

/** In the page: what reaches beyond the email's right edge, shown or cut off. */
const measure = `(edge) => ({
  tooWide: [...document.querySelectorAll('body > div *')]
    .filter((element) => element.getBoundingClientRect().right > edge + 0.5)
    .map((element) => element.outerHTML.slice(0, 80)),
  height: document.body.scrollHeight,
  silent: [...document.images].filter((image) => !image.alt).length,
})`

const looks = [
  [320, 'light'],
  [320, 'dark'],
  [640, 'light'],
  [640, 'dark'],
] as const
