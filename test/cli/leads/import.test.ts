import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ImportOptions, importCommand } from '../../../cli/leads/import-command.ts'
import { type MemoryStore, memoryStore } from '../../support/lead-store.ts'
import { monday } from '../../support/leads.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ripen-import-'))
})

const consent = 'Ticked the box at the fair in Leeds on 1 March 2026'
const options: ImportOptions = {
  campaign: resolve(import.meta.dirname, '..', '..', '..', 'campaign'),
  data: 'nowhere',
  form: 'guide',
  map: [],
  consent,
  sendConfirmations: false,
  dryRun: false,
  resume: false,
}

const written = (text: string | Buffer, name = 'leads.csv'): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** Runs the command on a place in memory; what it prints is one text. */
const run = async (file: string, given: Partial<ImportOptions> = {}, store: MemoryStore = memoryStore()) => {
  const printed: string[] = []
  const code = await importCommand(
    file,
    { ...options, ...given },
    async () => store,
    (text) => printed.push(text),
  )
  return { code, text: printed.join('\n').replaceAll(folder, ''), store }
}

const facts = ({ content }: MemoryStore) => [...content.values()].filter(({ kind }) => kind !== undefined)
const captures = (store: MemoryStore) => facts(store).filter(({ kind }) => kind === 'CAPTURED')

const simple = 'email,First name,city,Shoe size\nAda@Example.com,Ada,Leeds,39\nbob@example.com,Bob,,44\n'

