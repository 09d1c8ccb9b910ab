import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { captureBy, formOf } from '../../../cli/forecast/capture.ts'
import { linksOf } from '../../../cli/forecast/links.ts'
import { readPast } from '../../../cli/forecast/past.ts'
import type { LeadToPlay } from '../../../cli/forecast/play-lead.ts'
import { leadsOfFile, Refusals, readZoneShares, sampledLeads } from '../../../cli/forecast/population.ts'
import type { ForecastReport } from '../../../cli/forecast/report.ts'
import { forecastCommand } from '../../../cli/forecast/run.ts'
import { parseMappings } from '../../../cli/mapping.ts'
import { People } from '../../../cli/people/model.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../../shared/campaign/compiled/compiled.ts'
import { hasBrowser, launchBrowser, violationsOn } from '../../support/browser.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')
const sample = join(root, 'cli', 'demo', 'sample-leads.csv')
const folder = mkdtempSync(join(tmpdir(), 'ripen-forecast-'))
const startMs = Date.parse('2026-03-02T00:00:00Z')
const people = new People('population')

let campaign: CompiledCampaign
beforeAll(async () => {
  campaign = await compileCampaign(join(root, 'campaign'))
})

const all = async (leads: AsyncIterable<LeadToPlay>): Promise<LeadToPlay[]> => {
  const found: LeadToPlay[] = []
  for await (const lead of leads) found.push(lead)
  return found
}

const fromFile = (text: string, refusals = new Refusals(), map: string[] = []): Promise<LeadToPlay[]> => {
  const file = join(folder, 'leads.csv')
  writeFileSync(file, text)
  const arrivals = { people, startMs, arrivalDays: 14 }
  const capture = captureBy(campaign, 'guide', 'key', () => false)
  return all(
    leadsOfFile(file, parseMappings(map), undefined, campaign.intake.identity, arrivals, capture, refusals),
  )
}

const invented = (count: number, timeZones?: string): Promise<LeadToPlay[]> =>
  all(
    sampledLeads(
      sample,
      count,
      formOf(campaign, 'guide'),
      { people, startMs, arrivalDays: 7, ...(timeZones && { timeZones: readZoneShares(timeZones) }) },
      captureBy(campaign, 'guide', 'key', () => false),
      new Refusals(),
    ),
  )

const zonesOf = (leads: readonly LeadToPlay[]): Map<string | undefined, number> => {
  const zones = new Map<string | undefined, number>()
  for (const { submissions = [] } of leads)
    for (const fact of submissions)
      if (fact.kind === 'CAPTURED') zones.set(fact.timeZone, (zones.get(fact.timeZone) ?? 0) + 1)
  return zones
}

