/** A row becomes the facts of one lead, by the same reading as a post of the form; or what is wrong with it. */
import { createHmac } from 'node:crypto'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import type { SuppressionReason } from '../../shared/domain/contact.ts'
import type { Fact, LeadCaptured, OptInConfirmed } from '../../shared/domain/facts.ts'
import { readSubmission } from '../../shared/flows/intake/capture.ts'
import { type Columns, suppressionColumns } from './columns.ts'

export interface ImportedLead {
  readonly kind: 'lead'
  readonly captured: LeadCaptured
  readonly confirmed?: OptInConfirmed
  readonly suppressed?: { readonly fact: Fact; readonly reason: SuppressionReason }
}

export type RowReading = ImportedLead | { readonly kind: 'wrong'; readonly problem: string }

export interface RowRules {
  readonly form: CompiledForm
  /** The form as `unprotected` gives it: made once, for its schema is kept with it. */
  readonly unprotected: CompiledForm
  readonly columns: Columns
  readonly cellsPerRow: number
  /** How, when and where they agreed, for rows that do not say it themselves. */
  readonly consent?: string
  readonly isDisposable: (domain: string) => boolean
  /** When the import began: what happened later cannot have happened. */
  readonly nowMs: number
  /** Names submissions, so that a row that comes again is the same fact. */
  readonly identityKey: string
}

/** Long enough for a sentence with a date and a place, short enough not to be a document. */
const basisLimit = 500

/** Whether the text can say how someone agreed. */
export const isBasis = (text: string): boolean =>
  text.length >= 10 && text.length <= basisLimit && !/\p{Cc}/u.test(text)

export const basisHelp = `Say in 10 to ${basisLimit} characters how, when and where this person agreed.`

/** What stands in a consent's wording hash where the form's wording was not what the person saw. */
const importedWording = 'imported'

export const readRow = async (cells: readonly string[], rules: RowRules): Promise<RowReading> => {
  const { form, columns, nowMs, identityKey } = rules
  if (cells.length !== rules.cellsPerRow)
    return wrong(
      `It has ${cells.length} cells but the header has ${rules.cellsPerRow}, so they cannot be matched.`,
    )
  const {
    [suppressionColumns.suppression]: reason = '',
    [suppressionColumns.suppressedAt]: since = '',
    ...values
  } = columns.read(cells)
  const basis = columns.consentOf?.(cells) ?? rules.consent ?? ''
  const times = timesOf(cells, rules)
  if ('problem' in times) return wrong(times.problem)
  const { capturedAtMs, confirmedAtMs } = times
  const suppression = suppressionOf(reason.trim(), since.trim(), nowMs)
  const problems = [
    ...(isBasis(basis) ? [] : [`Consent: ${basisHelp}`]),
    ...(suppression && 'problem' in suppression ? [suppression.problem] : []),
  ]
  const reading = await readAsPost(rules.unprotected, values, capturedAtMs ?? nowMs, rules.isDisposable)
  if (reading.kind !== 'captured') return wrong([...problems, reading.problem].join(' '))
  if (problems.length > 0) return wrong(problems.join(' '))
  const { network: _, ...fact } = reading.fact
  const { page } = fact.consent
  const consent = { wordingHash: importedWording, ...(page !== undefined && { page }), basis }
  // Capture says "direct" where a visit says nothing; here there was no visit.
  const source = fact.source === 'direct' && !values.source?.trim() ? 'import' : fact.source
  const captured = { ...fact, source, consent, atMs: capturedAtMs ?? confirmedAtMs ?? nowMs }
  return {
    kind: 'lead',
    captured: { ...captured, submission: nameOf(captured, capturedAtMs, identityKey) },
    ...(confirmedAtMs !== undefined && {
      confirmed: { kind: 'CONFIRMED', form: form.id, atMs: confirmedAtMs },
    }),
    ...(suppression && !('problem' in suppression) && { suppressed: suppression }),
  }
}

/** The form with neither token nor trap: a file has no page. */
export const unprotected = (form: CompiledForm): CompiledForm => ({
  ...form,
  protection: { hasTrap: false, work: 'never' },
})

const wrong = (problem: string): RowReading => ({ kind: 'wrong', problem })

