/** Someone is shown a form: the token that their post will carry, and the work that it must bring. */
import type { CompiledForm } from '../../campaign/compiled/compiled.ts'
import { readFormToken, signFormToken } from './form-token.ts'
import { type Challenge, makeChallenge, work } from './proof-of-work.ts'

export interface IssuedToken {
  /** Absent where the form asks for none. */
  readonly token?: string
  /** Absent where no work is asked for. */
  readonly challenge?: Challenge
}

/** One request to be shown a form. */
export interface Asking {
  /** Unique to the request; it names the one submission that the token is for. */
  readonly nonce: string
  readonly atMs: number
  readonly formKey: string
}

/**
 * How hard the work is once a network (see network.ts) has asked for more tokens than this in ten minutes. Twenty is an
 * office, a school or a street behind one address, all reading the same newsletter; two hundred is nobody's household.
 */
const steps: readonly { readonly above: number; readonly level: number }[] = [
  { above: 200, level: work.heavy },
  { above: 60, level: work.moderate },
  { above: 20, level: work.light },
]

/** `countToken` counts this request and gives how many its network has made lately; called only where it matters. */
export const issueToken = async (
  form: CompiledForm,
  asking: Asking,
  countToken: () => Promise<number>,
): Promise<IssuedToken> =>
  form.protection.token ? issue(form, asking, await workFor(form, countToken), false) : {}

const workFor = async (form: CompiledForm, countToken: () => Promise<number>): Promise<number> => {
  if (form.protection.work === 'never') return work.none
  const least = form.protection.work === 'always' ? work.light : work.none
  try {
    const tokens = await countToken()
    return Math.max(least, steps.find(({ above }) => tokens > above)?.level ?? work.none)
  } catch {
    // A table too busy to count is a sign of a flood, and no reason to show no form.
    return work.moderate
  }
}

/**
 * For a page that is shown again: its visitor has filled it in once, so it may come back at once. A good token is
 * signed again as it was, with its nonce and its work, or an attacker would fetch tokens here uncounted; in place of
 * one that is missing, too old or used comes a new one, counted like any other.
 */
export const freshToken = async (
  form: CompiledForm,
  given: string | undefined,
  asking: Asking,
  countToken: () => Promise<number>,
): Promise<IssuedToken> => {
  const limits = form.protection.token
  if (!limits) return {}
  const read = readFormToken(given, form.id, { ...limits, minimumSeconds: 0 }, asking.atMs, asking.formKey)
  if (read.kind === 'valid') {
    const { nonce, issuedAtMs } = read.token
    return issue(form, { ...asking, nonce, atMs: issuedAtMs }, read.token.work, true)
  }
  return issue(form, asking, await workFor(form, countToken), true)
}

const issue = async (
  form: CompiledForm,
  { nonce, atMs, formKey }: Asking,
  level: number,
  isAgain: boolean,
): Promise<IssuedToken> => {
  const token = { form: form.id, issuedAtMs: atMs, nonce, work: level, isAgain }
  return {
    token: signFormToken(token, formKey),
    ...(level > work.none && { challenge: await makeChallenge(token, formKey) }),
  }
}
