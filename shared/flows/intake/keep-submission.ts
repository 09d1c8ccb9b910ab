/** A submission that was read is kept: under whose id, with what evidence, and only if its token has served nobody else. */
import { type Capture, recordCapture } from '../../aws/capture-writer.ts'
import type { ConsentEvidence } from '../../contracts/consent-evidence.ts'
import { type IdentityRules, identityOf } from '../../domain/address.ts'
import { cut } from '../../domain/text.ts'
import { leadIdOf, type Reading, withoutToken } from './capture.ts'
import type { UsedTokens } from './proof-of-work.ts'

type Captured = Extract<Reading, { kind: 'captured' }>

/** Who posted, as far as the request shows: what a form may keep as evidence of consent. */
export interface Client {
  readonly sourceIp: string
  readonly userAgent: string | undefined
  readonly acceptLanguage: string | undefined
}

export interface KeepDependencies {
  readonly tableName: string
  readonly identityKey: string
  readonly identityRules: IdentityRules
  readonly usedTokens: UsedTokens
}

/** No form's token lives longer than a week. */
const longestTokenDays = 7

/**
 * Nearly always one write. A token serves one lead, and for another a fresh one is asked for: this instance remembers the
 * latest tokens, the table those that asked for work. Throws `CallFailed`.
 */
export const keepSubmission = async (
  captured: Captured,
  client: Client,
  { tableName, identityKey, identityRules, usedTokens }: KeepDependencies,
): Promise<Reading> => {
  const { form, fact, nonce, values } = captured
  const leadId = leadIdOf(identityOf(fact.email, identityRules), identityKey)
  const used = withoutToken(form, values, 'used')
  if (nonce !== undefined && usedTokens.isReplay(nonce, leadId)) return used
  const written = await recordCapture(tableName, { leadId, fact, ...companionsOf(captured, client) })
  return written === 'replayed' ? used : captured
}

/** What is written with the fact, where the form or the work asks for it. */
const companionsOf = (
  { form, fact, nonce, hasWorked }: Captured,
  client: Client,
): Pick<Capture, 'evidence' | 'token'> => {
  const { keepSourceDays } = form.consent
  return {
    ...(keepSourceDays > 0 && { evidence: evidenceOf(fact, client, keepSourceDays) }),
    ...(hasWorked &&
      nonce !== undefined && {
        token: { nonce, expiresAtSeconds: secondsAfter(fact.atMs, longestTokenDays) },
      }),
  }
}

const evidenceOf = (
  { submission, atMs }: Captured['fact'],
  { sourceIp, userAgent = '', acceptLanguage = '' }: Client,
  days: number,
): ConsentEvidence => ({
  submission,
  sourceIp,
  userAgent: cut(userAgent, 400),
  acceptLanguage: cut(acceptLanguage, 200),
  atMs,
  expiresAtSeconds: secondsAfter(atMs, days),
})

const secondsAfter = (atMs: number, days: number): number => Math.ceil(atMs / 1000) + days * 86_400
