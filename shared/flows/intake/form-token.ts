/** The signed token that comes with a form: which form, since when, and what a post with it must prove. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'

export interface FormToken {
  readonly form: string
  readonly issuedAtMs: number
  /** Names the one submission that this token is for. */
  readonly nonce: string
  /** How hard the proof of work is that a post must bring; 0: none. See proof-of-work.ts. */
  readonly work: number
  /** Came with a page that was shown again: its visitor has filled it in already, so there is no least time. */
  readonly isAgain: boolean
}

export type TokenReading =
  | { readonly kind: 'valid'; readonly token: FormToken }
  | { readonly kind: 'missing' | 'forged' | 'tooFast' | 'expired' }

const payload = z.tuple([z.string(), z.number(), z.string(), z.number(), z.boolean()])

/** `<payload>.<signature>`, both base64url, about 150 characters. */
export const signFormToken = (token: FormToken, formKey: string): string => {
  const { form, issuedAtMs, nonce, work, isAgain } = token
  const body = Buffer.from(JSON.stringify([form, issuedAtMs, nonce, work, isAgain])).toString('base64url')
  return `${body}.${signature(body, formKey)}`
}

/** Whether a post at `nowMs` may be believed to come from a person who was shown this form. */
export const readFormToken = (
  text: string | undefined,
  form: string,
  limits: { readonly minimumSeconds: number; readonly maximumHours: number },
  nowMs: number,
  formKey: string,
): TokenReading => {
  if (text === undefined) return { kind: 'missing' }
  const [body = '', given = ''] = text.split('.')
  const expected = Buffer.from(signature(body, formKey))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return { kind: 'forged' }
  // Only what this key signed is parsed.
  const read = payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()))
  if (!read.success || read.data[0] !== form) return { kind: 'forged' }
  const [, issuedAtMs, nonce, work, isAgain] = read.data
  const ageMs = nowMs - issuedAtMs
  if (ageMs > limits.maximumHours * 3_600_000) return { kind: 'expired' }
  if (!isAgain && ageMs < limits.minimumSeconds * 1000) return { kind: 'tooFast' }
  return { kind: 'valid', token: { form, issuedAtMs, nonce, work, isAgain } }
}

const signature = (body: string, formKey: string): string =>
  createHmac('sha256', formKey).update(`form-token.${body}`).digest().subarray(0, 18).toString('base64url')
