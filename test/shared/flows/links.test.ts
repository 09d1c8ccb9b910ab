import { describe, expect, test } from 'vitest'
import { type LinkPayload, readLink, signLink } from '../../../shared/flows/links.ts'
import { looksScanned } from '../../../shared/flows/nurture/scanner.ts'
import { day, monday } from '../../support/leads.ts'

const linkFor = (purpose: LinkPayload['purpose']): LinkPayload => ({
  purpose,
  leadId: 'l1',
  enrolment: 'learn-1',
  step: 'one',
  atMs: monday,
})

describe('a signed link', () => {
  const link = linkFor('preferences')
  const token = signLink(link, 'key')

  test('says what it was signed for', () => {
    expect(readLink(token, 'preferences', monday, 'key')).toEqual({ kind: 'valid', link })
  })

  test.each([
    { ...link, variant: 'b' },
    { ...link, submission: 's-1' },
    { ...link, variant: 'b', submission: 's-1' },
  ])('says what else it was signed for: %j', (more) => {
    expect(readLink(signLink(more, 'key'), 'preferences', monday, 'key')).toEqual({
      kind: 'valid',
      link: more,
    })
  })

  test.each([
    ['another purpose', token, 'confirm', 'key'],
    ['another key', token, 'preferences', 'other'],
    ['a changed letter', `A${token.slice(1)}`, 'preferences', 'key'],
    ['its end cut off', token.slice(0, -3), 'preferences', 'key'],
    ['its signature cut off', token.split('.')[0] ?? '', 'preferences', 'key'],
    ['nothing', '', 'preferences', 'key'],
    ['a signature alone', '.AAAAAAAAAAAAAAAAAAAAAAAA', 'preferences', 'key'],
  ] as const)('is broken with %s', (_, text, purpose, key) => {
    expect(readLink(text, purpose, monday, key)).toEqual({ kind: 'broken' })
  })

  test.each([
    ['confirm', 7, 'valid'],
    ['confirm', 7.01, 'expired'],
    ['sales', 180, 'valid'],
    ['sales', 180.01, 'expired'],
    ['preferences', 4000, 'valid'],
  ] as const)('to %s, after %d days, is %s', (purpose, days, kind) => {
    const text = signLink(linkFor(purpose), 'key')
    expect(readLink(text, purpose, monday + days * day, 'key')).toEqual({ kind, link: linkFor(purpose) })
  })
})

describe('a link that was sent with an earlier release', () => {
  const atMs = Date.parse('2026-03-02T09:00:00Z')
  const sent: readonly (readonly [LinkPayload, string])[] = [
    [
      { purpose: 'preferences', leadId: '7f3c0a', enrolment: 'learn-1', step: 'welcome', atMs },
      'WyJwcmVmZXJlbmNlcyIsIjdmM2MwYSIsImxlYXJuLTEiLCJ3ZWxjb21lIiwxNzcyNDQyMDAwMDAwXQ.im7rJFOIMPhkK5WpMAu3RHs6',
    ],
    [
      {
        purpose: 'preferences',
        leadId: '7f3c0a',
        enrolment: 'learn-1',
        step: 'cost',
        atMs,
        variant: 'question',
      },
      'WyJwcmVmZXJlbmNlcyIsIjdmM2MwYSIsImxlYXJuLTEiLCJjb3N0IiwxNzcyNDQyMDAwMDAwLCJxdWVzdGlvbiJd.v8xHOUktLmWAQD_xxblAk95T',
    ],
    [
      { purpose: 'confirm', leadId: '7f3c0a', enrolment: 'confirm-guide', step: 'confirmation', atMs },
      'WyJjb25maXJtIiwiN2YzYzBhIiwiY29uZmlybS1ndWlkZSIsImNvbmZpcm1hdGlvbiIsMTc3MjQ0MjAwMDAwMF0.jcG_dV7B1QZS0o2hnivbyBUk',
    ],
    [
      { purpose: 'sales', leadId: '7f3c0a', enrolment: 'sales-2', step: 'hand-off', atMs },
      'WyJzYWxlcyIsIjdmM2MwYSIsInNhbGVzLTIiLCJoYW5kLW9mZiIsMTc3MjQ0MjAwMDAwMF0.J8nhKpOMR3T8gofpPs5Z2-q2',
    ],
  ]

  test.each(sent)('%o is the same, letter for letter, and still valid', (link, token) => {
    expect(signLink(link, 'link key')).toBe(token)
    expect(readLink(token, link.purpose, atMs + day, 'link key')).toEqual({ kind: 'valid', link })
  })

  test('is read although the email client took the full stop after it for a part of it', () => {
    const [[link, token] = []] = sent
    expect(readLink(`${token}.`, 'preferences', atMs, 'link key')).toEqual({ kind: 'valid', link })
  })
})

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

describe('within three minutes of the email', () => {
  test.each<[string, string, string | undefined, Record<string, string>, boolean]>([
    ['a person’s browser', chrome, 'en-GB,en;q=0.9', {}, false],
    ['a person’s telephone', iphone, 'de-DE', {}, false],
    ['a browser without languages', chrome, undefined, {}, true],
    ['a client that takes any language', chrome, '*', {}, true],
    ['no name at all', '', 'en', {}, true],
    ['a headless browser', chrome.replace('Chrome', 'HeadlessChrome'), 'en', {}, true],
    [
      'a headless browser under another name',
      chrome,
      'en',
      { 'sec-ch-ua': '"HeadlessChrome";v="140"' },
      true,
    ],
    ['a browser that fetches ahead', chrome, 'en', { 'sec-purpose': 'prefetch;prerender' }, true],
    ['a mail gateway', 'Mozilla/5.0 (compatible; BarracudaCentral)', 'en', {}, true],
    ['a preview', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'en', {}, true],
    ['an office program', 'Microsoft Office Existence Discovery', 'en', {}, true],
    ['a script', 'python-requests/2.32.3', 'en', {}, true],
    ['a bare tool', 'curl/8.9.1', 'en', {}, true],
  ])('%s', (_, userAgent, acceptLanguage, headers, isScanner) => {
    const client = { userAgent, acceptLanguage, headers }
    expect(looksScanned(client, monday, monday + 179_999)).toBe(isScanner)
    expect(looksScanned(client, monday, monday + 180_000)).toBe(false)
  })
})
