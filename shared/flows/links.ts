/** Signed links: what an email's links carry instead of a login. Each serves one purpose. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'

export type LinkPurpose = 'preferences' | 'confirm' | 'sales'

const payload = z.object({
  purpose: z.enum(['preferences', 'confirm', 'sales']),
  leadId: z.string(),
  enrolment: z.string(),
  step: z.string(),
})
export type LinkPayload = z.infer<typeof payload>

/** `<payload>.<signature>`, both base64url: opaque enough for RFC 8058, and short enough for a header. */
export const signLink = (link: LinkPayload, linkKey: string): string => {
  const { purpose, leadId, enrolment, step } = link
  const body = Buffer.from(JSON.stringify([purpose, leadId, enrolment, step])).toString('base64url')
  return `${body}.${signature(body, linkKey)}`
}

/** What the link says, or nothing where it was not made by us for this purpose. */
export const verifyLink = (token: string, purpose: LinkPurpose, linkKey: string): LinkPayload | undefined => {
  const [body = '', given = ''] = token.split('.')
  const expected = Buffer.from(signature(body, linkKey))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined
  // Only what this key signed is parsed, so the shape can be relied on.
  const [signedPurpose, leadId, enrolment, step] = JSON.parse(
    Buffer.from(body, 'base64url').toString(),
  ) as unknown[]
  const read = payload.safeParse({ purpose: signedPurpose, leadId, enrolment, step })
  return read.success && read.data.purpose === purpose ? read.data : undefined
}

const signature = (body: string, linkKey: string): string =>
  createHmac('sha256', linkKey).update(body).digest().subarray(0, 18).toString('base64url')
