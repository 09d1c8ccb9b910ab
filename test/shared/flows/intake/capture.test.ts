import { describe, expect, test } from 'vitest'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import {
  type CaptureDependencies,
  leadIdOf,
  readSubmission,
  type Submission,
} from '../../../../shared/flows/intake/capture.ts'
import { signFormToken } from '../../../../shared/flows/intake/form-token.ts'
import { field, formOf } from '../../../support/forms.ts'

const form = formOf({
  fields: [
    field({ name: 'email', label: 'Email', type: 'email', required: true, maxLength: 254 }),
    field({ name: 'firstName', label: 'First name', type: 'text', maxLength: 20 }),
    field({ name: 'work', label: 'Work', type: 'select', options: ['Analyst', 'Other'] }),
    field({ name: 'visits', label: 'Visits', type: 'number', minimum: 0, maximum: 99 }),
    field({ name: 'phone', label: 'Phone', type: 'phone' }),
    field({ name: 'call', label: 'Call me', type: 'checkbox' }),
    field({
      name: 'code',
      label: 'Code',
      type: 'text',
      minLength: 3,
      pattern: '[A-Z]+',
      patternHelp: 'capital letters, as on your card.',
    }),
  ],
  redirects: ['https://www.example.com/thanks/', 'https://www.example.com/done'],
})
const { token: _, ...withoutToken } = form.protection

const formKey = 'form key'
const secondsAt = 1_000_000
/** Ten minutes after the form was shown. */
const atMs = secondsAt + 600_000

const tokenOf = (given: Partial<Parameters<typeof signFormToken>[0]> = {}) =>
  signFormToken(
    { form: 'guide', issuedAtMs: secondsAt, nonce: 'nonce-1', work: 0, isAgain: false, ...given },
    formKey,
  )

const read = (
  body: unknown,
  given: Partial<Submission> = {},
  definition: CompiledForm = { ...form, protection: withoutToken },
  dependencies: Partial<CaptureDependencies> = {},
) =>
  readSubmission(
    {
      form: 'guide',
      contentType: 'application/json',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      idempotencyKey: undefined,
      requestId: 'request-1',
      sourceIp: '192.0.2.77',
      atMs,
      ...given,
    },
    {
      forms: { guide: definition },
      formKey,
      isDisposable: (domain) => domain === 'throwaway.example',
      isWorkDone: async (_token, work) => work === 'solved',
      ...dependencies,
    },
  )

const good = { email: ' Ada@Example.com', consent: 'yes' }

test('a submission becomes the fact that the lead was captured', async () => {
  const answers = {
    firstName: 'Ada',
    visits: 3,
    source: 'Google',
    timeZone: 'Europe/Berlin',
    language: 'de',
    call: true,
  }
  expect(await read({ ...good, ...answers, page: 'https://www.example.com/guide?x=1#top' })).toMatchObject({
    kind: 'captured',
    fact: {
      kind: 'CAPTURED',
      submission: 'request-1',
      form: 'guide',
      formVersion: 'v1',
      email: 'ada@example.com',
      profile: { firstName: 'Ada', visits: '3', call: 'yes' },
      source: 'Google',
      timeZone: 'Europe/Berlin',
      language: 'de',
      network: expect.stringMatching(/^[0-9a-f]{20}$/),
      consent: { wordingHash: 'hash', page: 'https://www.example.com/guide' },
      atMs,
    },
  })
})

test('a plain form post is read like JSON', async () => {
  const contentType = 'application/x-www-form-urlencoded; charset=UTF-8'
  expect(await read('email=ada%40example.com&consent=on&firstName=Ada&work=', { contentType })).toMatchObject(
    {
      fact: { email: 'ada@example.com', profile: { firstName: 'Ada' }, source: 'direct' },
    },
  )
})

