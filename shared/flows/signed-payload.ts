/** What travels with others and comes back: signed, so that only what we made is believed, and for a time only. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** By what it is signed. */
export interface Signing {
  readonly key: string
  /** Stands before what is signed, so that a signature is good for one use only; links have none. */
  readonly prefix: '' | 'form-token.'
}

/** How long a payload is good for. */
export interface Lifetime<Payload> {
  readonly madeAtMs: (payload: Payload) => number
  readonly lifeMs: number
  readonly nowMs: number
}

export type SignedReading<Payload> =
  | { readonly kind: 'valid' | 'expired'; readonly payload: Payload }
  /** Cut short, of another shape, or not signed by this key for this use. */
  | { readonly kind: 'broken' }

/** `<payload>.<signature>`, both base64url. Signed and not secret: whoever has it can read the payload. */
export const signPayload = (payload: readonly unknown[], signing: Signing): string => {
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url')
  return `${body}.${signatureOf(body, signing)}`
}

/**
 * `payloadOf` makes the payload of what was signed, or gives nothing where it has another shape. What follows a second
 * full stop is passed over: an email client may take the end of a sentence for a part of the link before it.
 */
export const readSigned = <Payload>(
  text: string,
  payloadOf: (signed: unknown) => Payload | undefined,
  signing: Signing,
  { madeAtMs, lifeMs, nowMs }: Lifetime<Payload>,
): SignedReading<Payload> => {
  const [body = '', given = ''] = text.split('.')
  const expected = Buffer.from(signatureOf(body, signing))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return { kind: 'broken' }
  // Only what this key signed is parsed.
  const payload = payloadOf(JSON.parse(Buffer.from(body, 'base64url').toString()))
  if (payload === undefined) return { kind: 'broken' }
  return { kind: nowMs - madeAtMs(payload) > lifeMs ? 'expired' : 'valid', payload }
}

/** 18 bytes of HMAC-SHA256: 144 bits are beyond guessing, and 24 characters keep a link short. */
const signatureOf = (body: string, { key, prefix }: Signing): string =>
  createHmac('sha256', key).update(`${prefix}${body}`).digest().subarray(0, 18).toString('base64url')
