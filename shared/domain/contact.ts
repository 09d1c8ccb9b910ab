/** Whether a lead may be written to, and at which address: what it confirmed, what bounced, and who said no. */
import { dayMs } from './cadence.ts'
import { isOfConfirmation } from './enrolment-id.ts'
import { type Fact, type LeadCaptured, type OptInConfirmed, touchKey } from './facts.ts'

export type SuppressionReason = 'unsubscribed' | 'hardBounce' | 'softBounces' | 'complaint'

export interface Suppression {
  readonly reason: SuppressionReason
  readonly atMs: number
}

/** An address is given up when this many emails to it came back for a passing reason within this many days. */
export interface SoftBounceLimit {
  readonly emails: number
  readonly days: number
}

/** At an email or two a week this is a mailbox that was full, or a server that was gone, for a month. */
export const usualSoftBounces: SoftBounceLimit = { emails: 5, days: 60 }

export interface Contact {
  /** The address that was confirmed last, or else the first; one that bounces gives way to another of them. */
  readonly email: string | undefined
  readonly suppression: Suppression | undefined
  /** Addresses that were confirmed by whoever reads their mail. */
  readonly confirmed: ReadonlySet<string>
  /** When the newest confirmed submission came; 0 where no yes names one. It answers every no of before. */
  readonly consentAtMs: number
  /** When the lead last withdrew a consent that it has since renewed; what it had begun before is over. */
  readonly withdrawnAtMs: number
  /** Whether the lead said no, and has not said yes since. */
  readonly isUnsubscribed: boolean
  /** Whether this submission may be answered by the question whether it was meant. */
  readonly mayAsk: (submission: LeadCaptured) => boolean
}

const never = Number.NEGATIVE_INFINITY

/** `facts` are distinct and in order of time. */
export const contactOf = (
  facts: readonly Fact[],
  softBounces: SoftBounceLimit = usualSoftBounces,
): Contact => {
  const captured = facts.filter((fact) => fact.kind === 'CAPTURED')
  const answers = answersOf(facts, captured)
  const consents = answers.flatMap(({ confirmed, submission }) =>
    // A yes by a link that names no submission may answer one of before the lead said no.
    confirmed.submission !== undefined && submission ? [submission] : [],
  )
  const consentAtMs = Math.max(0, ...consents.map(({ atMs }) => atMs))
  const refusals = facts.filter(({ kind }) => kind === 'UNSUBSCRIBED')
  const standing = refusals.find(({ atMs }) => atMs >= consentAtMs)
  const lastRefusalMs = refusals.at(-1)?.atMs ?? never
  const complaint = facts.find(({ kind }) => kind === 'COMPLAINED')
  const blocks = blocksOf(facts, consents, softBounces)
  const confirmed = distinct(answers.toReversed().flatMap(({ submission }) => submission?.email ?? []))
  const candidates = confirmed.length > 0 ? confirmed : distinct(captured.map(({ email }) => email))
  const email = candidates.find((address) => !blocks.of(address)) ?? candidates[0]
  return {
    email,
    suppression: earliest([
      email === undefined ? blocks.all : blocks.of(email),
      complaint && { reason: 'complaint', atMs: complaint.atMs },
      standing && { reason: 'unsubscribed', atMs: standing.atMs },
    ]),
    confirmed: new Set(confirmed),
    consentAtMs,
    withdrawnAtMs: standing ? never : lastRefusalMs,
    isUnsubscribed: standing !== undefined,
    mayAsk: (submission) => {
      const { email: to, atMs, consent } = submission
      const block = blocks.of(to)
      if (complaint || (block && block.reason !== 'softBounces')) return false
      // A row of a file is nobody's asking: whoever had enough stays so, whatever is imported.
      const hadEnough = block !== undefined || lastRefusalMs !== never
      return (
        !hadEnough || (consent.basis === undefined && atMs > Math.max(block?.atMs ?? never, lastRefusalMs))
      )
    },
  }
}

/** A yes, and the submission that it answers; absent where that is not known. */
interface Answer {
  readonly confirmed: OptInConfirmed
  readonly submission: LeadCaptured | undefined
}

const answersOf = (facts: readonly Fact[], captured: readonly LeadCaptured[]): Answer[] =>
  facts.flatMap((confirmed) => {
    if (confirmed.kind !== 'CONFIRMED') return []
    const submission =
      confirmed.submission === undefined
        ? askedLast(confirmed, facts, captured)
        : captured.find((one) => one.submission === confirmed.submission)
    return [{ confirmed, submission }]
  })

/** Links once named no submission, and the question went to the newest address that the lead had by then. */
const askedLast = (
  { form, atMs }: OptInConfirmed,
  facts: readonly Fact[],
  captured: readonly LeadCaptured[],
): LeadCaptured | undefined => {
  const asked = facts.findLast(
    (fact) =>
      fact.kind === 'SENT' &&
      fact.atMs < atMs &&
      isOfConfirmation(fact.enrolment) &&
      fact.enrolment.endsWith(`-${form}`),
  )
  return captured.findLast((one) => one.atMs <= (asked?.atMs ?? atMs))
}

/** By address why and since when nothing goes to it. */
interface Blocks {
  readonly of: (address: string) => Suppression | undefined
  /** Bounces were once recorded without their address: then it may have been any. */
  readonly all: Suppression | undefined
}

const blocksOf = (
  facts: readonly Fact[],
  consents: readonly LeadCaptured[],
  limit: SoftBounceLimit,
): Blocks => {
  let all: Suppression | undefined
  const hard = new Map<string, Suppression>()
  const soft = new Map<string, number[]>()
  // A mailbox that took the email and answered that its owner is away reports a passing bounce too.
  const arrived = new Set(facts.flatMap((fact) => (fact.kind === 'DELIVERED' ? [touchKey(fact)] : [])))
  for (const fact of facts) {
    if (fact.kind !== 'BOUNCED') continue
    const { bounce, address, atMs } = fact
    if (bounce === 'permanent') {
      if (address === undefined) all ??= { reason: 'hardBounce', atMs }
      else if (!hard.has(address)) hard.set(address, { reason: 'hardBounce', atMs })
    } else if (bounce === 'transient' && address !== undefined && !arrived.has(touchKey(fact)))
      soft.set(address, [...(soft.get(address) ?? []), atMs])
  }
  const softly = new Map<string, Suppression>()
  for (const [address, times] of soft) {
    const own = consents.filter(({ email }) => email === address)
    const sinceMs = Math.max(never, ...own.map(({ atMs }) => atMs))
    const atMs = firstRun(
      times.filter((time) => time > sinceMs),
      limit,
    )
    if (atMs !== undefined) softly.set(address, { reason: 'softBounces', atMs })
  }
  return { all, of: (address) => earliest([all, hard.get(address)]) ?? softly.get(address) }
}

/** When so many times first lay within so many days. */
const firstRun = (times: readonly number[], { emails, days }: SoftBounceLimit): number | undefined =>
  times.find((atMs, at) => {
    const first = times[at - emails + 1]
    return first !== undefined && atMs - first <= days * dayMs
  })

const earliest = (given: readonly (Suppression | undefined)[]): Suppression | undefined =>
  given.reduce((first, one) => (one && (!first || one.atMs < first.atMs) ? one : first), undefined)

const distinct = (addresses: readonly string[]): string[] => [...new Set(addresses)]
