import { describe, expect, test } from 'vitest'
import type { CompiledForm } from '../../../shared/campaign/compiled.ts'
import { leadIdOf, readSubmission, type Submission } from '../../../shared/flows/capture.ts'

const form: CompiledForm = {
  id: 'guide',
  version: 'v1',
  title: 'Guide',
  consent: { wording: 'Yes, write to me.', wordingHash: 'hash' },
  fields: [
    { name: 'email', label: 'Email', type: 'email', required: true, maxLength: 254 },
    { name: 'firstName', label: 'First name', type: 'text', required: false, maxLength: 20 },
    {
      name: 'work',
      label: 'Work',
      type: 'select',
      required: false,
      maxLength: 40,
      options: ['Analyst', 'Other'],
    },
    { name: 'visits', label: 'Visits', type: 'number', required: false, maxLength: 20 },
    { name: 'source', label: 'Source', type: 'hidden', required: false, maxLength: 80 },
    { name: 'timeZone', label: 'Time zone', type: 'hidden', required: false, maxLength: 40 },
  ],
}

const post = (body: unknown, given: Partial<Submission> = {}) =>
  readSubmission(
    {
      form: 'guide',
      contentType: 'application/json',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      idempotencyKey: undefined,
      requestId: 'request-1',
      atMs: 1_000,
      ...given,
    },
    { guide: form },
  )

const good = { email: ' Ada@Example.com', consent: 'yes' }

test('a submission becomes the fact that the lead was captured', () => {
  expect(post({ ...good, firstName: 'Ada', visits: 3, source: 'Google', timeZone: 'Europe/Berlin' })).toEqual(
    {
      kind: 'captured',
      fact: {
        kind: 'CAPTURED',
        submission: 'request-1',
        form: 'guide',
        formVersion: 'v1',
        email: 'ada@example.com',
        profile: { firstName: 'Ada', visits: '3' },
        source: 'Google',
        timeZone: 'Europe/Berlin',
        consent: { wordingHash: 'hash' },
        atMs: 1_000,
      },
    },
  )
})

test('a plain form post is read like JSON', () => {
  const contentType = 'application/x-www-form-urlencoded; charset=UTF-8'
  expect(post('email=ada%40example.com&consent=on&firstName=Ada', { contentType })).toMatchObject({
    fact: { email: 'ada@example.com', profile: { firstName: 'Ada' }, source: 'direct' },
  })
})

test('the idempotency key names the submission', () => {
  expect(post(good, { idempotencyKey: 'key-1' })).toMatchObject({ fact: { submission: 'key-1' } })
})

describe('what cannot be read is refused, naming the field and the fix', () => {
  test.each([
    ['an unknown form', good, { form: 'nowhere' }, 404, undefined],
    ['text that is not JSON', '{', {}, 400, undefined],
    ['JSON that is not an object', '[1]', {}, 400, undefined],
    ['a content type of another kind', good, { contentType: 'text/xml' }, 415, undefined],
    ['more than 32 KB', { ...good, firstName: 'a'.repeat(40_000) }, {}, 413, undefined],
    ['no address', { consent: 'yes' }, {}, 422, 'email'],
    ['an address that is none', { ...good, email: 'ada' }, {}, 422, 'email'],
    ['an address that is a list', { ...good, email: ['ada@example.com'] }, {}, 422, 'email'],
    ['no consent', { email: 'ada@example.com' }, {}, 422, 'consent'],
    ['a text too long', { ...good, firstName: 'a'.repeat(21) }, {}, 422, 'firstName'],
    ['a choice that is not offered', { ...good, work: 'Pirate' }, {}, 422, 'work'],
    ['a number that is none', { ...good, visits: 'many' }, {}, 422, 'visits'],
    ['control characters', { ...good, firstName: 'A\u0000da' }, {}, 422, 'firstName'],
    ['a field the form does not have', { ...good, shoeSize: '44' }, {}, 422, 'shoeSize'],
    [
      'a prototype key',
      `{"email":"ada@example.com","consent":"yes","__proto__":{"x":1}}`,
      {},
      422,
      '__proto__',
    ],
    ['a time zone that is none', { ...good, timeZone: 'Mars/Base' }, {}, 422, 'timeZone'],
    ['an idempotency key with spaces', good, { idempotencyKey: 'a b' }, 422, 'submissionId'],
  ])('%s', (_, body, given, status, field) => {
    const reading = post(body, given)
    expect(reading).toMatchObject({ kind: 'refused', problem: { status } })
    if (reading.kind === 'refused')
      expect(reading.problem.errors.map((error) => error.field)).toEqual(field ? [field] : [])
  })
})

test('the lead id is 128 bits of a keyed hash, the same for the same address and key', () => {
  // echo -n ada@example.com | openssl dgst -sha256 -hmac key
  expect(leadIdOf('ada@example.com', 'key')).toBe('20caa94149b865c2f3a23002c8ca0b02')
  expect(leadIdOf('ada@example.com', 'other key')).not.toBe(leadIdOf('ada@example.com', 'key'))
})
