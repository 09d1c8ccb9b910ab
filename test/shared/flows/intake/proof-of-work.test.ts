import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge } from 'altcha-lib/types'
import { describe, expect, test } from 'vitest'
import { type FormToken, readFormToken } from '../../../../shared/flows/intake/form-token.ts'
import { freshToken, issueToken } from '../../../../shared/flows/intake/issue-token.ts'
import { isWorkDone, makeChallenge, UsedTokens, work } from '../../../../shared/flows/intake/proof-of-work.ts'
import { formOf } from '../../../support/forms.ts'

const formKey = 'form key'
const token: FormToken = { form: 'guide', issuedAtMs: 0, nonce: 'nonce-1', work: work.light, isAgain: false }

const base64 = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64')

/** What ALTCHA's own widget would post. */
const solve = async (challenge: Challenge) => {
  const solution = await solveChallenge({ challenge, deriveKey })
  return { challenge, solution }
}

describe('work', () => {
  test('that was done for this token is done, and stays done when the same post comes again', async () => {
    const solved = base64(await solve(await makeChallenge(token, formKey)))
    expect(await isWorkDone(token, solved, formKey)).toBe(true)
    expect(await isWorkDone(token, solved, formKey)).toBe(true)
  })

  test('counts for one form and one token only, and for no more than was asked', async () => {
    const solved = base64(await solve(await makeChallenge(token, formKey)))
    expect(await isWorkDone({ ...token, form: 'newsletter' }, solved, formKey)).toBe(false)
    expect(await isWorkDone({ ...token, nonce: 'nonce-2' }, solved, formKey)).toBe(false)
    expect(await isWorkDone({ ...token, work: work.moderate }, solved, formKey)).toBe(false)
    expect(await isWorkDone(token, solved, 'another key')).toBe(false)
  })

  test('is not done by changing the challenge or guessing the answer', async () => {
    const { challenge, solution } = await solve(await makeChallenge(token, formKey))
    const { parameters, signature } = challenge
    const posts = [
      { challenge: { parameters: { ...parameters, cost: 1 }, signature }, solution },
      { challenge: { parameters: { ...parameters, keySignature: 'aa' }, signature }, solution },
      { challenge: { parameters }, solution },
      { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
      { challenge, solution: { ...solution, derivedKey: 'zz' } },
      { challenge, solution: { ...solution, counter: -1 } },
      { challenge, solution: {} },
    ]
    for (const post of posts) expect(await isWorkDone(token, base64(post), formKey)).toBe(false)
  })

  test.each([
    ['nothing', undefined],
    ['an empty field', ''],
    ['no base64', '%%%'],
    ['base64 of no JSON', Buffer.from('{').toString('base64')],
    ['a list', base64([1])],
    ['null', base64(null)],
    ['a prototype', base64({ __proto__: { challenge: 1 } })],
    ['a number where a challenge belongs', base64({ challenge: 1, solution: 2 })],
  ])('is not done by %s, and that is no error', async (_, text) => {
    expect(await isWorkDone(token, text, formKey)).toBe(false)
  })
})

describe('a token', () => {
  const form = (workOf: 'never' | 'whenBusy' | 'always') =>
    formOf({ protection: { hasTrap: true, token: { minimumSeconds: 2, maximumHours: 24 }, work: workOf } })
  const asking = { nonce: 'request-1', atMs: 1000, formKey }
  const read = (given: { token?: string }) =>
    readFormToken(given.token, 'guide', { minimumSeconds: 0, maximumHours: 24 }, 5000, formKey)

  test.each([
    ['never', 5000, 0],
    ['whenBusy', 1, 0],
    ['whenBusy', 20, 0],
    ['whenBusy', 21, 1],
    ['whenBusy', 61, 2],
    ['whenBusy', 201, 3],
    ['always', 1, 1],
    ['always', 61, 2],
  ] as const)(
    'of a form that asks for work %s, after %i tokens, asks for %i',
    async (setting, tokens, level) => {
      const issued = await issueToken(form(setting), asking, async () => tokens)
      expect(read(issued)).toMatchObject({ token: { work: level, nonce: 'request-1' } })
      expect(issued.challenge === undefined).toBe(level === 0)
    },
  )

  test('is given with moderate work where tokens cannot be counted', async () => {
    const issued = await issueToken(form('whenBusy'), asking, async () => {
      throw new Error('throttled')
    })
    expect(read(issued)).toMatchObject({ token: { work: 2 } })
  })

  test('that was good is given again with its own nonce, time and work, so that none is had uncounted', async () => {
    const issued = await issueToken(form('whenBusy'), asking, async () => 30)
    const later = { nonce: 'request-2', atMs: 4000, formKey }
    const again = await freshToken(form('whenBusy'), issued.token, later, async () => {
      throw new Error('A token that is given again is not counted.')
    })
    expect(read(again)).toEqual({
      kind: 'valid',
      token: { form: 'guide', issuedAtMs: 1000, nonce: 'request-1', work: 1, isAgain: true },
    })
  })

  test.each([undefined, 'made.up'])('in place of %s is a new one, counted like any other', async (given) => {
    const calm = await freshToken(form('whenBusy'), given, asking, async () => 1)
    expect(read(calm)).toMatchObject({ token: { nonce: 'request-1', work: 0, isAgain: true } })
    const busy = await freshToken(form('whenBusy'), given, asking, async () => 100)
    expect(read(busy)).toMatchObject({ token: { nonce: 'request-1', work: 2, isAgain: true } })
  })
})

test('a used token is known again as long as it is among the latest ten thousand', () => {
  const used = new UsedTokens()
  expect(used.isReplay('n-1', 'lead-1')).toBe(false)
  expect(used.isReplay('n-1', 'lead-1')).toBe(false)
  expect(used.isReplay('n-1', 'lead-2')).toBe(true)
  for (let at = 0; at < 10_000; at += 1) used.isReplay(`other-${at}`, 'lead-3')
  expect(used.isReplay('n-1', 'lead-2')).toBe(false)
})
