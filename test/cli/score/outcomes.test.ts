import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { InputError } from '../../../cli/input-error.ts'
import { type LearnCommandOptions, learn } from '../../../cli/score/learn.ts'
import { factsInFolder, factsInTable } from '../../../cli/score/outcome-store.ts'
import { readOutcomes } from '../../../cli/score/read-outcomes.ts'
import { Meter } from '../../../local/meter.ts'
import { startPipeline } from '../../../local/pipeline.ts'
import { DynamoDbService, engineClient } from '../../../local/services/dynamodb.ts'
import { loadInventory } from '../../../local/template/load.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { keys } from '../../../shared/contracts/names.ts'
import { type Fact, factKey } from '../../../shared/domain/facts.ts'
import { randomFrom } from '../../../shared/domain/learning/random.ts'
import { nameOf, type Sample } from '../../../shared/domain/learning/sample.ts'
import { synthesiseForTest } from '../../support/assembly.ts'
import { postForm } from '../../support/forms.ts'
import { monday } from '../../support/leads.ts'

const campaignFolder = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
const { plan } = await compileCampaign(campaignFolder)
const dayMs = 86_400_000
const startMs = Date.parse('2025-01-01T00:00:00Z')
const options = { maturityDays: 90, salt: 'ripen', drop: [], blank: [], what: 'the facts' }

const captured = (submission: string, atMs: number, profile: Record<string, string>): Fact => ({
  kind: 'CAPTURED',
  submission,
  form: 'guide',
  formVersion: '1',
  email: 'someone@example.com',
  profile,
  source: 'Google',
  consent: { wordingHash: 'h' },
  atMs,
})
const clicked = (number: number, atMs: number): Fact => ({
  kind: 'CLICKED',
  enrolment: 'learn-1',
  step: `s${number}`,
  link: '/x',
  atMs,
})
const qualified = (cycle: number, atMs: number): Fact => ({
  kind: 'QUALIFIED',
  cycle,
  totalHundredths: 1200,
  lines: [],
  source: 'Google',
  atMs,
})
const handedOff = (cycle: number, atMs: number): Fact => ({
  kind: 'HANDEDOFF',
  cycle,
  handOffId: `h${cycle}`,
  atMs,
})
const answer = (kind: 'WON' | 'LOST', cycle: number, atMs: number): Fact => ({
  kind,
  cycle,
  source: 'Google',
  atMs,
})
const returned = (cycle: number, atMs: number): Fact => ({
  kind: 'RETURNED',
  reason: 'notNow',
  cycle,
  source: 'Google',
  atMs,
})

/** Six hundred leads handed over, six hours apart; those who work and those who click twice are won more often. */
const recorded = (): Map<string, Fact[]> => {
  const random = randomFrom(17)
  return new Map(
    Array.from({ length: 600 }, (_, at) => {
      const atMs = startMs + (at * dayMs) / 4
      const occupation = ['Working Professional', 'Student', 'Unemployed'][Math.floor(random() * 3)] ?? ''
      const clicks = Math.floor(random() * 4)
      const odds = -2.2 + (occupation === 'Working Professional' ? 2 : 0) + (clicks >= 2 ? 1.8 : 0)
      const isWon = random() < 1 / (1 + Math.exp(-odds))
      const facts = [
        captured(`s${at}`, atMs, { occupation, city: at % 2 === 0 ? 'Leeds' : 'York' }),
        ...Array.from({ length: clicks }, (_, number) => clicked(number, atMs + (number + 1) * dayMs)),
        qualified(1, atMs + 10 * dayMs),
        handedOff(1, atMs + 10 * dayMs),
        answer(isWon ? 'WON' : 'LOST', 1, atMs + 30 * dayMs),
        // What customers do later must not speak for them.
        ...(isWon ? [clicked(7, atMs + 20 * dayMs), clicked(8, atMs + 21 * dayMs)] : []),
        ...(isWon ? [captured(`t${at}`, atMs + 25 * dayMs, { occupation: 'Customer' })] : []),
      ]
      return [`lead${at}`, facts] as const
    }),
  )
}

const textsOf = (sample: Sample, name: string): string[] => {
  const column = sample.columns.find(({ subject }) => nameOf(subject) === name)
  return column?.kind === 'text' ? [...column.codes].map((code) => column.texts[code] ?? '') : []
}
const numbersOf = (sample: Sample, name: string): number[] => {
  const column = sample.columns.find(({ subject }) => nameOf(subject) === name)
  return column?.kind === 'number' ? [...column.values] : []
}

