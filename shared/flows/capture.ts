/** A submission arrives: what the visitor typed becomes one fact, or an answer that says what to correct. */
import { createHmac } from 'node:crypto'
import * as z from 'zod/mini'
import type { CompiledField, CompiledForm } from '../campaign/compiled.ts'
import { normaliseAddress } from '../domain/address.ts'
import type { LeadCaptured } from '../domain/facts.ts'
import { isTimeZone } from '../domain/time-zone.ts'

/** A post as the handler read it from the wire. */
export interface Submission {
  readonly form: string
  readonly contentType: string
  readonly body: string
  readonly idempotencyKey: string | undefined
  /** Unique to this request; stands in where no idempotency key came. */
  readonly requestId: string
  readonly atMs: number
}

/** RFC 9457, with the fields that need correcting. */
export interface Problem {
  readonly status: 400 | 404 | 413 | 415 | 422
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[]
}

export interface FieldError {
  readonly field: string
  readonly message: string
}

export type Reading =
  | { readonly kind: 'captured'; readonly fact: LeadCaptured }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** A form's answers, with room to spare; far below what a table item or an attacker's patience holds. */
const bodyLimitBytes = 32 * 1024

/** The field that carries the consent checkbox on every form. */
const consentField = 'consent'
/** For pages that cannot set a header. */
const submissionField = 'submissionId'
const timeZoneField = 'timeZone'
const sourceField = 'source'

/** Reads a submission by the form's definition. No clock, no network: the same post is the same fact. */
export const readSubmission = (
  submission: Submission,
  forms: Readonly<Record<string, CompiledForm>>,
): Reading => {
  const form = Object.hasOwn(forms, submission.form) ? forms[submission.form] : undefined
  if (!form) {
    const detail = `There is no form "${submission.form.slice(0, 40)}"; the forms are ${Object.keys(forms).join(', ')}.`
    return refused(404, 'Unknown form', detail)
  }
  if (Buffer.byteLength(submission.body) > bodyLimitBytes)
    return refused(
      413,
      'Submission too large',
      `A submission may have ${bodyLimitBytes} bytes; send the form's fields only.`,
    )
  const answers = parseBody(submission)
  return 'problem' in answers
    ? { kind: 'refused', problem: answers.problem }
    : readAnswers(submission, form, answers.values)
}

/** Identity without a lookup: 128 bits of a keyed hash of the normalised address, in hexadecimal. */
export const leadIdOf = (email: string, identityKey: string): string =>
  createHmac('sha256', identityKey).update(email).digest('hex').slice(0, 32)

const readAnswers = (
  submission: Submission,
  form: CompiledForm,
  values: Record<string, unknown>,
): Reading => {
  const errors = [...unknownFields(form, values), ...fieldErrors(form, values)]
  const submissionId = submission.idempotencyKey ?? text(values[submissionField]) ?? submission.requestId
  if (!/^[\w=-]{1,64}$/.test(submissionId))
    errors.push({
      field: submissionField,
      message: 'Use 1 to 64 letters, digits, "-", "_" or "="; a UUID does.',
    })
  const timeZone = text(values[timeZoneField])
  if (timeZone && !isTimeZone(timeZone))
    errors.push({
      field: timeZoneField,
      message: 'Use an IANA time zone such as Europe/Berlin, or leave it out.',
    })
  const email = normaliseAddress(text(values.email) ?? '')
  if (errors.length > 0 || !email)
    return refused(422, 'Please correct the form', 'Some fields need correcting; nothing was stored.', errors)
  const profile = Object.fromEntries(
    form.fields
      .filter(({ name }) => ![sourceField, timeZoneField, 'email'].includes(name))
      .flatMap(({ name }) => (text(values[name]) ? [[name, text(values[name]) ?? '']] : [])),
  )
  const fact: LeadCaptured = {
    kind: 'CAPTURED',
    submission: submissionId,
    form: form.id,
    formVersion: form.version,
    email,
    profile,
    source: text(values[sourceField]) || 'direct',
    ...(timeZone && { timeZone }),
    consent: { wordingHash: form.consent.wordingHash },
    atMs: submission.atMs,
  }
  return { kind: 'captured', fact }
}

const unknownFields = (form: CompiledForm, values: Record<string, unknown>): FieldError[] => {
  const known = new Set([...form.fields.map((field) => field.name), consentField, submissionField])
  return Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => ({
      field: name.slice(0, 40),
      message: `The form ${form.id} has no such field; remove it, or add it to the form's definition.`,
    }))
}

const fieldErrors = (form: CompiledForm, values: Record<string, unknown>): FieldError[] => {
  const errors = form.fields.flatMap((field): FieldError[] => {
    const read = schemaOf(field).safeParse(values[field.name])
    return read.success
      ? []
      : [{ field: field.name, message: read.error.issues[0]?.message ?? 'Not readable.' }]
  })
  const hasConsent = z
    .union([z.literal(true), z.enum(['yes', 'on', 'true', '1'])])
    .safeParse(values[consentField]).success
  return hasConsent
    ? errors
    : [
        ...errors,
        { field: consentField, message: 'Please agree, so that we may write to you: send consent=yes.' },
      ]
}

const schemaOf = (field: CompiledField) => {
  const required = `${field.label} is needed.`
  const base = z.pipe(
    z.transform((value) => (typeof value === 'number' ? String(value) : value === undefined ? '' : value)),
    z.string({ error: `${field.label} must be text.` }),
  )
  return base.check(
    z.refine((value) => !field.required || value.trim() !== '', { error: required, abort: true }),
    z.refine((value) => value.length <= field.maxLength, {
      error: `${field.label} may have ${field.maxLength} characters.`,
    }),
    z.refine((value) => !hasControlCharacters(value), {
      error: `${field.label} contains control characters; remove them.`,
    }),
    z.refine((value) => value === '' || field.type !== 'email' || normaliseAddress(value) !== undefined, {
      error: `${field.label} is not an email address; it looks like name@example.com.`,
    }),
    z.refine(
      (value) => value === '' || field.type !== 'number' || /^-?\d{1,12}(\.\d{1,6})?$/.test(value.trim()),
      {
        error: `${field.label} must be a number such as 12 or 3.5.`,
      },
    ),
    z.refine((value) => value === '' || !field.options || field.options.includes(value), {
      error: `${field.label} must be one of: ${field.options?.join(', ')}.`,
    }),
  )
}

const parseBody = (submission: Submission): { values: Record<string, unknown> } | { problem: Problem } => {
  const type = submission.contentType.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded')
    return { values: Object.fromEntries(new URLSearchParams(submission.body)) }
  if (type !== 'application/json')
    return {
      problem: problem(
        415,
        'Unsupported content type',
        'Send application/json or application/x-www-form-urlencoded.',
      ),
    }
  try {
    const value: unknown = JSON.parse(submission.body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { values: { ...value } }
  } catch {
    // Answered below, like JSON that is not an object: what the visitor sent is not repeated.
  }
  return {
    problem: problem(
      400,
      'Unreadable submission',
      'The body must be one JSON object of field names and values.',
    ),
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined

const hasControlCharacters = (value: string): boolean =>
  /[\p{Cc}\u2028\u2029]/u.test(value.replace(/[\t\r\n]/g, ''))

const problem = (
  status: Problem['status'],
  title: string,
  detail: string,
  errors: readonly FieldError[] = [],
): Problem => ({
  status,
  title,
  detail,
  errors,
})

const refused = (...parts: Parameters<typeof problem>): Reading => ({
  kind: 'refused',
  problem: problem(...parts),
})
