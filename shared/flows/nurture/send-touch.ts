/** Gives one due touch to SES, at most once: claims it, calls SES a single time, and records what is certain. */
import type { CapSlot } from '../../aws/cap-table.ts'
import type { LeadTable } from '../../aws/lead-table.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Claim } from '../../contracts/stored.ts'
import { recipientOf, type Touch } from '../../domain/decide.ts'
import type { EmailSent } from '../../domain/facts.ts'
import { putBackDelaySeconds } from '../put-back.ts'
import { arrange } from './appointment.ts'
import { carryOut, inOrder, type LeadLook, type LookDependencies } from './carry-out.ts'
import { type Acquired, acquireSlots, type CapDependencies, releaseSlots } from './confirmation-caps.ts'
import { type EmailContext, renderEmail } from './render-email.ts'
import { countUnanswered, type SesDependencies, sesAnswers } from './ses-answers.ts'

export interface SendTouchDependencies
  extends LookDependencies,
    EmailContext,
    CapDependencies,
    SesDependencies {
  readonly table: LookDependencies['table'] & Pick<LeadTable, 'claim' | 'releaseClaim'>
}

export type TouchResult =
  | { readonly kind: 'sent'; readonly touch: Touch; readonly messageId: string }
  /** Since the lead was read: its claim found so. */
  | { readonly kind: 'nothingDue'; readonly reason: 'suppressed' | 'qualified' }
  | { readonly kind: 'refused'; readonly touch: Touch; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly touch: Touch }
  /** Not claimed, because SES does not answer. */
  | { readonly kind: 'held'; readonly touch: Touch }
  /** A confirmation that is perhaps out, and is sent again unless SES tells soon that it is. */
  | { readonly kind: 'again'; readonly touch: Touch; readonly reason: string }
  /** Too many confirmations went out this hour; it waits for the next. */
  | { readonly kind: 'deferred'; readonly touch: Touch; readonly by: CapSlot['kind'] }

/** The touch was perhaps sent. The message stays on the queue, so that someone looks again. */
export class SendOutcomeUnknown extends LoggableError {
  override readonly name = 'SendOutcomeUnknown'

  constructor(leadId: string, { enrolment, step }: Touch, reason: string) {
    super(
      `Whether ${step} of ${enrolment} was sent to lead ${leadId} is not known yet (${reason}); it will not be sent blind again.`,
    )
  }
}

/** SES has refused this touch for about a day. The dead-letter queue keeps it for a person. */
export class SendRefusedTooOften extends LoggableError {
  override readonly name = 'SendRefusedTooOften'

  constructor(leadId: string, { enrolment, step }: Touch, reason: string) {
    super(
      `SES refused ${step} of ${enrolment} to lead ${leadId} ${refusalLimit} times (${reason}); see the account's sending quota.`,
    )
  }
}

/**
 * An open claim is given up after this long: SES's Send event arrives within seconds, and this is before the queue's last
 * delivery (five, six minutes apart).
 */
const unresolvedAfterMs = 10 * 60 * 1000

/** At a quarter of an hour each this is a day, in which a daily quota has been renewed. */
const refusalLimit = 100

/**
 * A confirmation whose fate is unknown is sent again so often: without it the lead gets nothing more, and a second one
 * asks for no more than the first. Any other email is not repeated.
 */
const unknownLimit = 3

/** Between four and five minutes: SES's Send event, if there is one, has come by then. */
const againAfterPutBacks = 4

/** A quarter of an hour. */
const heldForPutBacks = 6

/** Throws `SendOutcomeUnknown`, `SendRefusedTooOften`, `EmailRejected`, `UnknownEmail` and what the adapters throw. */
export const sendTouch = async (
  nudge: LeadNudge,
  touch: Touch,
  look: LeadLook,
  dependencies: SendTouchDependencies,
): Promise<TouchResult> => {
  const { table, mailer, capSlots } = dependencies
  const { leadId, asOfMs, cycle } = look.state
  const open = openClaimOf(look, touch)
  // A step by another name since its call to SES: it may be this very email that is out.
  if (open) return resolveClaim(open, nudge, touch, look, dependencies)
  const isClaimed = claimOf(look, touch) !== undefined
  const ses = isClaimed ? undefined : await sesAnswers(asOfMs, dependencies)
  if (ses?.mayClaim === false) {
    await dependencies.sendQueue.put(nudge, putBackDelaySeconds(leadId, heldForPutBacks))
    return { kind: 'held', touch }
  }
  const email = await renderEmail(leadId, look.state, touch, asOfMs, dependencies)
  const acquired = await slotsFor(touch, look, dependencies)
  if (acquired.kind === 'full') {
    await defer(touch, acquired.tryAgainAtMs, look, dependencies)
    return { kind: 'deferred', touch, by: acquired.by }
  }
  const claimed = await table.claim(leadId, touch, asOfMs, {
    nextCycle: (cycle?.qualified.cycle ?? 0) + 1,
    to: email.to,
    consentAtMs: touch.answers?.atMs ?? look.state.consentAtMs,
  })
  if (claimed !== 'claimed') await releaseSlots(acquired.slots, capSlots)
  if (claimed === 'suppressed' || claimed === 'qualified') return { kind: 'nothingDue', reason: claimed }
  if (claimed === 'alreadyClaimed')
    return resolveClaim(claimOf(look, touch), nudge, touch, look, dependencies)
  const outcome = await mailer.send(email).catch(async (error: unknown) => {
    // Thrown only where SES certainly did not take it.
    await table.releaseClaim(leadId, touch, asOfMs)
    await releaseSlots(acquired.slots, capSlots)
    throw error
  })
  if (outcome.kind === 'unknown') {
    await countUnanswered(asOfMs, dependencies)
    if (mayBeRepeated(nudge, touch)) return sendAgain(nudge, touch, asOfMs, outcome.reason, dependencies)
    throw new SendOutcomeUnknown(leadId, touch, outcome.reason)
  }
  if (ses?.isInDoubt) await dependencies.breaker.reset()
  if (outcome.kind === 'refused') {
    await releaseSlots(acquired.slots, capSlots)
    return putBack(nudge, touch, asOfMs, outcome.reason, dependencies)
  }
  await table.recordFact(leadId, sentFact(touch, outcome.messageId, asOfMs))
  return { kind: 'sent', touch, messageId: outcome.messageId }
}

