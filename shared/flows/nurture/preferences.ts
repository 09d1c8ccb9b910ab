/** A lead says yes, not now, or no more: facts, and with a no the marker that stops every later send. */
import type { LeadTable } from '../../aws/lead-table.ts'
import type { CompiledForm } from '../../campaign/compiled/compiled.ts'
import { pauseDays, preferenceActions } from '../../contracts/preferences.ts'
import { dayMs } from '../../domain/cadence.ts'
import { contactOf } from '../../domain/contact.ts'
import { formOfConfirmation } from '../../domain/enrolment-id.ts'
import type { LeadUnsubscribed, TouchRef } from '../../domain/facts.ts'
import type { LinkPayload } from '../links.ts'

export type Preference =
  | { readonly kind: 'unsubscribe' }
  /** No marketing email until then, epoch milliseconds; the present ends a pause. */
  | { readonly kind: 'pause' | 'resume'; readonly untilMs: number }

/** What a post from the page, or a mailbox provider's one click, asks for. A pause ends with a day, UTC. */
export const readPreference = (body: string, atMs: number): Preference => {
  const posted = new URLSearchParams(body)
  const action = posted.get('action')
  if (action === preferenceActions.resume) return { kind: 'resume', untilMs: atMs }
  const days = pauseDays.find((offered) => String(offered) === posted.get('days'))
  if (action !== preferenceActions.pause || days === undefined) return { kind: 'unsubscribe' }
  return { kind: 'pause', untilMs: Math.ceil((atMs + days * dayMs) / dayMs) * dayMs }
}

/** Records SNOOZED; the look that it brings about moves what the lead has coming. */
export const snooze = async (
  { leadId, enrolment, step }: LinkPayload,
  untilMs: number,
  atMs: number,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<void> => {
  await table.recordFact(leadId, { kind: 'SNOOZED', enrolment, step, untilMs, atMs })
}

/**
 * Records UNSUBSCRIBED together with the suppression marker. `body` distinguishes a mailbox provider's one click (RFC 8058)
 * from a person's. A link may be used again after its lead has asked for email again: that is another no, and counts as one.
 */
export const unsubscribe = async (
  link: LinkPayload,
  atMs: number,
  body: string,
  table: Pick<LeadTable, 'recordSuppressingFact' | 'readFacts'>,
): Promise<void> => {
  // RFC 8058 allows url-encoded and multipart bodies; both contain the pair's value in clear.
  const via = body.includes('One-Click') ? 'oneClick' : 'page'
  const fact = unsubscribedFact(link, via, atMs)
  if ((await table.recordSuppressingFact(link.leadId, fact, 'unsubscribed')) === 'recorded') return
  const { facts } = await table.readFacts(link.leadId)
  if (contactOf(facts.toSorted((a, b) => a.atMs - b.atMs)).isUnsubscribed) return
  await table.recordSuppressingFact(link.leadId, { ...fact, isAgain: true }, 'unsubscribed')
}

export const unsubscribedFact = (
  { enrolment, step, variant }: TouchRef & { readonly variant?: string | undefined },
  via: LeadUnsubscribed['via'],
  atMs: number,
): LeadUnsubscribed => ({
  kind: 'UNSUBSCRIBED',
  enrolment,
  step,
  ...(variant !== undefined && { variant }),
  via,
  atMs,
})

/** Records CONFIRMED for the form whose confirmation email carried the link; a form since removed confirms nothing. */
export const confirm = async (
  link: LinkPayload,
  atMs: number,
  forms: Readonly<Record<string, CompiledForm>>,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<void> => {
  const form = formOf(link, forms)
  const { leadId, submission } = link
  const about = submission === undefined ? {} : { submission }
  if (form) await table.recordFact(leadId, { kind: 'CONFIRMED', form: form.id, ...about, atMs })
}

/** The form whose confirmation email carried the link. */
export const formOf = (
  link: LinkPayload,
  forms: Readonly<Record<string, CompiledForm>>,
): CompiledForm | undefined => {
  const id = formOfConfirmation(link.enrolment)
  return id !== undefined && Object.hasOwn(forms, id) ? forms[id] : undefined
}
