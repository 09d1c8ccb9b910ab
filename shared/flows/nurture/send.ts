/** A touch's time has come: still due? claim it, give it to SES once, and record what is certain. */
import type { CapSlot } from '../../aws/cap-table.ts'
import type { LeadRecord, LeadTable } from '../../aws/lead-table.ts'
import type { Mailer } from '../../aws/mailer.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Claim } from '../../contracts/stored.ts'
import type { Campaign } from '../../domain/campaign.ts'
import type { Decision, StopReason, Touch } from '../../domain/decide.ts'
import type { LeadState } from '../../domain/fold.ts'
import { type AppointmentBook, appointmentOf, arrangeLook } from './appointment.ts'
import { type Acquired, acquireSlots, type CapDependencies, releaseSlots } from './confirmation-caps.ts'
import { recordQualificationChange } from './qualification-change.ts'
import { type EmailContext, renderEmail } from './render-email.ts'
import { settleLead } from './settle-lead.ts'
import { saysTheSame, summarise } from './summary.ts'

export interface SendDependencies extends AppointmentBook, EmailContext, CapDependencies {
  readonly campaign: Campaign
  readonly table: Pick<LeadTable, 'read' | 'recordFact' | 'claim' | 'releaseClaim' | 'writeSummary'>
  readonly sendQueue: Pick<MessageQueue<LeadNudge>, 'put'>
  readonly mailer: Pick<Mailer, 'send'>
}

export type SendResult =
  | { readonly kind: 'sent'; readonly touch: Touch; readonly messageId: string }
  | {
      readonly kind: 'nothingDue'
      readonly reason: StopReason | 'awaitingConfirmation' | 'atBranch' | 'qualifies' | 'cools' | 'notYet'
    }
  | { readonly kind: 'refused'; readonly touch: Touch; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly touch: Touch }
  /** Too many confirmations went out this hour; it waits for the next. */
  | { readonly kind: 'deferred'; readonly touch: Touch; readonly by: CapSlot['kind'] }

/** The touch was perhaps sent. The message stays on the queue, so that someone looks again. */
export class SendOutcomeUnknown extends LoggableError {
  override readonly name = 'SendOutcomeUnknown'

  constructor(leadId: string, touch: Touch, reason: string) {
    super(
      `Whether ${touch.step} of ${touch.enrolment} was sent to lead ${leadId} is not known yet (${reason}); it will not be sent blind again.`,
    )
  }
}

/** SES has refused this touch for about a day. The dead-letter queue keeps it for a person. */
export class SendRefusedTooOften extends LoggableError {
  override readonly name = 'SendRefusedTooOften'

  constructor(leadId: string, touch: Touch, reason: string) {
    super(
      `SES refused ${touch.step} of ${touch.enrolment} to lead ${leadId} ${refusalLimit} times (${reason}); see the account's sending quota.`,
    )
  }
}

/**
 * An unsettled claim is given up after this long: SES's Send event arrives within seconds, and this is before the
 * queue's last delivery (five, three minutes apart).
 */
const unresolvedAfterMs = 10 * 60 * 1000

/** At a quarter of an hour each this is a day, in which a daily quota has been renewed. */
const refusalLimit = 100

