/** A submission arrives: what the visitor typed becomes one fact, or an answer that says what to correct. */
import { createHash, createHmac } from 'node:crypto'
import type { CompiledForm } from '../../campaign/compiled/compiled.ts'
import { firstVisitName, isTicked, postNames, visitNames } from '../../contracts/form-post.ts'
import { domainOf, normaliseAddress } from '../../domain/address.ts'
import type { LeadCaptured, Visit } from '../../domain/facts.ts'
import { cut } from '../../domain/text.ts'
import { type FormToken, readFormToken } from './form-token.ts'
import { networkOf } from './network.ts'
import { type FieldError, type Problem, problem, readBody } from './post-body.ts'
import { submissionSchema } from './submission-schema.ts'

/** A post as the handler read it from the wire. */
export interface Submission {
  readonly form: string
  readonly contentType: string
  readonly body: string
  readonly idempotencyKey: string | undefined
  /** Unique to this request; stands in where neither an idempotency key nor a token came. */
  readonly requestId: string
  /** The address that the request came from; absent where there was no request. */
  readonly sourceIp?: string
  readonly atMs: number
}

export interface CaptureDependencies {
  readonly forms: Readonly<Record<string, CompiledForm>>
  readonly formKey: string
  readonly isDisposable: (domain: string) => boolean
  /** Whether the proof of work that came with this token holds. */
  readonly isWorkDone: (token: FormToken, work: string | undefined) => Promise<boolean>
}

export type Reading =
  | {
      readonly kind: 'captured'
      readonly form: CompiledForm
      readonly fact: LeadCaptured
      readonly values: Values
      /** Of the token that it came with. */
      readonly nonce?: string
      /** The token asked for work, and got it. */
      readonly hasWorked: boolean
      readonly redirect?: string
    }
  | {
      readonly kind: 'refused'
      readonly form?: CompiledForm
      readonly problem: Problem
      readonly values: Values
    }
  /** A person's page was open too long, had no token or a used one, or ran no script: the same page again, with what was typed. */
  | {
      readonly kind: 'again'
      readonly form: CompiledForm
      readonly lacks: 'token' | 'work'
      readonly problem: Problem
      readonly values: Values
    }
  /** A machine gave itself away: the answer does not say so, and nothing is stored. */
  | {
      readonly kind: 'suspected'
      readonly form: CompiledForm
      readonly reason: Suspicion
      readonly redirect?: string
    }

export type Suspicion = 'trap' | 'forgedToken' | 'tooFast' | 'noWork'

/** Answers by name: trimmed, blank ones left out. */
export type Values = Readonly<Record<string, string>>

/** Reads a submission by the form's definition. No clock, no network: the same post is the same fact. */
export const readSubmission = async (
  submission: Submission,
  dependencies: CaptureDependencies,
): Promise<Reading> => {
  const { forms } = dependencies
  const form = Object.hasOwn(forms, submission.form) ? forms[submission.form] : undefined
  if (!form) {
    const detail = `There is no form "${cut(submission.form, 40)}"; the forms are ${Object.keys(forms).join(', ')}.`
    return { kind: 'refused', problem: problem(404, 'Unknown form', detail), values: {} }
  }
  const body = readBody(submission.contentType, submission.body)
  if (body.kind === 'unreadable') return { kind: 'refused', form, problem: body.problem, values: {} }
  const { values } = body
  // The answer to a bot in the trap does not say what else is wrong.
  if (form.protection.hasTrap && values[postNames.trap] !== undefined) return suspected(form, 'trap', values)
  const errors = [...body.errors, ...errorsOf(form, submission, values, dependencies)]
  if (errors.length > 0) {
    const detail = 'Please correct the fields below; nothing has been sent yet.'
    return { kind: 'refused', form, problem: problem(422, 'Please correct the form', detail, errors), values }
  }
  const proof = await readProof(form, submission, values, dependencies)
  return proof.kind === 'proven'
    ? {
        kind: 'captured',
        form,
        values,
        fact: factOf(form, submission, values, proof.nonce, dependencies),
        hasWorked: proof.hasWorked,
        ...(proof.nonce !== undefined && { nonce: proof.nonce }),
        ...redirectOf(form, values),
      }
    : proof.reading
}

/** Identity without a lookup: 128 bits of a keyed hash of the identity form of the address, in hexadecimal. */
export const leadIdOf = (identity: string, identityKey: string): string =>
  createHmac('sha256', identityKey).update(identity).digest('hex').slice(0, 32)

const errorsOf = (
  form: CompiledForm,
  submission: Submission,
  values: Values,
  { isDisposable }: CaptureDependencies,
): FieldError[] => {
  const given = {
    ...values,
    ...(submission.idempotencyKey !== undefined && { submissionId: submission.idempotencyKey }),
  }
  const read = submissionSchema(form).safeParse(given)
  if (!read.success)
    return read.error.issues.flatMap((issue) => {
      const fields = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])]
      return fields.map((field) => ({ field: cut(field, 40), message: issue.message }))
    })
  return form.disposable === 'refuse' && isDisposable(domainOf(normaliseAddress(values.email ?? '') ?? ''))
    ? [{ field: 'email', message: 'Please use an address that you will still have next month.' }]
    : []
}

type Proof =
  | { readonly kind: 'proven'; readonly nonce: string | undefined; readonly hasWorked: boolean }
  | { readonly kind: 'unproven'; readonly reading: Reading }

