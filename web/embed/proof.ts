/** What a post must bring to be believed: a token old enough and not too old, and the work that it asks for. */
import { postNames } from '../../shared/contracts/form-post.ts'
import { type Challenge, hexOf, solve } from './work.ts'

/** As `GET /forms/{form}/token` answers; a page of ours carries it along. */
export interface TokenAnswer {
  readonly token?: string
  readonly challenge?: Challenge
  readonly minimumSeconds?: number
  readonly maximumHours?: number
}

export interface Proof {
  /** Fetches another token: each is for one submission. */
  renew(): void
  /** By the names under which a post carries them; waits until they are good. Fails where the network or the browser does. */
  fields(): Promise<Record<string, string>>
}

/** Networks and clocks are not exact; a person is never turned away for it. */
const marginMs = 100

/** Fetches a token at once, unless the page brought its own; works once the visitor begins to fill in `form`. */
export const openProof = (address: string, form: Node, given?: TokenAnswer): Proof => {
  /** Names the submission where no token does. */
  const submissionId = hexOf(crypto.getRandomValues(new Uint8Array(16)))
  let answer: Promise<TokenAnswer>
  let work: Promise<string> | undefined
  let sinceMs = 0

  const keep = (next: Promise<TokenAnswer>): void => {
    work = undefined
    sinceMs = Date.now()
    answer = next
    // The visitor may have left before it matters; `fields` asks again.
    next.then(
      () => {
        sinceMs = Date.now()
      },
      () => {
        sinceMs = Number.NEGATIVE_INFINITY
      },
    )
  }
  const renew = (): void => keep(fetchJson(`${address}/token`))
  const worked = async (): Promise<string | undefined> => {
    const { challenge } = await answer
    if (challenge) work ??= solve(challenge)
    return work
  }

  for (const begun of ['focusin', 'pointerdown'])
    form.addEventListener(begun, () => void worked().catch(() => {}), { once: true })
  if (given) keep(Promise.resolve(given))
  else renew()

  return {
    renew,
    fields: async () => {
      const { maximumHours = 24 } = await answer.catch((): TokenAnswer => ({}))
      if (Date.now() - sinceMs > maximumHours * 3_600_000) renew()
      const { token, minimumSeconds = 0 } = await answer
      const altcha = await worked()
      const waitMs = minimumSeconds && minimumSeconds * 1000 + marginMs
      // A clock that was set back must not keep anyone waiting.
      const leftMs = Math.min(waitMs, sinceMs + waitMs - Date.now())
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs))
      return token
        ? { [postNames.token]: token, ...(altcha && { [postNames.work]: altcha }) }
        : { [postNames.submissionId]: submissionId }
    },
  }
}

/** No cookie goes along, and none is taken. */
export const fetchJson = async (address: string) => {
  const response = await fetch(address, { credentials: 'omit' })
  if (!response.ok) throw new Error(address)
  return response.json()
}
