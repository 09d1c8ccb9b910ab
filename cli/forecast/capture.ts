/** A row becomes a submission by the form's own reading, as the public endpoint would have it. */
import type { CompiledCampaign, CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { identityOf } from '../../shared/domain/address.ts'
import type { LeadCaptured } from '../../shared/domain/facts.ts'
import { leadIdOf, readSubmission } from '../../shared/flows/intake/capture.ts'
import type { Row } from '../demo/rows.ts'
import { InputError } from '../input-error.ts'
import { unprotected } from '../leads/read-row.ts'

export interface Captured {
  readonly leadId: string
  readonly fact: LeadCaptured
}

export type Capture = (
  row: Row,
  number: number,
  atMs: number,
) => Promise<Captured | { readonly refused: string }>

export const captureBy = (
  campaign: CompiledCampaign,
  formId: string,
  identityKey: string,
  isDisposable: (domain: string) => boolean,
): Capture => {
  const form = formOf(campaign, formId)
  const forms = { [form.id]: unprotected(form) }
  const dependencies = { forms, formKey: '', isDisposable, isWorkDone: async () => true }
  return async (row, number, atMs) => {
    const reading = await readSubmission(
      {
        form: form.id,
        contentType: 'application/json',
        body: JSON.stringify({ ...row, consent: 'yes' }),
        idempotencyKey: `row-${number}`,
        requestId: '',
        atMs,
      },
      dependencies,
    )
    if (reading.kind !== 'captured')
      return {
        refused:
          'problem' in reading
            ? [...new Set(reading.problem.errors?.map(({ message }) => message))].join(' ') ||
              reading.problem.detail
            : reading.reason,
      }
    const { fact } = reading
    return { leadId: leadIdOf(identityOf(fact.email, campaign.intake.identity), identityKey), fact }
  }
}

export const formOf = ({ forms }: CompiledCampaign, id: string): CompiledForm => {
  const form = Object.hasOwn(forms, id) ? forms[id] : undefined
  if (!form)
    throw new InputError(
      `--form ${id} is not a form of this campaign; it has ${Object.keys(forms).join(', ')}.`,
    )
  return form
}
