/** Signed links: what an email's links carry instead of a login. Each serves one purpose, and most for a time only. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { dayMs } from '../domain/cadence.ts'

const payload = z.object({
  purpose: z.enum(['preferences', 'confirm', 'sales']),
  leadId: z.string(),
  enrolment: z.string(),
  step: z.string(),
  /** Of a test: the variant that the email was. */
  variant: z.optional(z.string()),
  /** When the email that carries it was made, epoch milliseconds. */
  atMs: z.number(),
})
export type LinkPayload = z.infer<typeof payload>
export type LinkPurpose = LinkPayload['purpose']

/**
 * A yes given weeks later is no longer an answer to the question, and a mailbox may have changed hands. Sales cycles
 * take months. Who wants no more of our emails can say so for as long as one of them is kept.
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
  const { purpose, leadId, enrolment, step, atMs, variant } = link
  const parts = [purpose, leadId, enrolment, step, atMs, ...(variant === undefined ? [] : [variant])]
  const body = Buffer.from(JSON.stringify(parts)).toString('base64url')
  return `${body}.${signature(body, linkKey)}`
}

export const readLink = (
  token: string,
  purpose: LinkPurpose,
  nowMs: number,
  linkKey: string,
): LinkReading => {
  const [body = '', given = ''] = token.split('.')
  const expected = Buffer.from(signature(body, linkKey))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return { kind: 'broken' }
  // Only what this key signed is parsed.
  const parts: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
  const [signedPurpose, leadId, enrolment, step, atMs, variant] = Array.isArray(parts) ? parts : []
  const read = payload.safeParse({ purpose: signedPurpose, leadId, enrolment, step, atMs, variant })
  if (!read.success || read.data.purpose !== purpose) return { kind: 'broken' }
  return { kind: nowMs - read.data.atMs > lifeMs[purpose] ? 'expired' : 'valid', link: read.data }
}

const signature = (body: string, linkKey: string): string =>
  createHmac('sha256', linkKey).update(body).digest().subarray(0, 18).toString('base64url')
