/** A lead says yes, or no more: facts, and with a no the marker that stops every later send. */
import type { LeadTable } from '../aws/lead-table.ts'
import type { CompiledForm } from '../campaign/compiled.ts'
import type { LinkPayload } from './links.ts'

/** Records UNSUBSCRIBED together with the suppression marker. `body` tells a mailbox provider's one click (RFC 8058) from a person's. */
export const unsubscribe = async (
  link: LinkPayload,
  atMs: number,
  body: string,
  table: Pick<LeadTable, 'recordSuppressingFact'>,
): Promise<void> => {
  const { leadId, enrolment, step, variant } = link
  // RFC 8058 allows url-encoded and multipart bodies; both contain the pair's value in clear.
  const via = body.includes('One-Click') ? 'oneClick' : 'page'
  await table.recordSuppressingFact(
    leadId,
    { kind: 'UNSUBSCRIBED', enrolment, step, ...(variant !== undefined && { variant }), via, atMs },
    'unsubscribed',
  )
}

/** Records CONFIRMED for the form whose confirmation email carried the link; a form since removed confirms nothing. */
export const confirm = async (
  link: LinkPayload,
  atMs: number,
  forms: Readonly<Record<string, CompiledForm>>,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<void> => {
  const form = formOf(link, forms)
  if (form) await table.recordFact(link.leadId, { kind: 'CONFIRMED', form: form.id, atMs })
}

/** The form whose confirmation email carried the link. */
export const formOf = (
  link: LinkPayload,
  forms: Readonly<Record<string, CompiledForm>>,
): CompiledForm | undefined => {
  const id = link.enrolment.replace(/^confirm-/, '')
  return Object.hasOwn(forms, id) ? forms[id] : undefined
}
