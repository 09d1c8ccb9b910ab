/** A lead's appointment has come: its touch is sent if it is due, else what comes next is arranged. */
import type { LeadNudge } from '../../contracts/messages.ts'
import type { Decision, StopReason } from '../../domain/decide.ts'
import { carryOut, inOrder, LeadContended, lookAt, lookAttempts } from './carry-out.ts'
import { type DueEffect, dueEffects } from './effects.ts'
import { type SendTouchDependencies, sendTouch, type TouchResult } from './send-touch.ts'

export type SendDependencies = SendTouchDependencies

export type SendResult =
  | TouchResult
  | {
      readonly kind: 'nothingDue'
      readonly reason: StopReason | 'awaitingConfirmation' | 'atBranch' | 'qualifies' | 'cools' | 'notYet'
    }

/** Throws `LeadContended`, and what `sendTouch` and the adapters throw; each is retried by the queue. */
export const sendDueTouch = async (
  nudge: LeadNudge,
  nowMs: number,
  dependencies: SendDependencies,
): Promise<SendResult> => {
  for (let attempt = 0; attempt < lookAttempts; attempt += 1) {
    const look = await lookAt(nudge.leadId, nowMs, dependencies)
    let result: SendResult = { kind: 'nothingDue', reason: reasonOf(look.decision) }
    const overtaken = await inOrder<DueEffect>(dueEffects(look), async (effect) => {
      // A lead that nobody has summarised yet is reconciled for its first fact; until then there is nothing to replace.
      if (effect.kind === 'summarise' && look.record.summaryVersion === 0) return undefined
      if (effect.kind !== 'send') return carryOut(effect, look, dependencies)
      result = await sendTouch(nudge, effect.touch, look, dependencies)
      return undefined
    })
    // Where another look has come in between its summary stays; if that is out of date, the sweep finds it.
    if (overtaken !== 'byFact') return result
  }
  throw new LeadContended(nudge.leadId)
}

const reasonOf = (decision: Decision) => {
  switch (decision.kind) {
    case 'stop':
      return decision.reason
    case 'wait':
      return decision.reason === 'branch' ? 'atBranch' : 'awaitingConfirmation'
    case 'qualify':
      return 'qualifies'
    case 'cool':
      return 'cools'
    default:
      return 'notYet'
  }
}