describe('a file', () => {
  test('two rows of one person are one lead with two submissions, in order of time', async () => {
    const leads = await fromFile(
      'email,firstName\nada@example.com,Ada\nben@example.com,Ben\nADA+news@example.com,Ada L\n',
    )
    expect(leads.map(({ submissions = [] }) => submissions.length)).toEqual([1, 2])
    const times = leads[1]?.submissions?.map(({ atMs }) => atMs) ?? []
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test('rows that the form refuses are counted by its own words', async () => {
    const refusals = new Refusals()
    const leads = await fromFile('email\nada@example.com\nnobody\nnothing\n', refusals)
    expect(leads).toHaveLength(1)
    expect([...refusals.byReason]).toEqual([['Email: The address has no @.', 2]])
  })

  test('columns are mapped as the demo maps them', async () => {
    const leads = await fromFile('Id,Seconds\n7,900\n', new Refusals(), [
      'email={Id}@example.com',
      'minutesOnSite={Seconds / 60}',
    ])
    expect(leads[0]?.submissions?.[0]).toMatchObject({
      email: '7@example.com',
      profile: { minutesOnSite: '15' },
    })
  })
})

describe('invented leads', () => {
  test('they are as many as asked for, all different, within the days of arrival, in the campaign’s zone', async () => {
    const leads = await invented(500)
    expect(new Set(leads.map(({ leadId }) => leadId)).size).toBe(500)
    const times = leads.flatMap(({ submissions = [] }) => submissions.map(({ atMs }) => atMs))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(startMs)
    expect(Math.max(...times)).toBeLessThan(startMs + 7 * 86_400_000 + 60_000)
    expect([...zonesOf(leads)]).toEqual([[undefined, 500]])
  })

  test('the same seed is the same people', async () => {
    expect(await invented(20)).toEqual(await invented(20))
  })

  test('time zones come in the shares given', async () => {
    const zones = zonesOf(await invented(1000, 'Europe/London:50,America/New_York:30,Asia/Kolkata:20'))
    expect(Math.abs((zones.get('Europe/London') ?? 0) - 500)).toBeLessThan(60)
    expect(Math.abs((zones.get('America/New_York') ?? 0) - 300)).toBeLessThan(55)
    expect(Math.abs((zones.get('Asia/Kolkata') ?? 0) - 200)).toBeLessThan(50)
  })
})

test('an email’s links are those that SES tracks, also where conditions choose among them', () => {
  const [welcome] = Object.values(campaign.emails)
  if (!welcome) throw new Error('The sample campaign has no emails.')
  const html =
    '<body><a href="https://a.example/one?x=1&amp;y=2">one</a>{% if lead.city %}<a href="https://a.example/{{ lead.city }}">two</a>{% endif %}<a ses:no-track href="https://a.example/three">three</a></body>'
  const links = linksOf({ ...campaign, emails: { mine: { ...welcome, id: 'mine', html } } })
  expect(links('mine', {})).toEqual(['https://a.example/one?x=1&y=2'])
  expect(links('mine', { city: 'Bristol' })).toEqual([
    'https://a.example/one?x=1&y=2',
    'https://a.example/Bristol',
  ])
  expect(links('mine', { city: 'Leeds' })[1]).toBe('https://a.example/Leeds')
  expect(links('mine', { firstName: 'Ada', city: 'Bristol' })[1]).toBe('https://a.example/Bristol')
  expect(links('nowhere', {})).toEqual([])
  // Asked for in another way than by its name.
  const other = html.replace('lead.city }}', "lead['city'] }}")
  const otherLinks = linksOf({ ...campaign, emails: { mine: { ...welcome, id: 'mine', html: other } } })
  for (const city of ['Leeds', 'York', 'Leeds'])
    expect(otherLinks('mine', { city })[1]).toBe(`https://a.example/${city}`)
})

describe('the past', () => {
  const counts = new Map([
    ['step|learn|welcome|sent', 1000],
    ['step|learn|welcome|opened', 500],
    // Links: readers of two count twice.
    ['step|learn|welcome|clicked', 140],
    ['step|learn|welcome|responded', 95],
    ['step|learn|welcome|unsubscribed', 19],
    ['step|learn|welcome|bounced', 50],
    ['step|learn|day|sent', 199],
    ['step|learn|day|responded', 100],
  ])
  const day = '2026-03-02'
  const table = { read: async (_: string, asked: string) => (asked === day ? counts : new Map()) }

  test('a step with enough sends gives its rates, one with fewer leaves the model’s', async () => {
    const past = await readPast(campaign.plan, table, Date.parse('2026-03-05T10:00:00Z'), 30, 'memory')
    expect(past.steps.filter(({ sent }) => sent > 0).map(({ step, isUsed }) => [step, isUsed])).toEqual([
      ['welcome', true],
      ['day', false],
    ])
    expect([...past.chances.keys()]).toEqual(['learn|welcome'])
    const chances = past.chances.get('learn|welcome')
    // Of 950 that arrived: 500 opened, 95 clicked, which is a fifth of the openers less a bit, 19 left.
    expect(chances?.opens).toBeCloseTo(0.5263, 4)
    expect(chances?.clicks).toBeCloseTo(0.285, 4)
    expect(chances?.unsubscribes).toBeCloseTo(0.02, 4)
    // Four bounces of five are for good, in the model's proportion.
    expect(chances?.bouncesForGood).toBeCloseTo(0.04, 4)
    expect(chances?.bouncesForNow).toBeCloseTo(0.01, 4)
  })
})

describe('what is written', () => {
  const html = join(folder, 'forecast.html')
  const json = join(folder, 'forecast.json')
  const sends = join(folder, 'sends.ndjson')
  let text = ''
  let report: ForecastReport
  beforeAll(async () => {
    await forecastCommand(
      {
        campaign: join(root, 'campaign'),
        map: [],
        leads: 300,
        arrivalDays: 14,
        days: 30,
        seed: 'written',
        behaviour: 'model',
        pastDays: 90,
        // So small that both are passed.
        quota: 60,
        rate: 0.005,
        lead: [],
        data: 'nowhere',
        html,
        json,
        sends,
      },
      (line) => {
        text += line
      },
    )
    report = JSON.parse(readFileSync(json, 'utf8'))
  })

  test('the figures of text, JSON and sends are one', () => {
    const lines = readFileSync(sends, 'utf8').trimEnd().split('\n')
    const { emails, funnelByDay, load } = report
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
    expect(report.leads).toBe(300)
    expect(lines).toHaveLength(emails.touches + emails.toSales)
    expect(sum(funnelByDay.sent)).toBe(emails.touches)
    expect(sum(load.emailsByHour)).toBe(emails.touches + emails.toSales)
    expect(sum(report.touchesByWeekHour)).toBe(emails.touches)
    expect(sum(report.report.sequences.map(({ sent }) => sent))).toBe(emails.touches)
    expect(Object.values(report.leadsByStage).reduce((all, leads) => all + leads, 0)).toBe(300)
    expect(text).toContain('300 leads: invented after the bundled sample')
    const first: unknown = JSON.parse(lines[0] ?? '')
    expect(first).toMatchObject({ purpose: 'marketing', step: 'welcome', enrolment: 'learn-1' })
  })

  test('what is over the quota is told with when and by how much', () => {
    expect(report.load.hoursOverRate.length).toBeGreaterThan(0)
    expect(text).toMatch(
      /Hours over the rate: \d+, the first from 2026-03-\d\d \d\d:00 UTC, \d+ emails too many/,
    )
    expect(text).toContain('The 24-hour quota is passed at 2026-03-')
  })

  test.runIf(hasBrowser)(
    'the page is accessible and fits a phone, light and dark, its tables open',
    async () => {
      const browser = await launchBrowser()
      try {
        for (const [width, colorScheme] of [
          [320, 'light'],
          [1200, 'dark'],
        ] as const) {
          const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
          await page.goto(`file://${html}`)
          for (const summary of await page.locator('summary').all()) await summary.click()
          expect(await violationsOn(page)).toEqual([])
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
          expect(await page.locator('script, link, img').count()).toBe(0)
        }
      } finally {
        await browser.close()
      }
    },
  )
})
