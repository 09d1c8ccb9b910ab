/** Something may have changed for a lead: fold the facts, decide, and make the world match. Running it again is harmless. */
import type { MessageQueue } from '../../aws/message-queue.ts'
import type { LeadNudge } from '../../contracts/messages.ts'
import { carryOut, inOrder, LeadContended, type LookDependencies, lookAt, lookAttempts } from './carry-out.ts'
import { type ReconcileEffect, reconcileEffects } from './effects.ts'

export interface ReconcileDependencies extends LookDependencies {
  readonly handOffQueue: Pick<MessageQueue<LeadNudge>, 'put'>
}

/**
 * With `trustsSummary` false what the summary says is arranged is arranged again: it may have been lost. Throws
 * `LeadContended` and what the adapters throw.
 */
export const reconcileLead = async (
  leadId: string,
  nowMs: number,
  dependencies: ReconcileDependencies,
  { trustsSummary }: { readonly trustsSummary: boolean } = { trustsSummary: true },
): Promise<void> => {
  let isContended = false
  for (let attempt = 0; attempt < lookAttempts; attempt += 1) {
    const look = await lookAt(leadId, nowMs, dependencies)
    const effects = reconcileEffects(look, { trustsSummary: trustsSummary && !isContended })
    const overtaken = await inOrder<ReconcileEffect>(effects, async (effect) => {
      if (effect.kind !== 'askForHandOff') return carryOut(effect, look, dependencies)
      await dependencies.handOffQueue.put({ leadId, refusals: 0 })
      return undefined
    })
    if (!overtaken) return
    // The other writer's arrangement may have replaced ours, or ours theirs.
    if (overtaken === 'bySummary') isContended = true
  }
  throw new LeadContended(leadId)
}
