/** Something may have changed for a lead: fold the facts, decide, and make the world match. Running it again is harmless. */
import type { LeadQueue } from '../aws/lead-queue.ts'
import type { LeadTable } from '../aws/lead-table.ts'
import type { ArrangedTouch, Summary } from '../contracts/stored.ts'
import type { Campaign } from '../domain/campaign.ts'
import { decide } from '../domain/decide.ts'
import { fold, type LeadState } from '../domain/fold.ts'
import { arrangeTouch, isArranged, type TouchArrangement } from './touch-arrangement.ts'

export interface LookDependencies extends TouchArrangement {
  readonly campaign: Campaign
  readonly table: Pick<LeadTable, 'read' | 'recordFact' | 'writeSummary'>
  readonly handOffQueue: Pick<LeadQueue, 'put'>
}

/** A hand-off that was asked for this long ago and is still not recorded is asked for again at the next look. */
const handOffPatienceMs = 60 * 60 * 1000

/** Two functions may look at one lead at once; whoever writes second looks again. */
const attempts = 4

export const lookAtLead = async (
  leadId: string,
  nowMs: number,
  dependencies: LookDependencies,
): Promise<void> => {
  const { campaign, table } = dependencies
  let isContended = false
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { facts, summary } = await table.read(leadId)
    const state = fold(facts, campaign, nowMs)
    const decision = decide(state, campaign, nowMs)
    if (decision.kind === 'qualify') {
      const { totalHundredths, lines } = state.score
      const { source } = state
      await table.recordFact(leadId, {
        kind: 'QUALIFIED',
        cycle: decision.cycle,
        totalHundredths,
        lines,
        source,
        atMs: nowMs,
      })
      // The fact comes back by the stream; that look removes the schedule and asks for the hand-off.
      return
    }
    const touch = decision.kind === 'send' ? decision.touch : undefined
    // After a lost race the other writer's arrangement may have replaced ours, or ours theirs: arrange anew.
    const isSettled = !isContended && isArranged(touch, summary?.nextTouch)
    const nextTouch = isSettled
      ? summary?.nextTouch
      : await arrangeTouch(leadId, touch, summary?.nextTouch, nowMs, dependencies)
    const handOffAskedAtMs = await askForHandOff(leadId, state, summary, nowMs, dependencies)
    const next = summarise(state, campaign, nowMs, summary, nextTouch, handOffAskedAtMs)
    if (summary && isSame(summary, next)) return
    if ((await table.writeSummary(leadId, next)) === 'written') return
    isContended = true
  }
  throw new Error(
    `Lead ${leadId} was written by others ${attempts} times while it was looked at; it will be looked at again.`,
  )
}

const askForHandOff = async (
  leadId: string,
  state: LeadState,
  summary: Summary | undefined,
  nowMs: number,
  { handOffQueue }: LookDependencies,
): Promise<number | undefined> => {
  const askedAtMs = summary?.handOffAskedAtMs
  if (!state.qualified || state.isHandedOff) return askedAtMs
  if (askedAtMs !== undefined && nowMs - askedAtMs < handOffPatienceMs) return askedAtMs
  await handOffQueue.put({ leadId, refusals: 0 })
  return nowMs
}

const summarise = (
  state: LeadState,
  campaign: Campaign,
  nowMs: number,
  previous: Summary | undefined,
  nextTouch: ArrangedTouch | undefined,
  handOffAskedAtMs: number | undefined,
): Summary => ({
  version: (previous?.version ?? 0) + 1,
  email: state.email,
  profile: state.profile,
  source: state.source,
  timeZone: state.timeZone,
  stage: state.stage,
  ...(state.suppression && { suppressionReason: state.suppression.reason }),
  scoreHundredths: state.score.totalHundredths,
  scoreLines: state.score.lines,
  ...(nextTouch && { nextTouch }),
  ...(handOffAskedAtMs !== undefined && { handOffAskedAtMs }),
  campaignVersion: campaign.version,
  updatedAtMs: nowMs,
})

/** Whether writing `next` would tell a reader nothing new. */
const isSame = (previous: Summary, next: Summary): boolean => content(previous) === content(next)

const content = (summary: Summary): string =>
  JSON.stringify([
    summary.stage,
    summary.suppressionReason,
    summary.email,
    Object.entries(summary.profile).sort(),
    summary.source,
    summary.timeZone,
    summary.scoreHundredths,
    summary.scoreLines.map((line) => [line.rule, line.hundredths]),
    summary.nextTouch && [summary.nextTouch.enrolment, summary.nextTouch.step, summary.nextTouch.dueAtMs],
    summary.handOffAskedAtMs,
    summary.campaignVersion,
  ])
