import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ExportOptions, exportCommand } from '../../../cli/leads/export-command.ts'
import { type ImportOptions, importCommand } from '../../../cli/leads/import-command.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { leadIdOf } from '../../../shared/flows/intake/capture.ts'
import { type MemoryStore, memoryStore } from '../../support/lead-store.ts'
import { captured, day, monday, sent } from '../../support/leads.ts'

const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
const options: ExportOptions = { campaign, data: 'nowhere', bom: false }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ripen-export-'))
})

const storeOf = async (...leads: readonly (readonly [string, readonly Fact[]])[]): Promise<MemoryStore> => {
  const store = memoryStore({ nowMs: monday + day })
  for (const [address, facts] of leads)
    for (const fact of facts) await store.recordFact(leadIdOf(address, store.identityKey), fact)
  return store
}

/** Runs the command; gives what stands on the terminal and what is said beside it. */
const run = async (store: MemoryStore, given: Partial<ExportOptions> = {}, file?: string) => {
  const said: string[] = []
  let terminal = ''
  const screen = new Writable({
    write: (chunk: Buffer, _, done) => {
      terminal += chunk.toString()
      done()
    },
  })
  await exportCommand(
    file,
    { ...options, ...given },
    async () => store,
    (text) => said.push(text),
    screen,
  )
  return { terminal, said: said.join('\n') }
}

const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true, bom: true })

const ada = captured({
  profile: { firstName: 'Ada', city: 'Leeds', occupation: 'Working Professional' },
  timeZone: 'Europe/London',
  attribution: { first: { utm_source: 'google' }, last: { utm_medium: 'email', gclid: 'abc' } },
  consent: { wordingHash: 'w1', page: 'https://www.example.com/guide' },
})
const adaAgain = captured({
  submission: 's-2',
  form: 'newsletter',
  atMs: monday + 1000,
  profile: { city: 'York' },
})
const bob = captured({
  submission: 's-3',
  email: 'bob@example.com',
  source: '=HYPERLINK("http://evil.example")',
  profile: { firstName: '@SUM(A1)', visits: '-5', minutesOnSite: '3' },
  consent: { wordingHash: 'imported', basis: '+ said yes at the fair' },
})
const unsubscribed: Fact = {
  kind: 'UNSUBSCRIBED',
  enrolment: 'learn-1',
  step: 'welcome',
  via: 'page',
  atMs: monday + 7000,
}

test('a lead is one row: who, whence, what was agreed, where they stand and why', async () => {
  const store = await storeOf(
    ['ada@example.com', [ada, adaAgain, sent('welcome', monday + 5000)]],
    ['bob@example.com', [bob, unsubscribed]],
  )
  const { terminal, said } = await run(store)
  const rows = rowsOf(terminal).sort((a, b) => ((a.email ?? '') < (b.email ?? '') ? -1 : 1))
  expect(rows[0]).toMatchObject({
    leadId: leadIdOf('ada@example.com', 'identity key'),
    email: 'ada@example.com',
    stage: 'nurturing',
    scoreLines: expect.stringContaining('Working Professional'),
    source: 'Google',
    firstName: 'Ada',
    city: 'York',
    occupation: 'Working Professional',
    timeZone: 'Europe/London',
    forms: 'guide newsletter',
    form: 'newsletter',
    capturedAt: '2026-03-02T10:00:01.000Z',
    firstCapturedAt: '2026-03-02T10:00:00.000Z',
    confirmedAt: '',
    first_utm_source: 'google',
    utm_medium: 'email',
    gclid: 'abc',
    suppression: '',
    nextTouch: expect.stringMatching(/^(confirm-newsletter|learn-1) \w/),
    nextTouchAt: expect.stringMatching(/^2026-03-/),
    facts: '3',
  })
  expect(rows[1]).toMatchObject({
    stage: 'suppressed',
    source: `'=HYPERLINK("http://evil.example")`,
    firstName: "'@SUM(A1)",
    visits: '-5',
    consent: "'+ said yes at the fair",
    consentWordingHash: 'imported',
    suppression: 'unsubscribed',
    suppressedAt: '2026-03-02T10:00:07.000Z',
    nextTouch: '',
    facts: '2',
  })
  expect(said).toBe('2 leads with 5 facts.')
  expect(store.isClosed).toBe(true)
})

test('consent that a form recorded is told in words', async () => {
  const { terminal } = await run(await storeOf(['ada@example.com', [ada]]))
  expect(rowsOf(terminal)[0]?.consent).toBe(
    'Form guide in version f1, wording w1, https://www.example.com/guide, 2026-03-02T10:00:00.000Z',
  )
})

describe('a filter', () => {
  const store = () => storeOf(['ada@example.com', [ada, adaAgain]], ['bob@example.com', [bob, unsubscribed]])
  test('by stage', async () => {
    const { terminal } = await run(await store(), { stage: 'suppressed' })
    expect(rowsOf(terminal).map(({ email }) => email)).toEqual(['bob@example.com'])
  })
  test('by form, which is then the one whose consent is told', async () => {
    const { terminal } = await run(await store(), { form: 'newsletter' })
    expect(rowsOf(terminal).map(({ email, form }) => [email, form])).toEqual([
      ['ada@example.com', 'newsletter'],
    ])
    const guide = await run(await store(), { form: 'guide', stage: 'nurturing' })
    expect(rowsOf(guide.terminal).map(({ email, capturedAt }) => [email, capturedAt])).toEqual([
      ['ada@example.com', '2026-03-02T10:00:00.000Z'],
    ])
  })
  test('that leaves nobody leaves the header', async () => {
    const { terminal, said } = await run(await store(), { stage: 'won' })
    expect(terminal.split('\r\n')).toHaveLength(2)
    expect(said).toBe('0 leads with 0 facts.')
  })
})

