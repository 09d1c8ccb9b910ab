import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test, vi } from 'vitest'
import type { Recorded } from '../../../../shared/aws/fact-writer.ts'
import { LeadTable } from '../../../../shared/aws/lead-table.ts'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { type Fact, factKey } from '../../../../shared/domain/facts.ts'
import { confirm, readPreference, snooze, unsubscribe } from '../../../../shared/flows/nurture/preferences.ts'
import { cancelled } from '../../../support/aws-refusals.ts'
import { formOf } from '../../../support/forms.ts'
import { captured, day, monday } from '../../../support/leads.ts'

const confirmed = async (enrolment: string, forms: readonly string[], submission?: string) => {
  const recorded: unknown[] = []
  const known: Record<string, CompiledForm> = Object.fromEntries(forms.map((id) => [id, formOf({ id })]))
  const about = { enrolment, step: 'confirmation', ...(submission !== undefined && { submission }) }
  const link = { purpose: 'confirm' as const, leadId: 'l1', ...about, atMs: monday }
  await confirm(link, monday, known, {
    recordFact: async (leadId, fact) => {
      recorded.push([leadId, fact])
      return 'recorded'
    },
  })
  return recorded
}

test('an unsubscription that meets a claim on an email goes through, as soon as that is made', async () => {
  vi.useFakeTimers()
  const dynamo = new DynamoDBClient({ region: 'eu-central-1' })
  const aws = mockClient(dynamo)
  aws
    .on(TransactWriteItemsCommand)
    .rejectsOnce(cancelled('None', 'TransactionConflict'))
    .rejectsOnce(cancelled('None', 'TransactionConflict'))
    .resolves({})
  const link = {
    purpose: 'preferences' as const,
    leadId: 'l1',
    enrolment: 'learn-1',
    step: 'one',
    atMs: monday,
  }
  const done = unsubscribe(link, monday, 'List-Unsubscribe=One-Click', new LeadTable(dynamo, 'Leads'))
  await vi.runAllTimersAsync()
  await done
  expect(aws.commandCalls(TransactWriteItemsCommand)).toHaveLength(3)
  vi.useRealTimers()
})

test('a confirmation email’s link confirms its form', async () => {
  expect(await confirmed('confirm-guide', ['guide', 'newsletter'])).toEqual([
    ['l1', { kind: 'CONFIRMED', form: 'guide', atMs: monday }],
  ])
})

test('a link that names a submission confirms that one', async () => {
  expect(await confirmed('confirm-guide', ['guide'], 's-1')).toEqual([
    ['l1', { kind: 'CONFIRMED', form: 'guide', submission: 's-1', atMs: monday }],
  ])
})

test('the link of a form that was since removed confirms nothing', async () => {
  expect(await confirmed('confirm-guide', ['newsletter'])).toEqual([])
})

test('the link of a sequence’s email confirms no form, not even one that has the enrolment’s name', async () => {
  expect(await confirmed('learn-1', ['learn-1'])).toEqual([])
})

describe('an unsubscribe link', () => {
  const link = {
    purpose: 'preferences' as const,
    leadId: 'l1',
    enrolment: 'learn-1',
    step: 'one',
    atMs: monday,
  }
  /** The lead's facts after presses of the link at these times. */
  const pressed = async (given: readonly Fact[], ...atMs: readonly number[]): Promise<string[]> => {
    const facts = new Map(given.map((fact) => [factKey(fact), fact]))
    const table = {
      readFacts: async () => ({ facts: [...facts.values()], opaque: [] }),
      recordSuppressingFact: async (_: string, fact: Fact): Promise<Recorded> => {
        if (facts.has(factKey(fact))) return 'alreadyRecorded'
        facts.set(factKey(fact), fact)
        return 'recorded'
      },
    }
    for (const at of atMs) await unsubscribe(link, at, 'List-Unsubscribe=One-Click', table)
    return [...facts.keys()].filter((key) => key.startsWith('UNSUBSCRIBED'))
  }
  const first = 'UNSUBSCRIBED#learn-1#one'
  const back: Fact[] = [
    captured({ form: 'news', submission: 's-2', atMs: monday + 2 * day }),
    { kind: 'CONFIRMED', form: 'news', submission: 's-2', atMs: monday + 3 * day },
  ]

  test('pressed twice is one no', async () => {
    expect(await pressed([captured()], monday + day, monday + 2 * day)).toEqual([first])
  })

  test('pressed before and after its lead came back is two, however often', async () => {
    const again = monday + 4 * day
    expect(await pressed([captured(), ...back], monday + day, again, again + day)).toEqual([
      first,
      `${first}#${again}`,
    ])
  })
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
    readFacts: async () => ({ facts: [captured()], opaque: [] }),
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
