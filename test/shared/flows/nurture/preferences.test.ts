import { expect, test } from 'vitest'
import type { CompiledForm } from '../../../../shared/campaign/compiled/compiled.ts'
import { confirm } from '../../../../shared/flows/nurture/preferences.ts'
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