/** Throws `SendOutcomeUnknown`, `SendRefusedTooOften`, `EmailRejected` and what the adapters throw; each is retried by the queue. */
export const sendDueTouch = async (
  { leadId, refusals }: LeadNudge,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<SendResult> => {
  const { record, state, decision } = await settleLead(
    leadId,
    dependencies.campaign,
    nowMs,
    dependencies.table,
  )
  // The hour has come at which points change by time alone; the fact brings about the look that arranges the rest.
  if (await recordQualificationChange(leadId, state, decision, nowMs, dependencies.table))
    return { kind: 'nothingDue', reason: decision.kind === 'cool' ? 'cools' : 'qualifies' }
  if (decision.kind === 'send' && decision.touch.dueAtMs <= nowMs)
    return send({ leadId, refusals }, state, record, decision.touch, nowMs, dependencies)
  await moveOn(leadId, state, record, decision, nowMs, dependencies)
  return { kind: 'nothingDue', reason: reasonOf(decision) }
}

/**
 * A way was taken, a step passed over, or the hour was another: the schedule that brought us here has been used up, and
 * what was recorded brings about no look of its own. So the next one is arranged here, and the summary says so.
 */
const moveOn = async (
  leadId: string,
  state: LeadState,
  { summary }: LeadRecord,
  decision: Decision,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<void> => {
  const { campaign, table } = dependencies
  const appointment = await arrangeLook(
    leadId,
    appointmentOf(decision),
    summary?.appointment,
    nowMs,
    dependencies,
  )
  const askedAtMs = summary?.handOffAskedAtMs
  const next = summarise(state, decision, campaign, nowMs, summary, appointment, askedAtMs)
  // Where another look has come in between its summary stays; if that is out of date, the sweep finds it.
  if (summary && !saysTheSame(summary, next)) await table.writeSummary(leadId, next)
}

const reasonOf = (decision: Decision) => {
  if (decision.kind === 'stop') return decision.reason
  if (decision.kind !== 'wait') return 'notYet'
  return decision.reason === 'branch' ? 'atBranch' : 'awaitingConfirmation'
}

const send = async (
  message: LeadNudge,
  state: LeadState,
  record: LeadRecord,
  touch: Touch,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<SendResult> => {
  const { leadId } = message
  const { table, mailer } = dependencies
  const unsettled = openClaimOf(record, touch)
  // A step by another name since its call to SES: it may be this very email that is out.
  if (unsettled) return resolveClaim(leadId, unsettled, touch, nowMs, dependencies)
  const email = await renderEmail(leadId, state, touch, nowMs, dependencies)
  const acquired = await slotsFor(leadId, state, record, touch, nowMs, dependencies)
  if (acquired.kind === 'full') {
    await defer(leadId, record, touch, acquired.tryAgainAtMs, nowMs, dependencies)
    return { kind: 'deferred', touch, by: acquired.by }
  }
  const claimed = await table.claim(leadId, touch, nowMs, (state.cycle?.qualified.cycle ?? 0) + 1)
  if (claimed !== 'claimed') await releaseSlots(acquired.slots, dependencies.capSlots)
  if (claimed === 'suppressed' || claimed === 'qualified') return { kind: 'nothingDue', reason: claimed }
  if (claimed === 'alreadyClaimed')
    return resolveClaim(leadId, claimOf(record, touch), touch, nowMs, dependencies)
  const outcome = await mailer.send(email).catch(async (error: unknown) => {
    // Thrown only where SES certainly did not take it.
    await table.releaseClaim(leadId, touch)
    await releaseSlots(acquired.slots, dependencies.capSlots)
    throw error
  })
  if (outcome.kind === 'unknown') throw new SendOutcomeUnknown(leadId, touch, outcome.reason)
  if (outcome.kind === 'refused') {
    await releaseSlots(acquired.slots, dependencies.capSlots)
    return putBack(message, touch, outcome.reason, dependencies)
  }
  await table.recordFact(leadId, {
    kind: 'SENT',
    ...carriedBy(touch),
    messageId: outcome.messageId,
    atMs: nowMs,
  })
  return { kind: 'sent', touch, messageId: outcome.messageId }
}

/** Marketing goes to who asked for it, and is not capped; a touch that is claimed has its place already. */
const slotsFor = async (
  leadId: string,
  state: LeadState,
  record: LeadRecord,
  touch: Touch,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<Acquired> => {
  if (touch.purpose !== 'confirmation' || claimOf(record, touch)) return { kind: 'acquired', slots: [] }
  const network = state.enrolments.find(({ id }) => id === touch.enrolment)?.network
  return acquireSlots(leadId, state.email ?? '', network, nowMs, dependencies)
}

/** The lead is looked at in the next hour instead; its summary says so, and a look in between leaves it at that. */
const defer = async (
  leadId: string,
  { summary }: LeadRecord,
  touch: Touch,
  atMs: number,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<void> => {
  const appointment = await arrangeLook(leadId, atMs, summary?.appointment, nowMs, dependencies)
  if (!summary || !appointment) return
  await dependencies.table.writeSummary(leadId, {
    ...summary,
    version: summary.version + 1,
    appointment: { ...appointment, deferredFromMs: touch.dueAtMs },
    updatedAtMs: nowMs,
  })
}

/** The touch's names in a fact. */
const carriedBy = ({ enrolment, step, email, variant }: Omit<Touch, 'purpose' | 'dueAtMs'>) => ({
  enrolment,
  step,
  email,
  ...(variant !== undefined && { variant }),
})

/** A claim of the same enrolment under another step's name, of which no fact tells how it ended. */
const openClaimOf = ({ claims, facts }: LeadRecord, { enrolment, step }: Touch): Claim | undefined =>
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

const claimOf = ({ claims }: LeadRecord, { enrolment, step }: Touch) =>
  claims.find((claim) => claim.enrolment === enrolment && claim.step === step)

/** Someone has claimed this touch and no SENT fact is there yet: wait for SES's event, and not for ever. */
const resolveClaim = async (
  leadId: string,
  claim: Claim | undefined,
  touch: Touch,
  nowMs: number,
  { table }: SendDependencies,
): Promise<SendResult> => {
  if (!claim || nowMs - claim.claimedAtMs < unresolvedAfterMs)
    throw new SendOutcomeUnknown(leadId, touch, 'it is claimed and not settled')
  await table.recordFact(leadId, {
    kind: 'UNRESOLVED',
    ...carriedBy({ email: touch.email, ...claim }),
    atMs: nowMs,
  })
  return { kind: 'unresolved', touch }
}

/** Refused for certain: the claim is given back, and a fresh message tries again later, later each time. */
const putBack = async (
  { leadId, refusals }: LeadNudge,
  touch: Touch,
  reason: string,
  { table, sendQueue }: SendDependencies,
): Promise<SendResult> => {
  await table.releaseClaim(leadId, touch)
  if (refusals >= refusalLimit) throw new SendRefusedTooOften(leadId, touch, reason)
  await sendQueue.put(
    { leadId, refusals: refusals + 1 },
    Math.min(900, 15 * 2 ** refusals + spreadSeconds(leadId)),
  )
  return { kind: 'refused', touch, reason }
}

/** Up to a minute, steady for a lead: those who were refused together do not come back together. */
const spreadSeconds = (leadId: string): number => Number.parseInt(leadId.slice(0, 4), 16) % 60
