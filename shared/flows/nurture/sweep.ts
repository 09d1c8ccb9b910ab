/** Goes through all leads, a page of a segment of the table at a time, and has those looked at that nothing else would reach. */
import type { LeadPage, LeadPages } from '../../aws/lead-pages.ts'
import type { MessageQueue } from '../../aws/message-queue.ts'
import type { SegmentProgress, SweepTable } from '../../aws/sweep-table.ts'
import { LoggableError } from '../../contracts/loggable-error.ts'
import type { Sweep, SweepPage } from '../../contracts/messages.ts'
import { keys } from '../../contracts/names.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { countDecisive, type FoundLead, isUnconfirmed, lostAfterMs, needsLook } from './needs-look.ts'

export interface SweepDependencies {
  readonly campaign: Campaign
  /** Into how many parts the table is cut; a sweep under way by another number is begun again. */
  readonly segments: number
  readonly pages: Pick<LeadPages, 'read'>
  readonly progress: Pick<SweepTable, 'read' | 'take' | 'finish'>
  readonly queue: Pick<MessageQueue<Sweep>, 'put'>
  /** Looks at a lead and arranges again what it has coming, whatever its summary says is arranged. */
  readonly look: (leadId: string) => Promise<void>
  /** Whether what is begun now might not be ended in this invocation. */
  readonly isLate: () => boolean
}

export type SweepResult =
  /** `segments` were begun or gone on with; the others are under way, or over already. */
  | { readonly kind: 'begun'; readonly segments: number }
  | {
      readonly kind: 'page'
      readonly segment: number
      readonly page: number
      readonly leads: number
      /** Leads of this segment that a look was asked for so far. */
      readonly looks: number
      readonly isOver: boolean
      /** Leads of this page that are ready, and of whom sales has not been told for longer than a hand-off takes. */
      readonly unconfirmedHandOffs: number
    }
  | { readonly kind: 'past'; readonly segment: number; readonly page: number }
  | { readonly kind: 'looked'; readonly leads: number; readonly failed: readonly FailedLook[] }

/** A look that failed, and is to be tried again by itself. */
export interface FailedLook {
  readonly leadId: string
  readonly error: unknown
}

/** Two deliveries of one page at once: this one waits until the other has finished or failed. */
export class PageUnderWay extends LoggableError {
  override readonly name = 'PageUnderWay'

  constructor({ segment, page }: SweepPage) {
    super(`Page ${page} of segment ${segment} is being read already; it will be tried again.`)
  }
}

/** Ten looks, one after the other, take a second or two of the minute that an invocation has. */
export const leadsPerLook = 10

/** `askedAtMs` is when the message was put on the queue: of one that comes twice, the same. */
export const sweep = async (
  message: Sweep,
  askedAtMs: number,
  nowMs: number,
  dependencies: SweepDependencies,
): Promise<SweepResult> => {
  if (message.sweep === 'begin') return begin(askedAtMs, nowMs, dependencies)
  if (message.sweep === 'page') return readPage(message, nowMs, dependencies)
  return lookAtEach(message.leadIds, dependencies)
}

/**
 * Each segment for itself: one that is over begins again, one that was left lying goes on where it stood, one under way is
 * left alone, unless it goes by another version of the campaign. A message that comes twice begins nothing twice.
 */
const begin = async (
  run: number,
  nowMs: number,
  { campaign: { version }, segments, progress, queue }: SweepDependencies,
): Promise<SweepResult> => {
  const standing = await progress.read()
  const pages = Array.from({ length: segments }, (_, segment) => {
    const first: SweepPage = { sweep: 'page', run, version, segment, of: segments, page: 0, looks: 0 }
    return pageToPut(first, standing.get(segment), nowMs)
  }).filter((page) => page !== undefined)
  for (const page of pages) await queue.put(page)
  return { kind: 'begun', segments: pages.length }
}

const pageToPut = (
  first: SweepPage,
  standing: SegmentProgress | undefined,
  nowMs: number,
): SweepPage | undefined => {
  if (!standing) return first
  const { page, isOver, movedAtMs } = standing
  const isOutdated = page.version !== first.version || page.of !== first.of
  if (isOver || isOutdated) return page.run < first.run ? first : undefined
  return movedAtMs < nowMs - lostAfterMs ? page : undefined
}