export const sentFact = (touch: Touch, messageId: string, atMs: number): EmailSent => ({
  kind: 'SENT',
  ...carriedBy(touch),
  messageId,
  atMs,
})

/** Marketing goes to leads that asked for it, and is not capped; a touch that is claimed has its place already. */
const slotsFor = async (
  touch: Touch,
  look: LeadLook,
  dependencies: SendTouchDependencies,
): Promise<Acquired> => {
  if (touch.purpose !== 'confirmation' || claimOf(look, touch)) return { kind: 'acquired', slots: [] }
  const { leadId, asOfMs } = look.state
  return acquireSlots(
    leadId,
    recipientOf(touch, look.state) ?? '',
    touch.answers?.network,
    asOfMs,
    dependencies,
  )
}

/** The lead is looked at in the next hour instead; its summary says so, and a look in between leaves it at that. */
const defer = async (
  touch: Touch,
  atMs: number,
  look: LeadLook,
  dependencies: SendTouchDependencies,
): Promise<void> => {
  const { leadId, asOfMs } = look.state
  const { summary } = look.record
  const { effects, appointment } = arrange(atMs, summary?.appointment, asOfMs)
  await inOrder(effects, (effect) => carryOut(effect, look, dependencies))
  if (!summary || !appointment) return
  await dependencies.table.writeSummary(leadId, {
    ...summary,
    version: summary.version + 1,
    appointment: { ...appointment, deferredFromMs: touch.dueAtMs },
    updatedAtMs: asOfMs,
  })
}

/** The touch's names in a fact. */
const carriedBy = ({ enrolment, step, email, variant }: Omit<Touch, 'purpose' | 'dueAtMs'>) => ({
  enrolment,
  step,
  email,
  ...(variant !== undefined && { variant }),
})

/** A claim of the same enrolment under another step's name, of which no fact says how it ended. */
const openClaimOf = (
  { record: { claims, facts } }: LeadLook,
  { enrolment, step }: Touch,
): Claim | undefined =>
  claims.find(
    (claim) =>
      claim.enrolment === enrolment &&
      claim.step !== step &&
      !facts.some(
        (fact) =>
          (fact.kind === 'SENT' || fact.kind === 'UNRESOLVED') &&
          fact.enrolment === enrolment &&
          fact.step === claim.step,
      ),
  )

const claimOf = ({ record: { claims } }: LeadLook, { enrolment, step }: Touch): Claim | undefined =>
  claims.find((claim) => claim.enrolment === enrolment && claim.step === step)

/** Someone has claimed this touch and no SENT fact is there yet: wait for SES's event, and not for ever. */
const resolveClaim = async (
  claim: Claim | undefined,
  nudge: LeadNudge,
  touch: Touch,
  { state: { leadId, asOfMs } }: LeadLook,
  dependencies: SendTouchDependencies,
): Promise<TouchResult> => {
  const reason = 'it is claimed, and no fact says how that ended'
  if (!claim || asOfMs - claim.claimedAtMs < unresolvedAfterMs)
    throw new SendOutcomeUnknown(leadId, touch, reason)
  if (claim.step === touch.step && mayBeRepeated(nudge, touch))
    return sendAgain(nudge, touch, claim.claimedAtMs, reason, dependencies)
  await dependencies.table.recordFact(leadId, {
    kind: 'UNRESOLVED',
    ...carriedBy({ email: touch.email, ...claim }),
    atMs: asOfMs,
  })
  return { kind: 'unresolved', touch }
}

const mayBeRepeated = ({ unknowns = 0 }: LeadNudge, { purpose }: Touch): boolean =>
  purpose === 'confirmation' && unknowns < unknownLimit

/** The claim is given back, and its place under the caps is not: the first one is perhaps out. */
const sendAgain = async (
  nudge: LeadNudge,
  touch: Touch,
  claimedAtMs: number,
  reason: string,
  { table, sendQueue }: SendTouchDependencies,
): Promise<TouchResult> => {
  const { leadId, unknowns = 0 } = nudge
  await table.releaseClaim(leadId, touch, claimedAtMs)
  const delaySeconds = putBackDelaySeconds(leadId, againAfterPutBacks)
  await sendQueue.put({ ...nudge, unknowns: unknowns + 1 }, delaySeconds)
  return { kind: 'again', touch, reason }
}

/** Refused for certain: the claim is given back, and a fresh message tries again later, later each time. */
const putBack = async (
  nudge: LeadNudge,
  touch: Touch,
  claimedAtMs: number,
  reason: string,
  { table, sendQueue }: SendTouchDependencies,
): Promise<TouchResult> => {
  const { leadId, refusals } = nudge
  await table.releaseClaim(leadId, touch, claimedAtMs)
  if (refusals >= refusalLimit) throw new SendRefusedTooOften(leadId, touch, reason)
  await sendQueue.put({ ...nudge, refusals: refusals + 1 }, putBackDelaySeconds(leadId, refusals))
  return { kind: 'refused', touch, reason }
}