describe('a submission is named', () => {
  test.each<[string, object, Partial<Submission>, string]>([
    ['by the idempotency key', { ...good, submissionId: 'field-1' }, { idempotencyKey: 'key-1' }, 'key-1'],
    ['by its field, for pages that cannot set a header', { ...good, submissionId: 'field-1' }, {}, 'field-1'],
    ['by its request otherwise', good, {}, 'request-1'],
  ])('%s', async (_, body, given, submission) => {
    expect(await read(body, given)).toMatchObject({ fact: { submission } })
  })

  test('by its token and its answers: a second press is the same fact, a corrected answer another', async () => {
    const named = async (firstName: string) => {
      const reading = await read({ ...good, firstName, token: tokenOf() }, {}, form)
      return reading.kind === 'captured' ? reading.fact.submission : reading.kind
    }
    expect(await named('Ada')).toMatch(/^nonce-1-[0-9a-f]{8}$/)
    expect(await named('Ada')).toBe(await named('Ada'))
    expect(await named('Ada')).not.toBe(await named('Adele'))
  })
})

describe('what cannot be read is refused, naming the field and the fix', () => {
  test.each<[string, unknown, Partial<Submission>, number, string | undefined]>([
    ['an unknown form', good, { form: 'nowhere' }, 404, undefined],
    ['a form of a prototype’s name', good, { form: 'constructor' }, 404, undefined],
    ['text that is not JSON', '{', {}, 400, undefined],
    ['JSON that is not an object', '[1]', {}, 400, undefined],
    ['a content type of another kind', good, { contentType: 'text/xml' }, 415, undefined],
    ['more than 32 KB', { ...good, firstName: 'a'.repeat(40_000) }, {}, 413, undefined],
    ['no address', { consent: 'yes' }, {}, 422, 'email'],
    ['an address that is none', { ...good, email: 'ada' }, {}, 422, 'email'],
    ['an address that is a list', { ...good, email: ['ada@example.com'] }, {}, 422, 'email'],
    ['no consent', { email: 'ada@example.com' }, {}, 422, 'consent'],
    ['a consent that is none', { ...good, consent: 'no' }, {}, 422, 'consent'],
    ['a text too long', { ...good, firstName: 'a'.repeat(21) }, {}, 422, 'firstName'],
    ['a choice that is not offered', { ...good, work: 'Pirate' }, {}, 422, 'work'],
    ['a number that is none', { ...good, visits: 'many' }, {}, 422, 'visits'],
    ['a number beyond its bounds', { ...good, visits: 100 }, {}, 422, 'visits'],
    ['a phone number that is none', { ...good, phone: 'call me' }, {}, 422, 'phone'],
    ['a text too short', { ...good, code: 'AB' }, {}, 422, 'code'],
    ['a text that does not fit its pattern', { ...good, code: 'abc' }, {}, 422, 'code'],
    ['control characters', { ...good, firstName: 'A\u0000da' }, {}, 422, 'firstName'],
    ['a field the form does not have', { ...good, shoeSize: '44' }, {}, 422, 'shoeSize'],
    ['a prototype key', `{"email":"ada@example.com","consent":"yes","__proto__":"x"}`, {}, 422, '__proto__'],
    ['a time zone that is none', { ...good, timeZone: 'Mars/Base' }, {}, 422, 'timeZone'],
    ['a language that is none', { ...good, language: 'de; q=1' }, {}, 422, 'language'],
    ['an idempotency key with spaces', good, { idempotencyKey: 'a b' }, 422, 'submissionId'],
  ])('%s', async (_, body, given, status, name) => {
    const reading = await read(body, given)
    expect(reading).toMatchObject({ kind: 'refused', problem: { status } })
    if (reading.kind === 'refused')
      expect([...new Set(reading.problem.errors.map((error) => error.field))]).toEqual(name ? [name] : [])
  })

  test('keeps what was typed, for the page that is shown again', async () => {
    expect(await read({ ...good, email: 'ada', firstName: 'Ada' })).toMatchObject({
      kind: 'refused',
      values: { email: 'ada', firstName: 'Ada', consent: 'yes' },
    })
  })
})