describe('recorded outcomes', () => {
  test('are learned from as each lead stood when it qualified', () => {
    const { sample } = readOutcomes(recorded(), plan, options)
    expect(sample.won.length).toBe(600)
    expect(new Set(textsOf(sample, 'occupation'))).toEqual(
      new Set(['Working Professional', 'Student', 'Unemployed']),
    )
    // At most three clicks came before; those of customers came after.
    expect(Math.max(...numbersOf(sample, 'CLICKED'))).toBe(3)
    // Everyone was captured once by then, which says nothing and is no column.
    expect(numbersOf(sample, 'CAPTURED')).toEqual([])
  })

  test('count as sales answered, or as not won after the maturity window', () => {
    const at = startMs
    const base = [captured('s', at, { occupation: 'Student' })]
    const leads = recorded()
    for (const [id, facts] of [
      ['won after a return', [qualified(1, at), handedOff(1, at), returned(1, at + dayMs)]],
      ['returned', [qualified(1, at), handedOff(1, at), returned(1, at + dayMs)]],
      ['never answered', [qualified(1, at), handedOff(1, at)]],
      ['young', [qualified(1, at + 140 * dayMs), handedOff(1, at + 140 * dayMs)]],
      ['not handed over', [qualified(1, at)]],
      ['never qualified', []],
    ] as const)
      leads.set(id, [...base, ...facts])
    leads.get('won after a return')?.push(qualified(2, at + 50 * dayMs), answer('WON', 2, at + 60 * dayMs))
    const before = readOutcomes(recorded(), plan, options).sample
    const { sample, notes } = readOutcomes(leads, plan, options)
    const wins = (one: Sample) => one.won.reduce((sum, won) => sum + won, 0)
    expect(sample.won.length).toBe(603)
    expect(wins(sample)).toBe(wins(before) + 1)
    expect(notes[0]).toBe(
      'Of the leads handed off, sales recorded what became of 602; 1 were handed off 90 days or more before 2025-06-29 without an answer, and count as not won.',
    )
    expect(notes[1]).toBe(
      'Left out: 1 handed off less than 90 days before without an answer, 1 qualified and not handed off, 1 that never qualified.',
    )
  })

  test('judge the card in use by the points it gave then', () => {
    const facts = new Map([...recorded()].slice(0, 60))
    facts.set('known', [
      captured('s', startMs - dayMs, { occupation: 'Working Professional', visits: '4' }),
      clicked(1, startMs - dayMs),
      qualified(1, startMs - dayMs),
      handedOff(1, startMs - dayMs),
      answer('WON', 1, startMs),
    ])
    // Five for work, two for four visits, three for a click that has not faded.
    expect(readOutcomes(facts, plan, options).championTotals?.[0]).toBe(10)
  })

  test('are too few to learn from, or all alike, and the message says what was left out', () => {
    const few = new Map([...recorded()].slice(0, 30))
    expect(() => readOutcomes(few, plan, options)).toThrow(/30 leads with an outcome.*at least 50 are needed/)
    expect(() => readOutcomes(new Map(), plan, options)).toThrow(
      /0 leads with an outcome.*0 that never qualified/,
    )
  })
})

