import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LearnCommandOptions, learn, learnCommand } from '../../../cli/score/learn.ts'
import { partOf, ScoreInputError } from '../../../cli/score/past-leads.ts'
import { type ReadOptions, readPastLeads } from '../../../cli/score/read-leads.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { randomFrom } from '../../../shared/domain/learning/random.ts'

let folder: string
let options: LearnCommandOptions & ReadOptions

/** A CRM's export: 1,200 leads over two years; those who work and stay are won, and tags know it. */
const csv = (): string => {
  const random = randomFrom(42)
  const lines = ['Id,Created,Job,Seconds,City,Source,Stage,Tags']
  for (let row = 0; row < 1200; row += 1) {
    const job = ['Working Professional', 'Student', 'Unemployed', ''][Math.floor(random() * 4)]
    const seconds = Math.floor(random() * 2400)
    const odds = -2.2 + (job === 'Working Professional' ? 2 : 0) + (seconds >= 1200 ? 1.6 : 0)
    const won = random() < 1 / (1 + Math.exp(-odds))
    const created = new Date(Date.parse('2024-01-01') + row * 14 * 3_600_000).toISOString().slice(0, 10)
    const tag = won ? 'Will pay' : `Ringing ${row % 3}`
    lines.push(
      [
        `L${row}`,
        created,
        job,
        seconds,
        ['Leeds', 'York'][row % 2],
        ['Google', 'Reference'][row % 2],
        won ? 'Won' : 'Open',
        tag,
      ].join(','),
    )
  }
  return lines.join('\n')
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ripen-score-'))
  writeFileSync(join(folder, 'leads.csv'), csv())
  cpSync(resolve(import.meta.dirname, '..', '..', '..', 'campaign'), join(folder, 'campaign'), {
    recursive: true,
  })
  options = {
    csv: join(folder, 'leads.csv'),
    data: join(folder, 'data'),
    won: 'Stage=Won',
    time: 'Created',
    maturityDays: 90,
    key: 'Id',
    salt: 'ripen',
    map: ['occupation={Job}', 'minutesOnSite={Seconds / 60}', 'city={City}', 'source={Source}'],
    onlyMapped: false,
    drop: [],
    keep: [],
    salesField: [],
    blank: [],
    rules: 6,
    anySign: false,
    blankRules: false,
    capacity: 0.1,
    seed: 1,
    campaign: join(folder, 'campaign'),
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the hash split follows the first eight digits of SHA-256 over salt and key', () => {
  // Computed apart, with Python's hashlib.
  expect(['660737', '660728', '660727'].map((key) => partOf('xed', key))).toEqual([4, 6, 7])
})

describe('past leads are read', () => {
  test('without those too young to have an outcome', async () => {
    const { sample, notes } = await readPastLeads(options)
    // 14 hours apart, the last 90 days hold 155 leads; the newest date is that of the last lead.
    expect(sample.won.length).toBeGreaterThan(1040)
    expect(sample.won.length).toBeLessThan(1050)
    expect(notes.join(' ')).toMatch(/15\d leads younger than 90 days at 2025-11-/)
  })

  test('oldest 70, next 10 and newest 20 in 100, and by hash', async () => {
    const { splits, sample } = await readPastLeads(options)
    const [time, hash] = splits
    const all = sample.won.length
    expect(time?.train.length).toBe(Math.floor(all * 0.7))
    expect(time?.test.length).toBe(all - Math.ceil(all * 0.8))
    for (const split of [time, hash])
      expect((split?.train.length ?? 0) + (split?.calibration.length ?? 0) + (split?.test.length ?? 0)).toBe(
        all,
      )
  })

  test.each<[string, Partial<LearnCommandOptions>, string]>([
    ['a file that is not there', { csv: 'nowhere.csv' }, 'nowhere.csv cannot be read'],
    [
      'a column that is not there',
      { won: 'Converted=1' },
      '--won names "Converted"; the columns are Id, Created,',
    ],
    [
      'an outcome nobody has',
      { won: 'Stage=Lost' },
      '1046 leads with an outcome, 0 of them won; both outcomes are needed. --won "Stage=Lost" says who is won; Stage holds ',
    ],
    ['an outcome that names no value', { won: 'Stage' }, '--won "Stage" is not of the form column=value'],
    [
      'a time that is none',
      { time: 'City' },
      '--time: row 1 of City looks like "aaaaa", neither a number nor a date',
    ],
    ['a date that is none', { asOf: 'soon' }, '--as-of "soon" is not a date'],
    ['a maturity nobody has', { maturityDays: 5000 }, 'No lead is 5000 days old'],
    ['a mapping of no column', { map: ['occupation={Jobb}'] }, 'There is no column "Jobb"'],
  ])('or the mistake is told: %s', async (_, given, message) => {
    await expect(readPastLeads({ ...options, ...given })).rejects.toThrow(message)
  })
})

describe('ripen score learn', () => {
  test('leaves out what knows the outcome, finds what counts, and lets the better card pass', async () => {
    const { leaks, result, unknownFields } = await learn(options)
    expect(leaks.map(({ column, kind }) => [column, kind])).toEqual([['Tags', 'tellsAlone']])
    expect(result.verdict.ships).toBe(true)
    const said = JSON.stringify(result.card.rules.map(({ when }) => when))
    expect(said).toContain('"occupation","in":["Working Professional"')
    expect(said).toContain('"minutesOnSite","atLeast":20')
    expect(unknownFields).toEqual([])
  })

  test('writes a scoring.yaml that the campaign compiles with, and that keeps the gates', async () => {
    const before = await compileCampaign(options.campaign)
    const html = join(folder, 'report.html')
    const json = join(folder, 'report.json')
    expect(await learnCommand({ ...options, write: 'campaign', html, json })).toBe(0)
    const { plan } = await compileCampaign(options.campaign)
    expect(plan.version).not.toBe(before.plan.version)
    expect(plan.scoring.rules.filter(({ dimension }) => dimension === 'gate').map(({ id }) => id)).toEqual([
      'competitor',
      'bounced-lately',
    ])
    expect(plan.scoring.calibration).toBeDefined()
    expect(readFileSync(html, 'utf8')).toContain('<svg')
    expect(JSON.parse(readFileSync(json, 'utf8')).result.verdict.ships).toBe(true)
    // Against itself a card is not surely better, and nothing is written.
    const kept = readFileSync(join(options.campaign, 'scoring.yaml'), 'utf8')
    expect(await learnCommand({ ...options, write: 'campaign' })).toBe(1)
    expect(readFileSync(join(options.campaign, 'scoring.yaml'), 'utf8')).toBe(kept)
  })

  test('does not write a card on what no form asks for', async () => {
    const file = join(folder, 'scoring.yaml')
    const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
    const unmapped = { ...options, campaign, map: [], write: file }
    await expect(learnCommand(unmapped)).rejects.toThrow('no form asks for')
    expect(existsSync(file)).toBe(false)
  })

  test('names a column to keep that is not there', async () => {
    await expect(learn({ ...options, keep: ['Tag'] })).rejects.toThrow(ScoreInputError)
  })
})