/**
 * The looks go on the queue first, then the next page, and last the segment is said to stand there: whoever crashes in
 * between does the page again, and to look at a lead twice is harmless. What a look meets stops no page.
 */
const readPage = async (
  page: SweepPage,
  nowMs: number,
  { campaign, pages, progress, queue }: SweepDependencies,
): Promise<SweepResult> => {
  const { segment, version } = page
  const taken = await progress.take(page, nowMs)
  if (taken === 'past') return { kind: 'past', segment, page: page.page }
  if (taken === 'busy') throw new PageUnderWay(page)
  const read = await pages.read(page, page.after)
  const { leads, parted } = wholeLeads(read, page.parted, campaign)
  const toLook = leads.filter((lead) => needsLook(lead, version, nowMs)).map(({ leadId }) => leadId)
  for (let at = 0; at < toLook.length; at += leadsPerLook)
    await queue.put({ sweep: 'look', leadIds: toLook.slice(at, at + leadsPerLook) })
  const looks = page.looks + toLook.length
  const next = read.next && pageAfter(page, read.next, parted, looks)
  if (next) await queue.put(next)
  await progress.finish(page, next, nowMs)
  return {
    kind: 'page',
    segment,
    page: page.page,
    leads: leads.length,
    looks,
    isOver: next === undefined,
    unconfirmedHandOffs: leads.filter(({ standing }) => isUnconfirmed(standing, nowMs)).length,
  }
}

const pageAfter = (
  { parted: _, ...page }: SweepPage,
  after: NonNullable<LeadPage['next']>,
  parted: SweepPage['parted'],
  looks: number,
): SweepPage => ({ ...page, page: page.page + 1, after, ...(parted && { parted }), looks })

/** The leads whose facts and summary have all been read, and the one of whom more may be on the next page. */
const wholeLeads = (
  { leads, next }: LeadPage,
  before: SweepPage['parted'],
  campaign: Campaign,
): {
  readonly leads: readonly (FoundLead & { readonly leadId: string })[]
  readonly parted: SweepPage['parted']
} => {
  const counted = leads.map(({ leadId, facts, standing }) => ({
    leadId,
    decisiveFacts: countDecisive(facts, campaign) + (leadId === before?.leadId ? before.decisiveFacts : 0),
    standing,
  }))
  // Its last fact was the last item of the page before, and it has no summary.
  if (before && !leads.some(({ leadId }) => leadId === before.leadId))
    counted.unshift({ ...before, standing: 'none' })
  const last = counted.at(-1)
  const isParted = last?.standing === 'none' && next?.pk === keys.lead(last.leadId)
  return {
    leads: (isParted ? counted.slice(0, -1) : counted).map(({ standing, ...lead }) => ({
      ...lead,
      standing: typeof standing === 'string' ? undefined : standing,
    })),
    parted: isParted ? { leadId: last.leadId, decisiveFacts: last.decisiveFacts } : undefined,
  }
}

/**
 * One that fails stands alone from then on: its own message is retried, and in the end a dead letter that names it. Those
 * for whom there is no time go back as a message of their own, which has been received for nothing by none of them.
 */
const lookAtEach = async (
  leadIds: readonly string[],
  { look, queue, isLate }: SweepDependencies,
): Promise<SweepResult> => {
  const [only] = leadIds
  const failed: FailedLook[] = []
  if (only !== undefined && leadIds.length === 1) {
    await look(only)
    return { kind: 'looked', leads: 1, failed }
  }
  for (const [at, leadId] of leadIds.entries()) {
    if (at > 0 && isLate()) {
      const left = leadIds.slice(at)
      await queue.put({ sweep: 'look', leadIds: left })
      return { kind: 'looked', leads: at - failed.length, failed }
    }
    await look(leadId).catch(async (error: unknown) => {
      await queue.put({ sweep: 'look', leadIds: [leadId] })
      failed.push({ leadId, error })
    })
  }
  return { kind: 'looked', leads: leadIds.length - failed.length, failed }
}
