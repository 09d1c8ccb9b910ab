import { describe, expect, test } from 'vitest'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { confirm, readPreference, snooze, unsubscribe } from '../../../../shared/flows/nurture/preferences.ts'
import { formOf } from '../../../support/forms.ts'
import { day, monday } from '../../../support/leads.ts'

const confirmed = async (enrolment: string, forms: readonly string[]) => {
  const recorded: unknown[] = []
  const known: Record<string, CompiledForm> = Object.fromEntries(forms.map((id) => [id, formOf({ id })]))
  const link = { purpose: 'confirm' as const, leadId: 'l1', enrolment, step: 'confirmation', atMs: monday }
  await confirm(link, monday, known, {
    recordFact: async (leadId, fact) => {
      recorded.push([leadId, fact])
      return 'recorded'
    },
  })
  return recorded
}

test('a confirmation email’s link confirms its form', async () => {
  expect(await confirmed('confirm-guide', ['guide', 'newsletter'])).toEqual([
    ['l1', { kind: 'CONFIRMED', form: 'guide', atMs: monday }],
  ])
})

test('the link of a form that was since removed confirms nothing', async () => {
  expect(await confirmed('confirm-guide', ['newsletter'])).toEqual([])
})

test('the link of a sequence’s email confirms no form, not even one that has the enrolment’s name', async () => {
  expect(await confirmed('learn-1', ['learn-1'])).toEqual([])
})

describe('what is posted from the foot of an email', () => {
  test.each([
    ['List-Unsubscribe=One-Click', { kind: 'unsubscribe' }],
    ['action=unsubscribe', { kind: 'unsubscribe' }],
    ['', { kind: 'unsubscribe' }],
    // Monday, 2 March 2026, ten o'clock: 30 days on it is 1 April, ten o'clock, and the pause ends with that day.
    ['action=pause&days=30', { kind: 'pause', untilMs: Date.parse('2026-04-02T00:00:00Z') }],
    ['action=pause&days=60', { kind: 'pause', untilMs: Date.parse('2026-05-02T00:00:00Z') }],
    ['action=pause&days=90', { kind: 'pause', untilMs: Date.parse('2026-06-01T00:00:00Z') }],
    ['action=pause&days=31', { kind: 'unsubscribe' }],
    ['action=pause', { kind: 'unsubscribe' }],
    ['action=resume', { kind: 'resume', untilMs: Date.parse('2026-03-02T10:00:00Z') }],
  ])('%s', (body, expected) => {
    expect(readPreference(body, monday)).toEqual(expected)
  })
})

const preferences = {
  purpose: 'preferences',
  leadId: 'l1',
  enrolment: 'learn-1',
  step: 'two',
  atMs: monday,
} as const

test('a pause is recorded with its end, for the email whose link was pressed', async () => {
  const recorded: unknown[] = []
  await snooze(preferences, monday + 30 * day, monday + day, {
    recordFact: async (...given) => {
      recorded.push(given)
      return 'recorded'
    },
  })
  expect(recorded).toEqual([
    [
      'l1',
      {
        kind: 'SNOOZED',
        enrolment: 'learn-1',
        step: 'two',
        untilMs: monday + 30 * day,
        atMs: monday + day,
      },
    ],
  ])
})

test.each<[string, string, object, object]>([
  ['a person on the page', 'action=unsubscribe', {}, { via: 'page' }],
  ['a mailbox provider’s one click', 'List-Unsubscribe=One-Click', {}, { via: 'oneClick' }],
  [
    'a mailbox provider that posts in parts',
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--',
    {},
    { via: 'oneClick' },
  ],
  ['a person who got a variant', 'action=unsubscribe', { variant: 'b' }, { via: 'page', variant: 'b' }],
])('an unsubscription by %s is a fact that suppresses', async (_, body, link, expected) => {
  const recorded: unknown[] = []
  await unsubscribe({ ...preferences, ...link }, monday + day, body, {
    recordSuppressingFact: async (...given) => {
      recorded.push(given)
      return 'recorded'
    },
  })
  expect(recorded).toEqual([
    [
      'l1',
      { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'two', atMs: monday + day, ...expected },
      'unsubscribed',
    ],
  ])
})
