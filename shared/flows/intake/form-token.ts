/** The signed token that comes with a form: which form, since when, and what a post with it must prove. */
import * as z from 'zod/mini'
import { hourMs } from '../../domain/cadence.ts'
import { readSigned, type Signing, signPayload } from '../signed-payload.ts'

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

/** As it travels: form, time, nonce, work, and whether it came with a page shown again. */
const payload = z.tuple([z.string(), z.number(), z.string(), z.number(), z.boolean()])
type Payload = z.infer<typeof payload>

/** About 150 characters. */
export const signFormToken = (token: FormToken, formKey: string): string => {
  const { form, issuedAtMs, nonce, work, isAgain } = token
  return signPayload([form, issuedAtMs, nonce, work, isAgain], signingBy(formKey))
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
  const lifetime = {
    madeAtMs: ([, issuedAtMs]: Payload) => issuedAtMs,
    lifeMs: limits.maximumHours * hourMs,
    nowMs,
  }
  const read = readSigned(text, payloadOf, signingBy(formKey), lifetime)
  if (read.kind === 'broken' || read.payload[0] !== form) return { kind: 'forged' }
  if (read.kind === 'expired') return { kind: 'expired' }
  const [, issuedAtMs, nonce, work, isAgain] = read.payload
  if (!isAgain && nowMs - issuedAtMs < limits.minimumSeconds * 1000) return { kind: 'tooFast' }
  return { kind: 'valid', token: { form, issuedAtMs, nonce, work, isAgain } }
}

const signingBy = (key: string): Signing => ({ key, prefix: 'form-token.' })

const payloadOf = (signed: unknown): Payload | undefined => payload.safeParse(signed).data
