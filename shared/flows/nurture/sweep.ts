/** Goes through all leads, a page of the table at a time, and has those looked at that nothing else would reach. */
import type { LeadPages } from '../../aws/lead-pages.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import type { Sweep } from '../../contracts/messages.ts'
import type { Summary } from '../../contracts/stored.ts'

export interface SweepDependencies {
  readonly campaignVersion: string
  readonly pages: Pick<LeadPages, 'read'>
  readonly queue: Pick<MessageQueue<Sweep>, 'put'>
  /** Looks at a lead and arranges anew what it has coming, whatever its summary says is arranged. */
  readonly look: (leadId: string) => Promise<void>
}

export interface SweepResult {
  /** Leads looked at so far in this sweep. */
  readonly looked: number
  readonly isOver: boolean
  /** Leads of this page that are ready, and of whom sales has not been told for longer than a hand-off takes. */
  readonly unconfirmedHandOffs: number
}

/** What should have happened this long ago and did not was lost on its way. */
export const lostAfterMs = 60 * 60 * 1000

export const sweepPage = async (
  message: Sweep,
  nowMs: number,
  { campaignVersion, pages, queue, look }: SweepDependencies,
): Promise<SweepResult> => {
  const { leads, next } = await pages.read(message.sweep === 'page' ? message.after : undefined)
  let looked = message.sweep === 'page' ? message.looked : 0
  for (const { leadId, summary } of leads) {
    if (!needsLook(summary, campaignVersion, nowMs)) continue
    await look(leadId)
    looked += 1
  }
  if (next) await queue.put({ sweep: 'page', after: next, looked })
  return {
    looked,
    isOver: next === undefined,
    unconfirmedHandOffs: leads.filter(({ summary }) => isUnconfirmed(summary, nowMs)).length,
  }
}

/** The lead was decided on by other rules, was never decided on, or what it had coming is overdue. */
const needsLook = (summary: Summary | undefined, campaignVersion: string, nowMs: number): boolean =>
  summary === undefined ||
  summary.campaignVersion !== campaignVersion ||
  (summary.appointment !== undefined && summary.appointment.atMs < nowMs - lostAfterMs)

/** A summary says since when a hand-off is asked for until it is recorded, and no longer. */
const isUnconfirmed = (summary: Summary | undefined, nowMs: number): boolean =>
  summary?.handOffAskedAtMs !== undefined && summary.handOffAskedAtMs < nowMs - lostAfterMs
