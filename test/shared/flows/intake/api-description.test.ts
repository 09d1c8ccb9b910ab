import { resolve } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileCampaign } from '../../../../shared/campaign/compile.ts'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { describeApi } from '../../../../shared/flows/intake/api-description.ts'
import { readSubmission } from '../../../../shared/flows/intake/capture.ts'
import { definitionOf } from '../../../../shared/flows/intake/form-definition.ts'
import { signFormToken } from '../../../../shared/flows/intake/form-token.ts'
import { issueToken } from '../../../../shared/flows/intake/issue-token.ts'
import { field, formOf } from '../../../support/forms.ts'
import { runs } from '../../../support/runs.ts'

/** One field of each type and rule. */
const everything = formOf({
  id: 'everything',
  fields: [
    field({ name: 'email', label: 'Email', type: 'email', required: true, maxLength: 254 }),
    field({
      name: 'firstName',
      label: 'First name',
      type: 'text',
      maxLength: 20,
      help: 'As friends say it.',
    }),
    field({ name: 'motto', label: 'Motto', type: 'text', minLength: 3, maxLength: 30 }),
    field({
      name: 'code',
      label: 'Code',
      type: 'text',
      pattern: '[A-Z]{2}\\d{4}',
      patternHelp: 'two capital letters and four digits.',
    }),
    field({ name: 'work', label: 'Work', type: 'select', options: ['Analyst', 'R & D', 'Other'] }),
    field({ name: 'age', label: 'Age', type: 'number', minimum: 18, maximum: 99 }),
    field({ name: 'weight', label: 'Weight', type: 'number' }),
    field({ name: 'phone', label: 'Phone', type: 'phone' }),
    field({ name: 'call', label: 'Call me', type: 'checkbox' }),
    field({ name: 'adult', label: 'I am over 18', type: 'checkbox', required: true }),
    field({ name: 'visits', label: 'Visits', type: 'hidden' }),
  ],
  redirects: ['https://www.example.com/thanks/'],
})

type Words = Record<string, unknown>
let forms: Readonly<Record<string, CompiledForm>>
let document: Words & { paths: Record<string, Words>; components: { schemas: Record<string, Words> } }
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)

beforeAll(async () => {
  forms = {
    ...(await compileCampaign(resolve(import.meta.dirname, '..', '..', '..', '..', 'campaign'))).forms,
    everything,
  }
  document = JSON.parse(JSON.stringify(describeApi(forms, 'https://api.example.com')))
  ajv.addSchema(document, 'api')
})

const schemaOf = (name: string): Words => document.components.schemas[name] ?? {}
const validator = (name: string) => ajv.compile({ $ref: `api#/components/schemas/${name}` })
const propertyOf = (name: string) =>
  (schemaOf('Submission-everything').properties as Record<string, Words>)[name]

const formKey = 'key'
const atMs = 1_000_000
const token = (form: string) =>
  signFormToken({ form, issuedAtMs: atMs - 60_000, nonce: 'n', work: 0, isAgain: false }, formKey)

const capture = async (form: string, body: Words, contentType = 'application/json') => {
  const text =
    contentType === 'application/json'
      ? JSON.stringify(body)
      : new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)])).toString()
  const reading = await readSubmission(
    {
      form,
      contentType,
      body: text,
      idempotencyKey: undefined,
      requestId: 'r',
      sourceIp: '192.0.2.1',
      atMs,
    },
    { forms, formKey, isDisposable: () => false, isWorkDone: async () => true },
  )
  return reading.kind
}

test('the document is OpenAPI 3.1', async () => {
  const judge = new Validator()
  expect(await judge.validate(document)).toEqual({ valid: true })
  expect(judge.version).toBe('3.1')
})

test('every public route is described', () => {
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => key !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual([
    'GET /confirm/{token}',
    'GET /embed.js',
    'GET /forms/{form}',
    'GET /forms/{form}/definition',
    'GET /forms/{form}/thanks',
    'GET /forms/{form}/token',
    'GET /preferences/{token}',
    'POST /confirm/{token}',
    'POST /forms/everything/submissions',
    'POST /forms/guide/submissions',
    'POST /forms/newsletter/submissions',
    'POST /preferences/{token}',
  ])
})

describe('a field is described by', () => {
  test.each<[string, string, object]>([
    ['its label and help', 'firstName', { description: 'First name. As friends say it', maxLength: 20 }],
    ['its options', 'work', { enum: ['Analyst', 'R & D', 'Other'] }],
    ['its format', 'email', { format: 'email', maxLength: 254 }],
    [
      'its pattern, and what that means in words',
      'code',
      {
        pattern: '^(?:[A-Z]{2}\\d{4})$',
        description: 'Code. two capital letters and four digits',
      },
    ],
    ['its bounds', 'age', { minimum: 18, maximum: 99 }],
    ['its least length', 'motto', { minLength: 3, maxLength: 30 }],
    ['what a tick is', 'adult', { enum: ['yes', 'on', 'true', '1', true] }],
    ['what a trap is', 'homepage', { maxLength: 0 }],
  ])('%s', (_, name, expected) => {
    expect(propertyOf(name)).toMatchObject(expected)
  })
})