describe('the store', () => {
  let folder: string
  let learnOptions: LearnCommandOptions
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ripen-outcomes-'))
    const { assembly } = await synthesiseForTest()
    const { tables } = loadInventory(assembly.directory, { publicUrl: 'http://p', queueUrl: 'http://q' })
    const store = await DynamoDbService.start({
      tables,
      meter: new Meter(),
      folder: join(folder, 'dynamodb'),
    })
    await write(store, tables[0]?.name ?? '', recorded())
    await store.close()
    learnOptions = {
      data: folder,
      campaign: campaignFolder,
      salt: 'ripen',
      maturityDays: 90,
      map: [],
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
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  afterEach(() => vi.unstubAllEnvs())

  const write = async (store: DynamoDbService, table: string, leads: ReadonlyMap<string, Fact[]>) => {
    const client = new DynamoDBClient(engineClient(store.endpoint))
    const stream = await store.openStream(table, new Map())
    const puts = [...leads].flatMap(([id, facts]) =>
      facts.map((fact) => ({
        PutRequest: { Item: marshall({ pk: keys.lead(id), sk: keys.fact(factKey(fact)), ...fact }) },
      })),
    )
    for (let at = 0; at < puts.length; at += 25) {
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts.slice(at, at + 25) } }))
      // The engine looks through its stream at each write, and lets go of what was read.
      await stream?.read()
    }
    stream?.close()
    client.destroy()
  }

  test('of a pipeline on this machine is learned from where no file is named', async () => {
    const { result, notes, unknownFields } = await learn(learnOptions)
    expect(notes.join(' ')).toContain('sales recorded what became of 600;')
    const said = JSON.stringify(result.card.rules.map(({ when }) => when))
    expect(said).toContain('"occupation","in":["Working Professional"]')
    expect(said).toContain('"fact":"CLICKED","times":2')
    expect(unknownFields).toEqual([])
  })

  test('is read through the pipeline that runs on it, and gives each lead that sales answered as one outcome', async () => {
    const dataFolder = join(folder, 'running')
    const { assembly } = await synthesiseForTest()
    const pipeline = await startPipeline({ cdkOut: assembly.directory, port: 0, startMs: monday, dataFolder })
    try {
      const ready = { occupation: 'Working Professional', source: 'Reference', minutesOnSite: '20' }
      for (const name of ['ada', 'bob', 'eve'])
        await postForm(pipeline, { email: `${name}@example.com`, ...ready })
      for (const name of ['kim', 'lee']) await postForm(pipeline, { email: `${name}@example.com` })
      await pipeline.clock.advanceTo(monday + dayMs)
      const links = pipeline.ses
        .inbox()
        .flatMap(({ text }) => new RegExp(`${pipeline.url}/sales/[\\w.-]+`).exec(text)?.[0] ?? [])
      expect(links).toHaveLength(3)
      const [won = '', lost = ''] = links
      for (const [link, answer] of [
        [won, 'answer=accept'],
        [won, 'answer=won&value=1200'],
        [lost, 'answer=lost'],
      ] as const)
        expect((await fetch(link, { method: 'POST', body: new URLSearchParams(answer) })).status).toBe(200)
      const leads = await factsInFolder(dataFolder)
      // Too few to learn from; the message counts them all the same.
      expect(() => readOutcomes(leads, plan, options)).toThrow(
        'the facts: 2 leads with an outcome, 1 of them won',
      )
      expect(() => readOutcomes(leads, plan, options)).toThrow(
        'Left out: 1 handed off less than 90 days before without an answer, 0 qualified and not handed off, 2 that never qualified.',
      )
    } finally {
      await pipeline.close()
    }
  })

  test('that is not there is told with the flags that name another', async () => {
    const nowhere = join(folder, 'nowhere')
    await expect(factsInFolder(nowhere)).rejects.toThrow(/--data, a deployed table with --table, or .* --csv/)
  })

  test('of a deployed table is scanned by the real client, page after page', async () => {
    const { assembly } = await synthesiseForTest()
    const { tables } = loadInventory(assembly.directory, { publicUrl: 'http://p', queueUrl: 'http://q' })
    const store = await DynamoDbService.start({ tables, meter: new Meter() })
    const table = tables[0]?.name ?? ''
    // A page holds 1 MB: 500 answers of 5 KB do not fit into two.
    const long = new Map(
      Array.from({ length: 500 }, (_, at) => [
        `lead${at}`,
        [captured(`s${at}`, startMs, { city: 'x'.repeat(5000) })],
      ]),
    )
    await write(store, table, long)
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', store.endpoint)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
    try {
      expect((await factsInTable(table, 'local')).size).toBe(500)
      await expect(factsInTable('elsewhere', 'local')).rejects.toThrow(InputError)
      await expect(factsInTable('elsewhere', 'local')).rejects.toThrow(/--table elsewhere does not exist/)
    } finally {
      await store.close()
    }
  })

  test.each<[string, Partial<LearnCommandOptions>, string]>([
    ['a file and a table', { csv: 'a.csv', won: 'A=1', table: 't' }, 'use one of them'],
    ['a file without its outcome', { csv: 'a.csv' }, '--csv needs --won'],
    ['a column without a file', { time: 'Created' }, '--time is about the columns of a file'],
  ])('%s is told', async (_, given, message) => {
    await expect(learn({ ...learnOptions, ...given })).rejects.toThrow(message)
  })

  test('a folder that a dead process claimed is free', async () => {
    mkdirSync(folder, { recursive: true })
    // Beyond the largest process id that Linux gives.
    writeFileSync(join(folder, 'running.pid'), '4194305')
    expect((await factsInFolder(folder)).size).toBe(600)
  })
})