describe('how a lead came', () => {
  test.each<[string, object, string]>([
    ['is what the page says', { source: 'Fair', utm_source: 'news' }, 'Fair'],
    ['is the campaign of the first visit', { first_utm_source: 'google', utm_source: 'news' }, 'google'],
    ['is the campaign of this visit, where no first is known', { utm_source: 'news' }, 'news'],
    ['is the advertisement that was clicked', { gclid: 'abc' }, 'google'],
    ['is the site that led here', { referrer: 'https://blog.example.org/post?x=1' }, 'blog.example.org'],
    ['is unknown where nothing tells', {}, 'direct'],
  ])('%s', async (_, given, source) => {
    expect(await read({ ...good, ...given })).toMatchObject({ fact: { source } })
  })

  test('is kept for the first visit and the last', async () => {
    const told = {
      first_utm_source: 'google',
      first_landing_page: 'https://www.example.com/',
      utm_medium: 'email',
    }
    expect(await read({ ...good, ...told })).toMatchObject({
      fact: {
        attribution: {
          first: { utm_source: 'google', landing_page: 'https://www.example.com/' },
          last: { utm_medium: 'email' },
        },
      },
    })
  })
})

describe('the token', () => {
  test.each<[string, string | undefined, number, string]>([
    ['of this form, in time', tokenOf(), atMs, 'captured'],
    ['that is missing is asked for', undefined, atMs, 'again'],
    ['older than a day is asked for anew', tokenOf(), secondsAt + 24 * 3_600_000 + 1, 'again'],
    ['that comes back within two seconds is a machine’s', tokenOf(), secondsAt + 1999, 'suspected'],
    ['of a page shown again may come back at once', tokenOf({ isAgain: true }), secondsAt + 100, 'captured'],
    ['of another form is a machine’s', tokenOf({ form: 'newsletter' }), atMs, 'suspected'],
    ['that is made up is a machine’s', 'e30.AAAAAAAAAAAAAAAAAAAAAAAA', atMs, 'suspected'],
    ['that is half there is a machine’s', tokenOf().slice(0, 40), atMs, 'suspected'],
  ])('%s', async (_, token, nowMs, kind) => {
    expect(await read({ ...good, ...(token && { token }) }, { atMs: nowMs }, form)).toMatchObject({ kind })
  })

  test.each([
    ['done', 'solved', 'captured'],
    ['done wrongly', 'guessed', 'suspected'],
    ['not done at all', undefined, 'again'],
  ])('that asks for work, which was %s', async (_, altcha, kind) => {
    const body = { ...good, token: tokenOf({ work: 3 }), ...(altcha && { altcha }) }
    expect(await read(body, {}, form)).toMatchObject({ kind })
  })
})

test('whoever fills in the trap is told nothing, not even that the address is wrong', async () => {
  expect(await read({ email: 'ada', homepage: 'https://spam.example' }, {}, form)).toMatchObject({
    kind: 'suspected',
    reason: 'trap',
  })
})

describe('an address', () => {
  test('made to be thrown away is refused where the form says so', async () => {
    const strict = { ...form, protection: withoutToken, disposable: 'refuse' as const }
    expect(await read({ ...good, email: 'a@throwaway.example' }, {}, strict)).toMatchObject({
      kind: 'refused',
      problem: { errors: [{ field: 'email' }] },
    })
  })

  test('made to be thrown away is flagged otherwise', async () => {
    expect(await read({ ...good, email: 'a@throwaway.example' })).toMatchObject({
      fact: { isDisposable: true },
    })
  })
})

describe('the page afterwards', () => {
  test.each([
    ['below an allowed beginning', 'https://www.example.com/thanks/guide?x=1', true],
    ['that is allowed as it is', 'https://www.example.com/done?x=1', true],
    ['that only begins like an allowed one', 'https://www.example.com/done-here', false],
    ['of another site', 'https://evil.example/thanks/', false],
    ['of another site that looks like ours', 'https://www.example.com.evil.example/thanks/', false],
    ['with a name before the host', 'https://www.example.com@evil.example/thanks/', false],
    ['that is a script', 'javascript:alert(1)', false],
    ['that is no address', '/thanks/', false],
  ])('%s', async (_, redirect, isAllowed) => {
    const reading = await read({ ...good, redirect })
    expect(reading.kind).toBe('captured')
    expect('redirect' in reading && reading.redirect).toBe(isAllowed ? redirect : false)
  })
})

test('the lead id is 128 bits of a keyed hash, the same for the same address and key', () => {
  // echo -n ada@example.com | openssl dgst -sha256 -hmac key
  expect(leadIdOf('ada@example.com', 'key')).toBe('20caa94149b865c2f3a23002c8ca0b02')
  expect(leadIdOf('ada@example.com', 'other key')).not.toBe(leadIdOf('ada@example.com', 'key'))
})