test('a row becomes the fact that the lead was captured, as a post would, with the basis of the consent', async () => {
  const { code, text, store } = await run(written(simple))
  expect(code).toBe(0)
  expect(captures(store)).toEqual([
    {
      pk: expect.stringMatching(/^LEAD#[0-9a-f]{32}$/),
      sk: expect.stringMatching(/^FACT#CAPTURED#import-[0-9a-f]{32}$/),
      kind: 'CAPTURED',
      submission: expect.stringMatching(/^import-[0-9a-f]{32}$/),
      form: 'guide',
      formVersion: expect.any(String),
      email: 'ada@example.com',
      profile: { firstName: 'Ada', city: 'Leeds' },
      source: 'import',
      consent: { wordingHash: 'imported', basis: consent },
      atMs: monday,
    },
    expect.objectContaining({ email: 'bob@example.com', profile: { firstName: 'Bob' } }),
  ])
  expect(text).toContain('2 imported into memory, 0 were there already, 0 could not be read.')
  expect(store.isClosed).toBe(true)
  expect(existsSync(join(folder, 'leads.csv.errors.csv'))).toBe(false)
  expect(existsSync(join(folder, 'leads.csv.import.json'))).toBe(false)
})

test('an address names the same lead as the form does', async () => {
  const { store } = await run(written('email\nada@example.com\n'))
  // echo -n ada@example.com | openssl dgst -sha256 -hmac 'identity key'
  expect(captures(store)[0]?.pk).toBe('LEAD#6e68e53a9a31ebdc454cd8ae029e8985')
})

test('a file that comes again, whole or with rows moved, adds nothing', async () => {
  const store = memoryStore()
  await run(written(simple), {}, store)
  const before = new Map(store.content)
  const later = { ...store, nowMs: monday + 86_400_000 }
  const again = await run(written(simple), {}, later)
  expect(again.text).toContain('0 imported into memory, 2 were there already')
  const moved = 'Shoe size,city,First name,email\n44,,Bob,bob@example.com\n39,Leeds,Ada,ada@example.com\n'
  await run(written(moved, 'moved.csv'), {}, later)
  expect(store.content).toEqual(before)
})

describe('a dry run', () => {
  test('writes nothing, and says what is taken, what is not, and the first problems', async () => {
    const rows = Array.from({ length: 12 }, () => 'not an address,x,y,z')
    const store = memoryStore()
    const { code, text } = await run(written(`${simple}${rows.join('\n')}\n`), { dryRun: true }, store)
    expect(code).toBe(1)
    expect(store.content.size).toBe(0)
    expect(existsSync(join(folder, 'leads.csv.errors.csv'))).toBe(false)
    expect(existsSync(join(folder, 'leads.csv.import.json'))).toBe(false)
    expect(text.split('\n')).toEqual([
      '/leads.csv: 14 rows for the form guide.',
      '  2 can be imported, 12 cannot.',
      '  Columns used: email, firstName from First name, city.',
      '  Columns not used: Shoe size.',
      ...[4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((row) => `  Row ${row}: Email: The address has no @.`),
      '  ... and 2 more.',
      'Nothing was written.',
    ])
  })
})

describe('nothing is written', () => {
  test.each<[string, string | Buffer, Partial<ImportOptions>, string | RegExp]>([
    [
      'without a basis for the consent',
      simple,
      { consent: '' },
      /must be able to show that these people agreed/,
    ],
    ['with a basis that says nothing', simple, { consent: 'yes' }, /^--consent: Say in 10 to 500 characters/],
    [
      'for an unknown form',
      simple,
      { form: 'nowhere' },
      'There is no form "nowhere"; the forms are guide, newsletter.',
    ],
    ['without a form, where there are several', simple, { form: '' }, /There is no form ""/],
    [
      'without a column for the address',
      'name\nAda\n',
      {},
      /^No column gives "email", which the form guide needs\. The columns are name;/,
    ],
    [
      'where a header comes twice',
      'email,email\na@example.com,b@example.com\n',
      {},
      /^2 columns could be "email"/,
    ],
    [
      'for a mapping of a field that is none',
      simple,
      { map: ['shoes={Shoe size}'] },
      /^--map names the field "shoes"/,
    ],
    [
      'for a mapping of a column that is none',
      simple,
      { map: ['city={Town}'] },
      /^There is no column "Town"/,
    ],
    [
      'for a time column that is none',
      simple,
      { capturedAt: 'Created' },
      /^--captured-at names the column "Created"/,
    ],
    ['for an empty file', '', {}, /has no header/],
    ['for a header alone', 'email\n', {}, /has no rows below its header/],
    ['for rows that are all blank', 'email,city\n,\n\n', {}, /has no rows below its header/],
    [
      'for a quotation mark that is never closed',
      'email,city\na@example.com,"Leeds\nb@example.com,x\n',
      {},
      /a quotation mark is opened there and never closed/,
    ],
    [
      'for a quotation mark inside a cell',
      'email,city\na@example.com,Le"eds"\n',
      {},
      /there is a quotation mark inside a cell/,
    ],
    [
      'for Latin-1 that is taken for UTF-8',
      Buffer.from('email,city\na@example.com,Zürich\n', 'latin1'),
      {},
      /is not utf-8 after line 1\. .*--encoding windows-1252/,
    ],
    ['for UTF-16 without its mark', Buffer.from(simple, 'utf16le'), {}, /contains zero bytes/],
    [
      'for an encoding that is none',
      simple,
      { encoding: 'klingon' },
      /^--encoding klingon is not a known encoding/,
    ],
  ])('%s', async (_, text, given, message) => {
    const store = memoryStore()
    await expect(run(written(text), given, store)).rejects.toThrow(message)
    expect(store.content.size).toBe(0)
  })

  test('for a file that is not there', async () => {
    await expect(run(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv cannot be read: ENOENT/)
  })
})

describe('a file is read, whatever wrote it', () => {
  test.each<[string, string | Buffer, Partial<ImportOptions>]>([
    ['with a byte-order mark', '\ufeffemail,city\nada@example.com,Zürich\n', {}],
    ['with CRLF', 'email,city\r\nada@example.com,Zürich\r\n', {}],
    ['with CR alone', 'email,city\rada@example.com,Zürich\r', {}],
    ['with line ends of both kinds', 'email,city\r\nada@example.com,Zürich\nada@example.com,Zürich\r\n', {}],
    ['without a last line end', 'email,city\nada@example.com,Zürich', {}],
    ['with semicolons', 'email;city\nada@example.com;Zürich\n', {}],
    ['with tabs', 'email\tcity\nada@example.com\tZürich\n', {}],
    ['with a delimiter of its own', 'email|city\nada@example.com|Zürich\n', { delimiter: '|' }],
    ['in UTF-16, little end first', Buffer.from('\ufeffemail,city\nada@example.com,Zürich\n', 'utf16le'), {}],
    [
      'in UTF-16, big end first',
      Buffer.from('\ufeffemail,city\nada@example.com,Zürich\n', 'utf16le').swap16(),
      {},
    ],
    [
      'in Windows-1252, where that is said',
      Buffer.from('email,city\nada@example.com,Zürich\n', 'latin1'),
      { encoding: 'windows-1252' },
    ],
    ['with blank rows between', 'email,city\n\nada@example.com,Zürich\n,\n', {}],
    ['with an empty last column, as some exports have', 'email,city,\nada@example.com,Zürich,\n', {}],
    [
      'with other names, mapped',
      'Mail,Ort\nada@example.com,Zürich\n',
      { map: ['email={Mail}', 'city={Ort}'] },
    ],
    ['with cells that a spreadsheet must not run', "email,city\nada@example.com,'=Zürich\n", {}],
  ])('%s', async (title, text, given) => {
    const { store } = await run(written(text), given)
    const city = title.includes('must not run') ? '=Zürich' : 'Zürich'
    expect(captures(store)).toEqual([
      expect.objectContaining({ email: 'ada@example.com', profile: { city } }),
    ])
  })

  test('with line breaks and delimiters inside cells, and its rows counted as a spreadsheet does', async () => {
    const text = 'email,city\n"ada@example.com","Leeds,\nYorkshire"\nnobody,"a\nb"\n'
    const { store, text: said } = await run(written(text))
    expect(captures(store)[0]?.profile).toEqual({ city: 'Leeds,\nYorkshire' })
    expect(said).toContain('Row 3: Email: The address has no @.')
  })
})

describe('a row is left out, with the reason beside it', () => {
  const megabyte = 'x'.repeat(1_000_000)
  test.each<[string, string, Partial<ImportOptions>, string]>([
    [
      'that has too few cells',
      'email,city\nada@example.com\n',
      {},
      'It has 1 cells but the header has 2, so they cannot be matched.',
    ],
    [
      'that has too many cells',
      'email,city\nada@example.com,Leeds,x\n',
      {},
      'It has 3 cells but the header has 2, so they cannot be matched.',
    ],
    [
      'with a cell of a megabyte',
      `email,city\nada@example.com,${megabyte}\n`,
      {},
      'A submission may have 32768 bytes; send the form’s fields only.'.replace('’', "'"),
    ],
    [
      'with a choice that is not offered',
      'email,occupation\nada@example.com,Pirate\n',
      {},
      'What do you do at present? must be one of: Working Professional, Student, Unemployed, Housewife, Businessman, Other.',
    ],
    [
      'with a time zone that is none',
      'email,timeZone\nada@example.com,Mars\n',
      {},
      'Use an IANA time zone such as Europe/Berlin, or leave it out.',
    ],
    [
      'without a consent of its own',
      'email,why\nada@example.com,\n',
      { consentColumn: 'why' },
      'Consent: Say in 10 to 500 characters how, when and where this person agreed.',
    ],
    [
      'with a date that two readers read differently',
      'email,at\nada@example.com,02/03/2026\n',
      { capturedAt: 'at' },
      'The time at which it was captured must look like 2026-03-02 or 2026-03-02T10:00:00Z.',
    ],
    [
      'with a day that there is not',
      'email,at\nada@example.com,2025-02-30\n',
      { capturedAt: 'at' },
      'The time at which it was captured must look like 2026-03-02 or 2026-03-02T10:00:00Z.',
    ],
    [
      'with a time that has not come',
      'email,at\nada@example.com,9999-01-01\n',
      { capturedAt: 'at' },
      'The time at which it was captured is in the future.',
    ],
    [
      'without its time',
      'email,at\nada@example.com,\n',
      { capturedAt: 'at' },
      'The time at which it was captured must look like 2026-03-02 or 2026-03-02T10:00:00Z.',
    ],
    [
      'confirmed before it was captured',
      'email,at,c\nada@example.com,2026-01-02,2026-01-01\n',
      { capturedAt: 'at', confirmedAt: 'c' },
      'It was confirmed before it was captured; one of the two times is wrong.',
    ],
    [
      'with a suppression that is none',
      'email,suppression\nada@example.com,maybe\n',
      {},
      'The column suppression must say unsubscribed, complaint, hardBounce or softBounces, or be empty.',
    ],
    [
      'with a throwaway address, where the form refuses those',
      'email\nada@mailinator.com\n',
      { form: 'newsletter', sendConfirmations: true },
      'Please use an address that you will still have next month.',
    ],
  ])('%s', async (_, text, given, problem) => {
    const { code, store } = await run(written(text), given)
    expect(code).toBe(1)
    expect(store.content.size).toBe(0)
    const errors = readFileSync(join(folder, 'leads.csv.errors.csv'), 'utf8')
    expect(errors).toContain(problem.includes(',') ? `,2,"${problem}"\r\n` : `,2,${problem}\r\n`)
  })
})

test('rows left out can be corrected in their file and imported from there', async () => {
  const text = 'email,city,Note\nada@example.com,Leeds,"=1+1, ""so"""\nbob,York,+44\n'
  const file = written(text)
  const { store } = await run(file)
  const errors = `${file}.errors.csv`
  expect(readFileSync(errors, 'utf8')).toBe(
    "\ufeffemail,city,Note,row,problem\r\nbob,York,'+44,3,Email: The address has no @.\r\n",
  )
  await run(errors, {}, store)
  expect(readFileSync(`${errors}.errors.csv`, 'utf8')).toBe(
    "\ufeffemail,city,Note,row,problem\r\nbob,York,'+44,2,Email: The address has no @.\r\n",
  )
  writeFileSync(errors, readFileSync(errors, 'utf8').replace('bob,', 'bob@example.com,'))
  const { code, text: said } = await run(errors, {}, store)
  expect(code).toBe(0)
  expect(said).toContain('Columns not used: Note, row, problem.')
  expect(captures(store).map(({ email, profile }) => [email, profile])).toEqual([
    ['ada@example.com', { city: 'Leeds' }],
    ['bob@example.com', { city: 'York' }],
  ])
})

describe('an import that stops', () => {
  const lines = Array.from({ length: 230 }, (_, index) =>
    index % 40 === 7 ? `wrong ${index},Leeds` : `lead-${index}@example.com,Leeds`,
  )
  const text = `email,city\n${lines.join('\n')}\n`

  test.each([1, 50, 120, 199])(
    'after %i writes goes on with --resume, and ends like one that did not stop',
    async (failAfterWrites) => {
      const whole = await run(written(text, 'whole.csv'))
      const file = written(text)
      const broken = memoryStore({ failAfterWrites })
      await expect(run(file, {}, broken)).rejects.toThrow('The table is away.')
      const mended = memoryStore({ nowMs: monday + 3_600_000 })
      for (const [key, item] of broken.content) (mended.content as Map<string, object>).set(key, item)
      const { text: said } = await run(file, { resume: true }, mended)
      const withoutTime = (store: MemoryStore) =>
        facts(store)
          .map(({ sk, pk, email }) => [pk, sk, email])
          .sort()
      expect(withoutTime(mended)).toEqual(withoutTime(whole.store))
      expect(withoutTime(mended)).toHaveLength(224)
      expect(readFileSync(`${file}.errors.csv`, 'utf8')).toBe(
        readFileSync(join(folder, 'whole.csv.errors.csv'), 'utf8'),
      )
      expect(said).toContain('6 could not be read.')
      if (failAfterWrites >= 50) {
        // The first run's time is kept, so that the facts are the same.
        expect(captures(mended).every(({ atMs }) => atMs === monday)).toBe(true)
        expect(said).toMatch(/this run continued after row \d+\./)
      }
      expect(existsSync(`${file}.import.json`)).toBe(false)
    },
  )

  test('at its --limit takes the next rows with --resume, so that a mailing list warms up day by day', async () => {
    const file = written(text)
    const store = memoryStore()
    const first = await run(file, { limit: 100 }, store)
    expect(first.code).toBe(1)
    expect(first.text).toContain('Done up to row 101. Continue with the same command and --resume.')
    expect(captures(store)).toHaveLength(97)
    await run(file, { limit: 100, resume: true }, store)
    expect(captures(store)).toHaveLength(195)
    const last = await run(file, { limit: 100, resume: true }, store)
    expect(last.text).toContain('224 imported into memory, 0 were there already, 6 could not be read.')
    expect(captures(store)).toHaveLength(224)
  })

  test('does not go on into another place, nor with other words', async () => {
    const file = written(text)
    await run(file, { limit: 100 })
    const elsewhere = { ...memoryStore(), identityKey: 'another key' }
    expect((await run(file, { resume: true }, elsewhere)).text).toContain('224 imported')
    await run(file, { limit: 100 })
    const other = await run(file, { resume: true, consent: 'Asked for it on the telephone, 3 March 2026' })
    expect(other.text).not.toContain('went on after row')
    expect(captures(other.store)).toHaveLength(224)
  })

  test('says so, where it begins again', async () => {
    const file = written(text)
    const store = memoryStore()
    await run(file, { limit: 100 }, store)
    const { text: said } = await run(file, {}, store)
    expect(said).toContain('An earlier import of this file stopped after row 101 (/leads.csv.import.json).')
    expect(said).toContain('127 imported into memory, 97 were there already')
  })
})

describe('a form with double opt-in', () => {
  const text = 'email,at,ok\nada@example.com,2026-01-01,2026-01-02 10:00\nbob@example.com,2026-01-01,\n'
  const given = { form: 'newsletter', capturedAt: 'at', confirmedAt: 'ok' }

  test('does not confirm by itself: how many emails it would be is said first', async () => {
    const store = memoryStore()
    await expect(run(written(text), { form: 'newsletter', capturedAt: 'at' }, store)).rejects.toThrow(
      'asks for double opt-in, and 2 rows are not confirmed',
    )
    expect(store.content.size).toBe(0)
    const dry = await run(written(text), { ...given, dryRun: true })
    expect(dry.text).toContain('1 of them are not confirmed: each would get a confirmation email.')
  })

  test('takes the confirmation that the file knows, and writes it before the lead', async () => {
    const store = memoryStore()
    await run(written(text), { ...given, sendConfirmations: true }, store)
    const [ada] = captures(store).filter(({ email }) => email === 'ada@example.com')
    expect(
      facts(store).map(({ pk, kind, atMs }) => [
        pk === ada?.pk ? 'ada' : 'bob',
        kind,
        new Date(Number(atMs)).toISOString(),
      ]),
    ).toEqual([
      ['ada', 'CONFIRMED', '2026-01-02T10:00:00.000Z'],
      ['bob', 'CAPTURED', '2026-01-01T00:00:00.000Z'],
      ['ada', 'CAPTURED', '2026-01-01T00:00:00.000Z'],
    ])
  })
})

test('who may not be written to comes in with that, before anything else is known of them', async () => {
  const text = [
    'email,suppression,suppressedAt',
    'ada@example.com,unsubscribed,2026-01-05T08:00:00+02:00',
    'bob@example.com,hardBounce,',
    'eve@example.com,complaint,2026-01-06',
    'kim@example.com,softBounces,2026-01-07',
  ].join('\n')
  const { store, text: said } = await run(written(text))
  expect(
    [...store.content.values()].map(({ sk, reason, atMs }) => [
      String(sk).replace(/import-.*/, '*'),
      reason,
      atMs,
    ]),
  ).toEqual([
    ['FACT#UNSUBSCRIBED#import#import', undefined, Date.parse('2026-01-05T06:00:00Z')],
    ['SUPPRESSED', 'unsubscribed', Date.parse('2026-01-05T06:00:00Z')],
    ['FACT#BOUNCED#import#import#permanent', undefined, monday],
    ['SUPPRESSED', 'hardBounce', monday],
    ['FACT#COMPLAINED#import#import', undefined, Date.parse('2026-01-06T00:00:00Z')],
    ['SUPPRESSED', 'complaint', Date.parse('2026-01-06T00:00:00Z')],
    // Which emails came back, and when, is not in the file.
    ['FACT#BOUNCED#import#import#permanent', undefined, Date.parse('2026-01-07T00:00:00Z')],
    ['SUPPRESSED', 'hardBounce', Date.parse('2026-01-07T00:00:00Z')],
    ['FACT#CAPTURED#*', undefined, monday],
    ['FACT#CAPTURED#*', undefined, monday],
    ['FACT#CAPTURED#*', undefined, monday],
    ['FACT#CAPTURED#*', undefined, monday],
  ])
  expect(said).toContain('4 leads are suppressed.')
})

test('how a lead came, its time zone and its language are taken by their names', async () => {
  const text =
    'email,Source,utm_medium,first_utm_source,Time zone,language,page\nada@example.com,Fair,email,google,Europe/Berlin,de,https://www.example.com/a?b=1\n'
  const { store } = await run(written(text))
  expect(captures(store)).toEqual([
    expect.objectContaining({
      source: 'Fair',
      timeZone: 'Europe/Berlin',
      language: 'de',
      attribution: { first: { utm_source: 'google' }, last: { utm_medium: 'email' } },
      consent: { wordingHash: 'imported', page: 'https://www.example.com/a', basis: consent },
    }),
  ])
})