describe('a file', () => {
  test('is its owner’s alone, is whole or not there, and carries the mark where that is asked for', async () => {
    const file = join(folder, 'leads.csv')
    const store = await storeOf(['ada@example.com', [{ ...ada, source: 'Zürich' }]])
    const { terminal } = await run(store, { bom: true }, file)
    expect(terminal).toBe('')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect([...readFileSync(file).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(readFileSync(file, 'utf8')).toContain('Zürich')
    expect(readdirSync(folder)).toEqual(['leads.csv'])
  })

  test('that cannot be written is said, and nothing hangs', async () => {
    const store = await storeOf(['ada@example.com', [ada]])
    await expect(run(store, {}, join(folder, 'none', 'leads.csv'))).rejects.toThrow(
      /cannot be written: ENOENT/,
    )
    expect(store.isClosed).toBe(true)
  })

  test('of facts has a line for each, and no rows beside it unless they are asked for', async () => {
    const facts = join(folder, 'facts.jsonl')
    const store = await storeOf(['ada@example.com', [ada, sent('welcome', monday + 5000)]])
    const { terminal } = await run(store, { facts })
    expect(terminal).toBe('')
    const leadId = leadIdOf('ada@example.com', 'identity key')
    expect(
      readFileSync(facts, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { leadId, ...ada },
      { leadId, ...sent('welcome', monday + 5000) },
    ])
  })
})

test('fields that no form asks for any more are told, and stand among the facts', async () => {
  const store = await storeOf(['ada@example.com', [{ ...ada, profile: { shoeSize: '39' } }]])
  const { said } = await run(store)
  expect(said).toContain('1 of them have "shoeSize", which no form asks for any more; --facts exports it.')
})

describe('everything about one person', () => {
  test('is found by any way to write the address, with facts, score and what is kept beside', async () => {
    const store = await storeOf(
      ['ada@example.com', [sent('welcome', monday + 5000), ada]],
      ['bob@example.com', [bob]],
    )
    await store.recordSuppressingFact(
      leadIdOf('ada@example.com', store.identityKey),
      unsubscribed,
      'unsubscribed',
    )
    const { terminal } = await run(store, { lead: ' Ada@EXAMPLE.com' })
    expect(JSON.parse(terminal)).toMatchObject({
      address: 'ada@example.com',
      asOf: '2026-03-03T10:00:00.000Z',
      stage: 'suppressed',
      profile: { firstName: 'Ada' },
      suppression: { reason: 'unsubscribed', at: '2026-03-02T10:00:07.000Z' },
      facts: [
        { at: '2026-03-02T10:00:00.000Z', kind: 'CAPTURED', email: 'ada@example.com' },
        { at: '2026-03-02T10:00:05.000Z', kind: 'SENT' },
        { at: '2026-03-02T10:00:07.000Z', kind: 'UNSUBSCRIBED' },
      ],
      otherRecords: [{ sk: 'SUPPRESSED', reason: 'unsubscribed' }],
    })
    expect(terminal).not.toContain('bob@example.com')
  })

  test.each([
    ['nobody@example.com', 'Nothing is stored under this address, nor under one that counts as the same.'],
    ['nobody', '--lead: The address has no @.'],
  ])('of %s is refused in a sentence', async (lead, message) => {
    await expect(run(await storeOf(), { lead })).rejects.toThrow(message)
  })
})

describe('what was exported can be imported elsewhere', () => {
  const importOptions: ImportOptions = {
    campaign,
    data: 'nowhere',
    form: 'guide',
    map: [],
    consentColumn: 'consent',
    capturedAt: 'capturedAt',
    confirmedAt: 'confirmedAt',
    sendConfirmations: false,
    dryRun: false,
    resume: false,
  }
  const kept = (row: Record<string, string>) => {
    const { leadId: _, facts: __, formVersion: ___, consentWordingHash: ____, ...rest } = row
    return rest
  }

  test('and says the same there: people, answers, sources, consent, times, score and suppression', async () => {
    const store = await storeOf(
      ['ada@example.com', [{ ...ada, profile: { ...ada.profile, firstName: "'=Ada" } }]],
      ['bob@example.com', [bob, unsubscribed]],
    )
    const file = join(folder, 'leads.csv')
    await run(store, { bom: true }, file)
    const elsewhere = memoryStore({ nowMs: monday + day })
    expect(
      await importCommand(
        file,
        importOptions,
        async () => elsewhere,
        () => {},
      ),
    ).toBe(0)
    const { terminal } = await run(elsewhere)
    const [before, after] = [rowsOf(readFileSync(file, 'utf8')), rowsOf(terminal)]
    expect(before.find(({ email }) => email === 'ada@example.com')?.firstName).toBe("''=Ada")
    expect(after.map(kept)).toEqual(before.map(kept))
    writeFileSync(join(folder, 'again.csv'), terminal)
    const again = memoryStore({ nowMs: monday + day })
    await importCommand(
      join(folder, 'again.csv'),
      importOptions,
      async () => again,
      () => {},
    )
    expect([...again.content.keys()]).toEqual([...elsewhere.content.keys()])
  })
})
