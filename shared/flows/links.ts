/** Signed links: what an email's links carry instead of a login. Each serves one purpose, and most for a time only. */
import * as z from 'zod/mini'
import { dayMs } from '../domain/cadence.ts'
import { readSigned, type Signing, signPayload } from './signed-payload.ts'

const payload = z.object({
  purpose: z.enum(['preferences', 'confirm', 'sales']),
  leadId: z.string(),
  enrolment: z.string(),
  step: z.string(),
  /** Of a test: the variant that the email was. */
  variant: z.optional(z.string()),
  /** In the email that asks for a confirmation: the submission that it is about. */
  submission: z.optional(z.string()),
  /** When the email that carries it was made, epoch milliseconds. */
  atMs: z.number(),
})
export type LinkPayload = z.infer<typeof payload>
export type LinkPurpose = LinkPayload['purpose']

/**
 * A yes given weeks later is no longer an answer to the question, and a mailbox may have changed hands. Sales cycles
 * take months. An unsubscribe link never expires.
 */
const lifeMs: Readonly<Record<LinkPurpose, number>> = {
  confirm: 7 * dayMs,
  sales: 180 * dayMs,
  preferences: Number.POSITIVE_INFINITY,
}

export type LinkReading =
  | { readonly kind: 'valid'; readonly link: LinkPayload }
  /** Made by us for this purpose, and too old. */
  | { readonly kind: 'expired'; readonly link: LinkPayload }
  /** Cut short, of another purpose, or not made by us. */
  | { readonly kind: 'broken' }

/** By a key that did not sign it, everything is broken. */
export const isBroken = ({ kind }: LinkReading): boolean => kind === 'broken'

/** `<payload>.<signature>`, both base64url: opaque enough for RFC 8058, and short enough for a header. */
export const signLink = (link: LinkPayload, linkKey: string): string => {
  const { purpose, leadId, enrolment, step, atMs, variant, submission } = link
  const last = submission === undefined ? [variant] : [variant ?? '', submission]
  return signPayload(
    [purpose, leadId, enrolment, step, atMs, ...last.filter((part) => part !== undefined)],
    signingBy(linkKey),
  )
}

export const readLink = (
  token: string,
  purpose: LinkPurpose,
  nowMs: number,
  linkKey: string,
): LinkReading => {
  const lifetime = { madeAtMs: ({ atMs }: LinkPayload) => atMs, lifeMs: lifeMs[purpose], nowMs }
  const read = readSigned(token, payloadOf, signingBy(linkKey), lifetime)
  if (read.kind === 'broken' || read.payload.purpose !== purpose) return { kind: 'broken' }
  return { kind: read.kind, link: read.payload }
}

const signingBy = (key: string): Signing => ({ key, prefix: '' })

/** It travels as a list: purpose, lead, enrolment, step, time and, where it has them, the variant and the submission. */
const payloadOf = (signed: unknown): LinkPayload | undefined => {
  const [purpose, leadId, enrolment, step, atMs, variant, submission] = Array.isArray(signed) ? signed : []
  const named = { purpose, leadId, enrolment, step, atMs, variant: variant || undefined, submission }
  return payload.safeParse(named).data
}
