import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, test, vi } from 'vitest'
import { LeadTable } from '../../../../shared/aws/lead-table.ts'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { confirm, unsubscribe } from '../../../../shared/flows/nurture/preferences.ts'
import { cancelled } from '../../../support/aws-refusals.ts'
import { formOf } from '../../../support/forms.ts'
import { monday } from '../../../support/leads.ts'

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

test('the link of a form that was since removed confirms nothing', async () => {
  expect(await confirmed('confirm-guide', ['newsletter'])).toEqual([])
})

test('the link of a sequence’s email confirms no form, not even one that has the enrolment’s name', async () => {
  expect(await confirmed('learn-1', ['learn-1'])).toEqual([])
})
