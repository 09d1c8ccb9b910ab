import { expect, test } from 'vitest'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { readSubmission, type Submission } from '../../../../shared/flows/intake/capture.ts'
import { formPage } from '../../../../web/form-page.ts'
import { field, formOf } from '../../../support/forms.ts'

const form: CompiledForm = formOf({
  fields: [
    field({ name: 'email', label: 'Email', type: 'email', required: true, maxLength: 254 }),
    field({ name: 'firstName', label: 'First name', type: 'text', maxLength: 20 }),
    field({ name: 'work', label: 'Work', type: 'select', options: ['Analyst', 'Other'] }),
    field({ name: 'visits', label: 'Visits', type: 'number' }),
    field({ name: 'call', label: 'Call me', type: 'checkbox' }),
    field({ name: 'adult', label: 'I am over 18', type: 'checkbox', required: true }),
  ],
  protection: { hasTrap: true, work: 'never' },
})

const read = (body: string, given: Partial<Submission> = {}) =>
  readSubmission(
    {
      form: 'guide',
      contentType: 'application/x-www-form-urlencoded',
      body,
      idempotencyKey: undefined,
      requestId: 'request-1',
      sourceIp: '192.0.2.77',
      atMs: 1_000_000,
      ...given,
    },
    { forms: { guide: form }, formKey: 'key', isDisposable: () => false, isWorkDone: async () => true },
  )

const good = 'email=ada%40example.com&consent=yes&adult=yes'
const goodJson = { email: 'ada@example.com', consent: 'yes', adult: true }
const json = { contentType: 'application/json' }

test.each<[string, string, Partial<Submission>, object]>([
  ['one answer twice is one answer', `${good}&firstName=Ada&firstName=Ada`, {}, { firstName: 'Ada' }],
  ['a blank beside an answer does not count', `${good}&firstName=Ada&firstName=`, {}, { firstName: 'Ada' }],
  ['a hidden "no" before a ticked box is a tick', `${good}&call=no&call=yes`, {}, { call: 'yes' }],
  ['a hidden "0" before a ticked box is a tick', `${good}&call=0&call=1`, {}, { call: 'yes' }],
  ['a box that says no is not ticked', `${good}&call=no`, {}, {}],
  ['a box that says false is not ticked', JSON.stringify({ ...goodJson, call: 'false' }), json, {}],
  ['false is not ticked', JSON.stringify({ ...goodJson, call: false }), json, {}],
  ['true is ticked', JSON.stringify({ ...goodJson, call: true }), json, { call: 'yes' }],
  ['a choice may have blanks around it', `${good}&work=+Analyst%09`, {}, { work: 'Analyst' }],
  [
    'text in any script stays as it is',
    `${good}&firstName=${encodeURIComponent('Зоя ‏نور 🧑‍🚀')}`,
    {},
    { firstName: 'Зоя ‏نور 🧑‍🚀' },
  ],
  [
    'UTF-8 may be named',
    good,
    { contentType: 'application/x-www-form-urlencoded; boundary=x; charset="UTF-8"' },
    {},
  ],
  ['a number in JSON is text', JSON.stringify({ ...goodJson, visits: 3.5 }), json, { visits: '3.5' }],
])('%s', async (_, body, given, profile) => {
  const reading = await read(body, given)
  expect(reading.kind).toBe('captured')
  expect(reading.kind === 'captured' && reading.fact.profile).toEqual({ adult: 'yes', ...profile })
})

test.each<[string, string, Partial<Submission>, number, string | undefined]>([
  ['two answers to one question', `${good}&work=Analyst&work=Other`, {}, 422, 'work'],
  ['two addresses', `${good}&email=eve%40example.com`, {}, 422, 'email'],
  ['a box that must be ticked and says no', good.replace('adult=yes', 'adult=no'), {}, 422, 'adult'],
  ['consent that says no', good.replace('consent=yes', 'consent=0'), {}, 422, 'consent'],
  ['a number too large to be one', '{"visits":1e999,"email":"a@example.com"}', json, 422, 'visits'],
  ['text that was not UTF-8', `${good}&firstName=M%FCller`, {}, 422, 'firstName'],
  ['half of a surrogate pair', JSON.stringify({ ...goodJson, firstName: 'x\ud83d' }), json, 422, 'firstName'],
  ['UTF-16', good, { contentType: 'application/json; charset=utf-16' }, 415, undefined],
  ['Latin-1', good, { contentType: 'application/x-www-form-urlencoded;charset=iso-8859-1' }, 415, undefined],
  ['no content type', good, { contentType: '' }, 415, undefined],
  ['no body', '', json, 400, undefined],
  ['JSON behind a byte order mark', `\ufeff${JSON.stringify(goodJson)}`, json, 400, undefined],
  ['JSON that is nested without end', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, json, 422, 'a'],
  ['a very long idempotency key', good, { idempotencyKey: 'k'.repeat(9000) }, 422, 'submissionId'],
  [
    'more than 200 names',
    `${good}&${Array.from({ length: 200 }, (_, at) => `x${at}=1`).join('&')}`,
    {},
    422,
    undefined,
  ],
])('%s is refused', async (_, body, given, status, name) => {
  const reading = await read(body, given)
  expect(reading).toMatchObject({ kind: 'refused', problem: { status } })
  const fields = reading.kind === 'refused' ? reading.problem.errors.map((error) => error.field) : []
  if (name === undefined) expect(fields).toEqual([])
  else expect(fields).toContain(name)
})

test.each(['mailto:ada@example.com', 'file:///home/ada/page.html', 'data:text/html,x', 'about:blank'])(
  '%s leads nowhere, so the lead came directly',
  async (referrer) => {
    expect(await read(`${good}&referrer=${encodeURIComponent(referrer)}`)).toMatchObject({
      fact: { source: 'direct' },
    })
  },
)

test('a pattern is never tried on text that is too long for its field', async () => {
  const slow = field({
    name: 'code',
    label: 'Code',
    type: 'text',
    maxLength: 10,
    pattern: '(a+)+',
    patternHelp: 'x',
  })
  const reading = await readSubmission(
    {
      form: 'guide',
      contentType: 'application/x-www-form-urlencoded',
      body: `${good}&code=${'a'.repeat(30_000)}!`,
      idempotencyKey: undefined,
      requestId: 'request-1',
      sourceIp: '192.0.2.77',
      atMs: 1,
    },
    {
      forms: { guide: { ...form, fields: [...form.fields, slow] } },
      formKey: 'key',
      isDisposable: () => false,
      isWorkDone: async () => true,
    },
  )
  expect(reading).toMatchObject({
    problem: { errors: [{ field: 'code', message: 'Code may have 10 characters.' }] },
  })
})

test('a box that was not ticked is not ticked when the page is shown again', () => {
  const html = formPage(form, { values: { consent: 'no', call: 'false', adult: 'on' } }).toString()
  expect(
    [
      ...html.matchAll(/name="(\w+)" value="yes"[^>]* checked|value="yes" [^>]*name="(\w+)"[^>]* checked/g),
    ].map(([, a, b]) => a ?? b),
  ).toEqual(['adult'])
})
