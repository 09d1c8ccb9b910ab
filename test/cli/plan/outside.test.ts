/** What the plan says of settings that hold for all sequences: each is compared, whether it has words of its own or not. */
import { expect, test } from 'vitest'
import { settingDifferences } from '../../../cli/plan/outside.ts'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { campaign } from '../../support/leads.ts'

const before: Campaign = {
  ...campaign,
  timeZone: 'Europe/Berlin',
  minimumGapHours: 24,
  repeatAfterDays: 365,
  holdOutPercent: 0,
  confirmationsPerAddress: 3,
}

test.each<readonly [string, Partial<Campaign>, string, string, string]>([
  ['a setting without words of its own', { timeZone: 'UTC' }, 'time zone', 'Europe/Berlin', 'UTC'],
  ['a number without words', { confirmationsPerAddress: 1 }, 'confirmations per address', '3', '1'],
  ['a number with a unit', { minimumGapHours: 1 }, 'gap between emails', '24 hours', '1 hour'],
  ['days', { repeatAfterDays: 30 }, 'repeat of an email', 'after 365 days', 'after 30 days'],
  ['a share', { holdOutPercent: 10 }, 'hold-out', '0 %', '10 %'],
  ['a new cap', { frequencyCap: { emails: 3, days: 7 } }, 'frequency cap', 'no cap', '3 in 7 days'],
])('%s is shown by name, before and after', (_, change, what, from, to) => {
  expect(settingDifferences(before, { ...before, ...change })).toEqual([
    { kind: 'changed', what, before: from, after: to },
  ])
})

test('what is not a setting is left to the other parts of the plan', () => {
  expect(settingDifferences(before, { ...before, name: 'other', version: 'other', forms: {} })).toEqual([])
})

test('a setting that only the older campaign has is shown as gone', () => {
  const capped: Campaign = { ...before, frequencyCap: { emails: 1, days: 1 } }
  expect(settingDifferences(capped, before)).toEqual([
    { kind: 'changed', what: 'frequency cap', before: '1 in 1 day', after: 'no cap' },
  ])
})