test('what must be there is named', () => {
  expect(schemaOf('Submission-everything').required).toEqual(['email', 'adult', 'consent', 'token'])
})

test('every example is accepted, in both content types', async () => {
  const examples = Object.keys(forms).flatMap((form) =>
    (schemaOf(`Submission-${form}`).examples as Words[]).map((example) => ({ form, example })),
  )
  expect(examples.map(({ form }) => form)).toEqual(['guide', 'newsletter', 'everything'])
  for (const { form, example } of examples)
    for (const type of ['application/json', 'application/x-www-form-urlencoded'])
      expect(await capture(form, { ...example, token: token(form) }, type)).toBe('captured')
})

test('what the routes answer fits what is described', async () => {
  const isDefinition = validator('FormDefinition')
  const isToken = validator('FormToken')
  const isProblem = validator('Problem')
  for (const form of Object.values(forms)) {
    expect(isDefinition(JSON.parse(JSON.stringify(definitionOf(form))))).toBe(true)
    expect(isToken(await issueToken(form, { nonce: 'n', atMs, formKey }, async () => 1))).toBe(true)
    expect(isToken(await issueToken(form, { nonce: 'n', atMs, formKey }, async () => 500))).toBe(true)
  }
  expect(isProblem({ status: 422 })).toBe(false)
})

/** Trimmed and not blank: what the document speaks of. */
const text = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 24 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.constantFrom('AB1234', 'ab1234', 'Analyst', 'R & D', 'Pirate', 'yes', 'no', '1', '0', 'x'.repeat(121)),
    fc.constantFrom(
      '+44 20 7946 0018',
      '12',
      '-0',
      '1e9',
      '18.5',
      'NaN',
      '１２',
      '2'.repeat(13),
      '0.1234567',
    ),
    fc.constantFrom(
      'Europe/Berlin',
      'Mars/Base',
      'de-DE',
      'de_DE',
      'a\u0000b',
      'a\tb',
      'a\ufffdb',
      'a\u2028b',
    ),
  )
  .map((given) => given.toWellFormed().trim())
  .filter((given) => given !== '')

const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.double({ noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -200, max: 200 }) },
  { weight: 1, arbitrary: fc.boolean() },
)

/** Number fields given as text have bounds that JSON Schema cannot say, and zones are too many to list: told in words. */
const names = [
  'firstName',
  'motto',
  'code',
  'work',
  'phone',
  'call',
  'adult',
  'visits',
  'language',
  'source',
  'page',
  'utm_source',
  'submissionId',
]

describe('the document tells the truth:', () => {
  const good = () => ({ email: 'ada@example.com', adult: true, consent: 'yes', token: token('everything') })

  test('text answers are accepted exactly where the document allows them', async () => {
    const isAllowed = validator('Submission-everything')
    const seen = { allowed: 0, forbidden: 0 }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), text, async (name, given) => {
        // Browsers count an emoji as two, as the document says in words.
        fc.pre([...given].length === given.length || !['motto', 'firstName'].includes(name))
        const body = { ...good(), [name]: given }
        const allowed = isAllowed(body)
        seen[allowed ? 'allowed' : 'forbidden'] += 1
        expect(await capture('everything', body)).toBe(allowed ? 'captured' : 'refused')
      }),
      runs(2500),
    )
    expect(seen.allowed).toBeGreaterThan(500)
    expect(seen.forbidden).toBeGreaterThan(500)
  })

  test('whatever JSON the document allows is accepted', async () => {
    const isAllowed = validator('Submission-everything')
    let allowed = 0
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names, 'age', 'weight'), value, { maxKeys: 4 }),
        async (given) => {
          const body = { ...good(), ...given }
          if (!isAllowed(body) || !isInWords(body)) return
          allowed += 1
          expect(await capture('everything', body)).toBe('captured')
        },
      ),
      runs(4000),
    )
    expect(allowed).toBeGreaterThan(500)
  })

  test.each([
    ['a number below its least', { age: 17 }],
    ['a number above its most', { age: 99.5 }],
    ['a name that no field has', { shoeSize: '44' }],
    ['a list', { firstName: ['Ada'] }],
    ['an object', { firstName: { first: 'Ada' } }],
    ['a trap that is filled in', { homepage: 'https://spam.example' }],
    ['no token', { token: undefined }],
    ['no address', { email: undefined }],
    ['no consent', { consent: undefined }],
    ['a consent that says no', { consent: 'no' }],
    ['an address of one word', { email: 'ada' }],
    ['an address with two @', { email: 'ada@b@example.com' }],
  ])('it forbids %s, and so does capture', async (_, given) => {
    const body = JSON.parse(JSON.stringify({ ...good(), ...given }))
    expect(validator('Submission-everything')(body)).toBe(false)
    expect(await capture('everything', body)).not.toBe('captured')
  })
})

/** What the document says in words and not in its schema: bounds of numbers as text, and at most six decimals. */
const isInWords = (body: Words): boolean =>
  ['age', 'weight'].every(
    (name) =>
      (typeof body[name] !== 'string' ||
        name === 'weight' ||
        (Number(body[name]) >= 18 && Number(body[name]) <= 99)) &&
      (typeof body[name] !== 'number' || Math.abs(Math.round(body[name] * 1e6) / 1e6 - body[name]) === 0),
  )
