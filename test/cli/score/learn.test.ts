import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InputError } from '../../../cli/input-error.ts'
import { rulesOf } from '../../../cli/score/card-file.ts'
import { type LearnCommandOptions, learn, learnCommand } from '../../../cli/score/learn.ts'
import { partOf } from '../../../cli/score/past-leads.ts'
import { type ReadOptions, readPastLeads } from '../../../cli/score/read-leads.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import type { LearnedCard } from '../../../shared/domain/learning/learn-card.ts'
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
      '1046 leads with an outcome, 0 of them won; both outcomes are needed. --won "Stage=Lost" says who was won; Stage has ',
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

describe('a file that is not as it should be', () => {
  const head = 'Id,Created,Job,Stage'
  const lines = (count: number, of: (row: number) => string) =>
    [head, ...Array.from({ length: count }, (_, row) => of(row))].join('\n')
  const day = (row: number) =>
    new Date(Date.parse('2024-01-01') + row * 86_400_000).toISOString().slice(0, 10)
  const line = (row: number) => `L${row},${day(row)},${['A', 'B'][row % 2]},${row % 3 === 0 ? 'Won' : 'Open'}`

  test.each<[string, string, string]>([
    ['is empty', '', 'has no header: its first row must name the columns'],
    ['holds a header alone', head, 'has no rows below its header'],
    ['has three rows', lines(3, line), 'No lead is 90 days old at 2024-01-03; lower --maturity-days'],
    [
      'has few mature rows',
      lines(120, line),
      '30 leads with an outcome, 10 of them won; at least 50 are needed',
    ],
    [
      'names a column twice',
      lines(200, line).replace('Job', 'Id'),
      'two columns are named "Id"; rename one in the first line',
    ],
    [
      'leaves a quote open',
      lines(200, line).replace('L7', '"L7'),
      'cannot be read as CSV at line 201: a quotation mark is opened there and never closed',
    ],
    [
      'has dates that can be read in two ways',
      lines(200, (row) => line(row).replace(day(row), `0${1 + (row % 9)}/02/2024`)),
      'the dates in Created may begin with the day or with the month; write them as 2026-03-02',
    ],
    [
      'has a date that is none',
      lines(200, line).replace('2024-01-08', 'last\tweek 7'),
      '--time: row 8 of Created looks like "aaaa aaaa 9", neither a number nor a date',
    ],
  ])('and %s, is told', async (_, text, message) => {
    const file = join(folder, 'hostile.csv')
    writeFileSync(file, text)
    const given = readPastLeads({ ...options, csv: file, map: [] })
    await expect(given).rejects.toThrow(InputError)
    await expect(given).rejects.toThrow(message)
  })

  test('tells nothing but outcome, time and key, or nothing of any lead: there is nothing to learn from', async () => {
    const file = join(folder, 'hostile.csv')
    writeFileSync(
      file,
      lines(300, (row) => line(row).replace(/,[AB],/, ',,')),
    )
    await expect(learn({ ...options, csv: file, map: [] })).rejects.toThrow(
      'No column is left to learn from: apart from outcome, time and key, none distinguishes leads',
    )
  })

  test('has won leads first by its time, is told that this time knows the outcome', async () => {
    const file = join(folder, 'hostile.csv')
    const rows = lines(300, line).split('\n')
    const sorted = rows.slice(1).sort((a, b) => Number(b.includes(',Won')) - Number(a.includes(',Won')))
    writeFileSync(file, [`${rows[0]},Place`, ...sorted.map((row, at) => `${row},${at + 1}`)].join('\n'))
    await expect(readPastLeads({ ...options, csv: file, map: [], time: 'Place' })).rejects.toThrow(
      '--time: ordered by Place, the won leads stand together',
    )
  })

  test('comes from a German spreadsheet, is read as it was meant', async () => {
    const file = join(folder, 'german.csv')
    const rows = Array.from(
      { length: 200 },
      (_, row) =>
        `${row};${row % 3 ? 'offen' : 'gewonnen'};${row % 17},5;${row % 2 ? 'Köln' : 'Münster'};Bitte`,
    )
    writeFileSync(file, Buffer.from(['Nr;Stufe;Minuten;Stadt;Anrede', ...rows].join('\r\n'), 'latin1'))
    const { time, key, ...rest } = options
    const given = { ...rest, csv: file, map: [], won: 'Stufe=gewonnen', encoding: 'windows-1252' }
    const { sample, notes } = await readPastLeads(given)
    expect(sample.columns.map(({ subject, kind }) => [subject, kind])).toEqual([
      [{ field: 'Minuten' }, 'number'],
      [{ field: 'Stadt' }, 'text'],
    ])
    const [minutes, city] = sample.columns
    expect(minutes?.kind === 'number' && minutes.values[3]).toBe(3.5)
    expect(city?.kind === 'text' && city.texts).toEqual(['Köln', 'Münster'])
    expect(notes).toContain('Nr numbers the leads, and is not learned from.')
  })

  test('has a few words among numbers, and placeholders among words, learns from neither', async () => {
    const file = join(folder, 'words.csv')
    const rows = Array.from({ length: 200 }, (_, row) =>
      [
        row % 3 ? 'Open' : 'Won',
        row % 50 === 7 ? 'soon' : row % 13,
        row % 4 ? 'York' : 'Select',
        `k${row}x`,
      ].join(','),
    )
    writeFileSync(file, ['Stage,Visits,City,Code', ...rows].join('\n'))
    const { time, key, ...rest } = options
    const { sample, notes } = await readPastLeads({ ...rest, csv: file, map: [] })
    const [visits, city] = sample.columns
    expect(visits?.kind === 'number' && visits.values[7]).toBe(Number.NaN)
    expect(city?.kind === 'text' && city.texts).toEqual(['York'])
    expect(notes).toContain('Visits holds 4 texts that are no numbers; they count as blank.')
    expect(notes).toContain('Code has a value of its own for nearly each lead, and is not learned from.')
  })

  test('has lines within quotes and uneven rows, is read, and the rows are counted', async () => {
    const file = join(folder, 'hostile.csv')
    const text = lines(300, (row) => line(row).replace(`L${row}`, `"L ""${row}""\nx"`))
    writeFileSync(file, `${text}\nL300,2024-10-27,A\n`)
    const { sample, notes } = await readPastLeads({ ...options, csv: file, map: [] })
    expect(sample.won.length).toBe(211)
    expect(notes[0]).toBe('Rows with more or fewer fields than the header has columns: 1.')
  })

  test('cannot be written where the flag says', async () => {
    const html = join(folder, 'nowhere', 'report.html')
    await expect(learnCommand({ ...options, html })).rejects.toThrow(/^--html .* cannot be written/)
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
    const page = readFileSync(html, 'utf8')
    for (const part of ['<svg', 'Reliability', 'Thresholds', 'Drift', 'Who would change stage', 'lift'])
      expect(page).toContain(part)
    expect(readFileSync(join(options.campaign, 'scoring.yaml'), 'utf8')).toContain(
      'when: { field: occupation, in: [ Working Professional ] }',
    )
    expect(JSON.parse(readFileSync(json, 'utf8')).result.verdict.ships).toBe(true)
    // Against itself a card is not clearly better, and nothing is written.
    const kept = readFileSync(join(options.campaign, 'scoring.yaml'), 'utf8')
    expect(await learnCommand({ ...options, write: 'campaign' })).toBe(1)
    expect(readFileSync(join(options.campaign, 'scoring.yaml'), 'utf8')).toBe(kept)
  })

  test('gives rules ids that the campaign takes, told apart, and none that a gate has', () => {
    const card: LearnedCard = {
      intercept: 0,
      slope: 1,
      rules: [
        { field: 'occupation', in: ['Working Professional'] },
        { field: 'occupation', in: ['Unemployed', 'Working Professional and more'] },
        { field: 'city', in: ['Mumbai', 'Thane', 'York'] },
        { field: 'minutesOnSite', atLeast: 9.6 },
        { field: 'minutesOnSite', atLeast: 3, below: 8 },
        { field: 'minutesOnSite', below: 3 },
        { field: 'minutesOnSite', known: false },
        { source: ['Google'] },
        { source: ['google'] },
        { fact: 'CLICKED' as const, times: 2 },
        { field: '性別', in: ['男'] },
      ].map((when) => ({ when, points: 1, rows: 100, wins: 30 })),
    }
    const gate = { id: 'source-google', dimension: 'gate' as const, when: { source: ['x'] }, reason: 'R' }
    const thresholds = { enter: 5, leave: 3, minimumDwellDays: 0, coolDownDays: 0 }
    const rules = rulesOf(card, { thresholds, rules: [gate] })
    expect(rules.map(({ id }) => id)).toEqual([
      'occupation-working-professional',
      'occupation-unemployed-or-working',
      'city-mumbai-and-2-more',
      'minutes-on-site-from-9-6',
      'minutes-on-site-3-to-8',
      'minutes-on-site-under-3',
      'minutes-on-site-blank',
      'source-google-2',
      'source-google-3',
      'clicked-2-times',
      'rule',
    ])
    expect(rules.slice(2, 5).map(({ reason }) => reason)).toEqual([
      'City is Mumbai, Thane or York: 30 in 100 such leads were won',
      'Minutes on site is at least 9.6: 30 in 100 such leads were won',
      'Minutes on site is at least 3 and below 8: 30 in 100 such leads were won',
    ])
    expect(rules[9]?.reason).toBe(
      'The lead has clicked a link at least 2 times: 30 in 100 such leads were won',
    )
  })

  test('does not write a card on what no form asks for', async () => {
    const file = join(folder, 'scoring.yaml')
    const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
    const unmapped = { ...options, campaign, map: [], write: file }
    await expect(learnCommand(unmapped)).rejects.toThrow('no form asks for')
    expect(existsSync(file)).toBe(false)
  })

  test('names a column to keep that is not there', async () => {
    await expect(learn({ ...options, keep: ['Tag'] })).rejects.toThrow(InputError)
  })
})
