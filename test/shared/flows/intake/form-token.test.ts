import { describe, expect, test } from 'vitest'
import { readFormToken, signFormToken } from '../../../../shared/flows/intake/form-token.ts'

const issuedAtMs = Date.parse('2026-03-02T09:00:00Z')
const limits = { minimumSeconds: 2, maximumHours: 24 }
const token = { form: 'guide', issuedAtMs, nonce: 'abc-1', work: 0, isAgain: false }
const text = 'WyJndWlkZSIsMTc3MjQ0MjAwMDAwMCwiYWJjLTEiLDAsZmFsc2Vd._CNfuRwceUZQoRblZxKM4kVP'
const again = { ...token, work: 2, isAgain: true }
const againText = 'WyJndWlkZSIsMTc3MjQ0MjAwMDAwMCwiYWJjLTEiLDIsdHJ1ZV0.V4IKgRaMxT4qKpnUw5AHeJAg'

const read = (given: string | undefined, afterMs = 60_000, key = 'form key') =>
  readFormToken(given, 'guide', limits, issuedAtMs + afterMs, key)

describe('a token that came with a form of an earlier release', () => {
  test.each([
    [token, text],
    [again, againText],
  ])('%o is the same, letter for letter, and still valid', (content, written) => {
    expect(signFormToken(content, 'form key')).toBe(written)
    expect(read(written)).toEqual({ kind: 'valid', token: content })
  })
})

describe('a form token', () => {
  test.each([
    ['after two seconds', text, 2000, 'valid'],
    ['just before two seconds', text, 1999, 'tooFast'],
    ['at once, of a page shown again', againText, 0, 'valid'],
    ['after a day', text, 24 * 3_600_000, 'valid'],
    ['a moment later than a day', text, 24 * 3_600_000 + 1, 'expired'],
    ['from the future', text, -1, 'tooFast'],
  ])('%s: %s', (_, given, afterMs, kind) => {
    expect(read(given, afterMs).kind).toBe(kind)
  })

  test.each([
    ['none', undefined, 'missing'],
    ['an empty one', '', 'forged'],
    ['one with a letter changed', text.replace('W', 'X'), 'forged'],
    ['one cut short', text.slice(0, -1), 'forged'],
    ['a payload alone', text.split('.')[0], 'forged'],
    ['a signature alone', `.${text.split('.')[1]}`, 'forged'],
    ['the signature of another', `${text.split('.')[0]}.${againText.split('.')[1]}`, 'forged'],
  ])('%s is %s', (_, given, kind) => {
    expect(read(given)).toEqual({ kind })
  })

  test('of another form or by another key is forged, whatever its age', () => {
    expect(readFormToken(text, 'newsletter', limits, issuedAtMs + 1e12, 'form key')).toEqual({
      kind: 'forged',
    })
    expect(read(text, 60_000, 'another key')).toEqual({ kind: 'forged' })
  })

  test('by the same key for another use is forged: what is signed as a link is no token', () => {
    const link = 'WyJndWlkZSIsMTc3MjQ0MjAwMDAwMCwiYWJjLTEiLDAsZmFsc2Vd.8daVqLDYiK39leBY5NmYF8Gx'
    expect(read(link)).toEqual({ kind: 'forged' })
  })
})
