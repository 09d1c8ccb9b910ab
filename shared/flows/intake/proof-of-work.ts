/** Proof of work: what a browser computes before a post is believed, so that posting in bulk costs what it is worth. */
import { CappedMap, createChallenge, randomInt, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge } from 'altcha-lib/types'
import * as z from 'zod/mini'
import type { FormToken } from './form-token.ts'

export type { Challenge }

/** How hard: 0 is none; each level takes four times as long as the one below. */
export const work = { none: 0, light: 1, moderate: 2, heavy: 3 } as const

/** Iterations per attempt: about a millisecond, long enough that a browser's own overhead per attempt does not count. */
const cost = 5000

/**
 * Attempts at most, half of them at least: the right one is drawn when the challenge is made, so that no visitor is
 * unlucky. On two shared cores light took 0.3 to 0.5 s, moderate 1 s and heavy 5 s; an old phone was not at hand.
 */
const mostAttempts: Readonly<Record<number, number>> = {
  [work.light]: 200,
  [work.moderate]: 800,
  [work.heavy]: 3200,
}

/** Bound to the token: to its form, its one submission, and by that to the time at which it expires. */
export const makeChallenge = (token: FormToken, formKey: string): Promise<Challenge> => {
  const most = mostAttempts[token.work] ?? 3200
  return createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost,
    counter: randomInt(most, most / 2),
    deriveKey,
    data: { form: token.form, nonce: token.nonce, work: token.work },
    hmacSignatureSecret: `challenge.${formKey}`,
    // With it the answer is checked by one signature: a flood of wrong answers costs us no derivation.
    hmacKeySignatureSecret: `answer.${formKey}`,
  })
}

const payload = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.literal('PBKDF2/SHA-256'),
      cost: z.number(),
      data: z.object({ form: z.string(), nonce: z.string(), work: z.number() }),
      keyLength: z.number(),
      keyPrefix: z.string(),
      keySignature: z.string(),
      nonce: z.string(),
      salt: z.string(),
    }),
    signature: z.string(),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string() }),
})

/**
 * Whether `text`, base64 of `{ challenge, solution }`, solves the challenge that came with this token. Anything else is
 * simply not done. Its age is the token's, which the caller has read against the time of the post.
 */
export const isWorkDone = async (
  token: FormToken,
  text: string | undefined,
  formKey: string,
): Promise<boolean> => {
  const read = payload.safeParse(parsed(text ?? ''))
  if (!read.success) return false
  const { challenge, solution } = read.data
  const { form, nonce, work: level } = challenge.parameters.data
  if (form !== token.form || nonce !== token.nonce || level < token.work) return false
  const { verified } = await verifySolution({
    challenge,
    solution,
    deriveKey,
    hmacSignatureSecret: `challenge.${formKey}`,
    hmacKeySignatureSecret: `answer.${formKey}`,
  })
  return verified
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } catch {
    // A machine's invention: it reads the same as no work at all.
    return undefined
  }
}

/** The tokens that one instance has seen used lately; some minutes of a flood, in about a megabyte. */
const tokensRemembered = 10_000

/** One token serves one lead: the same again is the same submission, another lead's is a replay. */
export class UsedTokens {
  readonly #leadOf = new CappedMap<string, string>({ maxSize: tokensRemembered })

  /** Whether this token has served another lead; from now on it has served this one. */
  isReplay(nonce: string, leadId: string): boolean {
    this.#leadOf.setIfAbsent(nonce, leadId)
    return this.#leadOf.get(nonce) !== leadId
  }
}