/** What a person's page cannot help (too old, never had a token) is asked for again; the rest is a machine's. */
const readProof = async (
  form: CompiledForm,
  { atMs }: Submission,
  values: Values,
  { formKey, isWorkDone }: CaptureDependencies,
): Promise<Proof> => {
  const limits = form.protection.token
  if (!limits) return { kind: 'proven', nonce: undefined, hasWorked: false }
  const read = readFormToken(values[postNames.token], form.id, limits, atMs, formKey)
  if (read.kind === 'missing' || read.kind === 'expired')
    return { kind: 'unproven', reading: withoutToken(form, values, read.kind) }
  if (read.kind !== 'valid')
    return {
      kind: 'unproven',
      reading: suspected(form, read.kind === 'forged' ? 'forgedToken' : 'tooFast', values),
    }
  const { nonce, work } = read.token
  if (work === 0) return { kind: 'proven', nonce, hasWorked: false }
  const done = values[postNames.work]
  if (done === undefined) return { kind: 'unproven', reading: withoutWork(form, values) }
  return (await isWorkDone(read.token, done))
    ? { kind: 'proven', nonce, hasWorked: true }
    : { kind: 'unproven', reading: suspected(form, 'noWork', values) }
}

/** Someone who went back in the browser and gave another address has a used token: that is no machine's doing either. */
export const withoutToken = (
  form: CompiledForm,
  values: Values,
  why: 'missing' | 'expired' | 'used',
): Reading => {
  const route = `GET /forms/${form.id}/token`
  const messages = {
    missing: `Ask for one at ${route} when the form is shown, and send it along.`,
    expired: `It is too old; ask for another at ${route}.`,
    used: `It has served another submission; ask for another at ${route}.`,
  }
  const detail = 'Nothing was stored yet: the form needs a fresh token.'
  const errors = [{ field: postNames.token, message: messages[why] }]
  return {
    kind: 'again',
    lacks: 'token',
    form,
    problem: problem(422, 'Please send the form once more', detail, errors),
    values,
  }
}

/** A person whose browser runs no script is not a machine, and learns what to do. */
const withoutWork = (form: CompiledForm, values: Values): Reading => {
  const detail =
    'This form is very busy at the moment, and its button works only with JavaScript. Please allow scripts on this page and press the button again; what you typed is still here.'
  const message = `Solve the challenge that came with the token, and send the solution as ${postNames.work}.`
  const errors = [{ field: postNames.work, message }]
  return {
    kind: 'again',
    lacks: 'work',
    form,
    problem: problem(422, 'Please send the form once more', detail, errors),
    values,
  }
}

const suspected = (form: CompiledForm, reason: Suspicion, values: Values): Reading => ({
  kind: 'suspected',
  form,
  reason,
  ...redirectOf(form, values),
})

const factOf = (
  form: CompiledForm,
  submission: Submission,
  values: Values,
  nonce: string | undefined,
  { formKey, isDisposable }: CaptureDependencies,
): LeadCaptured => {
  const email = normaliseAddress(values.email ?? '') ?? ''
  const profile = form.fields.flatMap(({ name, type }): [string, string][] => {
    const value = values[name]
    if (value === undefined || name === 'email') return []
    if (type !== 'checkbox') return [[name, value]]
    return isTicked(value) ? [[name, 'yes']] : []
  })
  const last = visitOf(values, (name) => name)
  const first = visitOf(values, firstVisitName)
  const { timeZone, language, page } = values
  return {
    kind: 'CAPTURED',
    submission:
      submission.idempotencyKey ??
      values[postNames.submissionId] ??
      (nonce === undefined ? submission.requestId : `${nonce}-${digestOf(profile)}`),
    form: form.id,
    formVersion: form.version,
    email,
    ...(form.disposable === 'flag' && isDisposable(domainOf(email)) && { isDisposable: true }),
    profile: Object.fromEntries(profile),
    source: sourceOf(values, first ?? last),
    ...(timeZone !== undefined && { timeZone }),
    ...(language !== undefined && { language }),
    ...((first ?? last) && { attribution: { ...(first && { first }), ...(last && { last }) } }),
    ...(submission.sourceIp !== undefined && { network: networkOf(submission.sourceIp, formKey) }),
    consent: {
      wordingHash: form.consent.wordingHash,
      ...(page !== undefined && { page: page.split(/[?#]/, 1)[0] ?? page }),
    },
    atMs: submission.atMs,
  }
}

/** A second press of the button is the same submission; a visitor who went back and corrected an answer makes another. */
const digestOf = (profile: readonly (readonly [string, string])[]): string =>
  createHash('sha256').update(JSON.stringify(profile)).digest('hex').slice(0, 8)

const visitOf = (
  values: Values,
  nameOf: (name: (typeof visitNames)[number]) => string,
): Visit | undefined => {
  const known = visitNames.flatMap((name) => {
    const value = values[nameOf(name)]
    return value === undefined ? [] : [[name, value] as const]
  })
  return known.length > 0 ? Object.fromEntries(known) : undefined
}

/** What the page said; or the campaign, advertisement or site that first brought the visitor; or nothing of the kind. */
const sourceOf = (values: Values, visit: Visit | undefined): string => {
  const named = values[postNames.source] ?? visit?.utm_source
  if (named !== undefined) return named
  if (visit?.gclid !== undefined) return 'google'
  if (visit?.fbclid !== undefined) return 'facebook'
  if (visit?.msclkid !== undefined) return 'bing'
  // A page of an email client or of a file has an address without a host.
  return URL.parse(visit?.referrer ?? '')?.hostname || 'direct'
}

/** The page that the post asks for, if the form allows it. */
const redirectOf = (form: CompiledForm, values: Values): { redirect?: string } => {
  const asked = values[postNames.redirect]
  if (asked === undefined || !URL.canParse(asked)) return {}
  const { href, username } = new URL(asked)
  const isAllowed = form.redirects.some((allowed) =>
    allowed.endsWith('/') ? href.startsWith(allowed) : href.split(/[?#]/, 1)[0] === allowed,
  )
  return isAllowed && username === '' ? { redirect: href } : {}
}