/** Takes the row through the flow that posts go through. */
const readAsPost = async (
  form: CompiledForm,
  values: Readonly<Record<string, string>>,
  atMs: number,
  isDisposable: RowRules['isDisposable'],
): Promise<{ kind: 'captured'; fact: LeadCaptured } | { kind: 'refused'; problem: string }> => {
  const reading = await readSubmission(
    {
      form: form.id,
      contentType: 'application/json',
      body: JSON.stringify({ ...values, consent: 'yes' }),
      idempotencyKey: undefined,
      requestId: 'import',
      sourceIp: '',
      atMs,
    },
    {
      forms: { [form.id]: form },
      formKey: '',
      isDisposable,
      isWorkDone: async () => true,
    },
  )
  if (reading.kind === 'captured') return { kind: 'captured', fact: reading.fact }
  if (reading.kind === 'suspected')
    throw new Error('A form that is not protected suspected a row; see shared/flows/intake/capture.ts.')
  const { detail, errors } = reading.problem
  return {
    kind: 'refused',
    problem: errors.length > 0 ? errors.map(({ message }) => message).join(' ') : detail,
  }
}

/**
 * The same person with the same answers is the same fact, whatever file, row or day it came in; a time that the file
 * gives makes it another. Keyed, so that the name tells nobody whether an address was in it.
 */
const nameOf = (captured: LeadCaptured, capturedAtMs: number | undefined, identityKey: string): string => {
  const { form, email, profile, source, timeZone, language, attribution, consent } = captured
  const content = JSON.stringify([
    form,
    email,
    Object.entries(profile).sort(),
    source,
    timeZone,
    language,
    attribution,
    consent,
    capturedAtMs,
  ])
  const hash = createHmac('sha256', identityKey).update(`import.${content}`).digest('hex')
  return `import-${hash.slice(0, 32)}`
}

type Times =
  | { readonly capturedAtMs: number | undefined; readonly confirmedAtMs: number | undefined }
  | { readonly problem: string }

/** A blank confirmation is a person who has not confirmed; a blank capture is a gap in the file. */
const timesOf = (cells: readonly string[], { columns, nowMs }: RowRules): Times => {
  const capturedText = columns.capturedAtOf?.(cells)
  const confirmedText = columns.confirmedAtOf?.(cells) || undefined
  const capturedAtMs = capturedText === undefined ? undefined : readTime(capturedText)
  const confirmedAtMs = confirmedText === undefined ? undefined : readTime(confirmedText)
  for (const [what, text, atMs] of [
    ['captured', capturedText, capturedAtMs],
    ['confirmed', confirmedText, confirmedAtMs],
  ] as const) {
    if (text === undefined) continue
    if (atMs === undefined)
      return {
        problem: `The time at which it was ${what} must look like 2026-03-02 or 2026-03-02T10:00:00Z.`,
      }
    if (atMs > nowMs) return { problem: `The time at which it was ${what} is in the future.` }
  }
  if (capturedAtMs !== undefined && confirmedAtMs !== undefined && confirmedAtMs < capturedAtMs)
    return { problem: 'It was confirmed before it was captured; one of the two times is wrong.' }
  return { capturedAtMs, confirmedAtMs }
}

/** ISO 8601 alone: 02/03/2026 is two different days. Without a zone it is UTC. */
const readTime = (text: string): number | undefined => {
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      text,
    ) ?? []
  if (date === undefined) return undefined
  const hours = zone === undefined || zone === 'Z' ? 'Z' : zone.replace(/^(...):?/, '$1:')
  const atMs = Date.parse(`${date}T${time ?? '00:00'}${hours}`)
  // 30 February is read as 2 March by the runtime.
  const isReal = new Date(`${date}T00:00Z`).toJSON()?.startsWith(date) ?? false
  return Number.isNaN(atMs) || !isReal ? undefined : atMs
}

/** Names that this lead may not be written to; an import is none of our emails, so the touch is named after it. */
const touch = { enrolment: 'import', step: 'import' }

const suppressionOf = (
  reason: string,
  since: string,
  nowMs: number,
): ImportedLead['suppressed'] | { readonly problem: string } => {
  if (reason === '') return undefined
  const atMs = since === '' ? nowMs : readTime(since)
  if (atMs === undefined) return { problem: 'The time of its suppression must look like 2026-03-02.' }
  switch (reason) {
    case 'unsubscribed':
      return { fact: { kind: 'UNSUBSCRIBED', via: 'page', ...touch, atMs }, reason }
    case 'complaint':
      return { fact: { kind: 'COMPLAINED', ...touch, atMs }, reason }
    case 'hardBounce':
    // Which emails came back, and when, a row does not tell; that the address takes none it does.
    case 'softBounces':
      return { fact: { kind: 'BOUNCED', bounce: 'permanent', ...touch, atMs }, reason: 'hardBounce' }
    default:
      return {
        problem:
          'The column suppression must say unsubscribed, complaint, hardBounce or softBounces, or be empty.',
      }
  }
}
