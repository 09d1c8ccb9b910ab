/** Sales answers by the link in its email: takes the lead, gives it back, or reports what became of it. */
import * as z from 'zod/mini'
import type { LeadTable } from '../../aws/lead-table.ts'
import type { Campaign } from '../../domain/campaign.ts'
import { cycleOfSales, salesId } from '../../domain/enrolment-id.ts'
import type { Fact } from '../../domain/facts.ts'
import { fold } from '../../domain/fold.ts'
import type { Cycle } from '../../domain/readiness.ts'
import { type LinkPayload, signLink } from '../links.ts'

/** Why a lead may be given back; a rule can count them, and the report can. */
export const returnReasons = {
  notNow: 'Interested, but not now',
  notReached: 'Could not be reached',
  notAFit: 'Not a fit for what we offer',
  notTheDecider: 'Not the person who decides',
} as const

const answer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('accept') }),
  z.object({
    answer: z.literal('return'),
    reason: z.enum(
      Object.keys(returnReasons) as [keyof typeof returnReasons],
      'Choose why you give the lead back.',
    ),
  }),
  z.object({
    answer: z.literal('won'),
    value: z._default(
      z
        .string()
        .check(
          z.regex(/^\s*(\d{1,9}([.,]\d{1,2})?)?\s*$/, 'Write the value as a number such as 1200 or 1200.50.'),
        ),
      '',
    ),
  }),
  z.object({ answer: z.literal('lost') }),
])

export type GivenAnswer = z.infer<typeof answer>

/** What sales is shown before it answers; no more of the lead than the email already said. */
export interface HandedLead {
  readonly status: Cycle['status']
  readonly totalHundredths: number
  readonly lines: readonly {
    readonly hundredths: number
    readonly reason: string
    readonly because: string
  }[]
}

export type SalesAnswer =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'unclear'; readonly problem: string }

/** The address that stands in the email to sales. Whoever has the email may answer; the link serves nothing else. */
export const salesLink = (
  leadId: string,
  cycle: number,
  atMs: number,
  publicUrl: string,
  linkKey: string,
): string =>
  `${publicUrl}/sales/${signLink({ purpose: 'sales', leadId, enrolment: salesId(cycle), step: 'hand-off', atMs }, linkKey)}`

/** The lead as it was handed over in the link's cycle, or nothing where that cycle is not the latest any more. */
export const readHandedLead = async (
  link: LinkPayload,
  nowMs: number,
  campaign: Campaign,
  table: Pick<LeadTable, 'read'>,
): Promise<(HandedLead & { readonly source: string }) | undefined> => {
  const { facts } = await table.read(link.leadId)
  const { cycle, source } = fold(link.leadId, facts, campaign, nowMs)
  if (!cycle || cycle.qualified.cycle !== cycleOfSales(link.enrolment)) return undefined
  const { totalHundredths, lines } = cycle.qualified
  return { status: cycle.status, totalHundredths, lines, source }
}

/** Records what sales says as a fact; saying it twice is one fact, and an outcome outweighs an acceptance. */
export const answerHandOff = async (
  link: LinkPayload,
  body: string,
  source: string,
  atMs: number,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<SalesAnswer> => {
  const read = answer.safeParse(Object.fromEntries(new URLSearchParams(body)))
  if (!read.success)
    return { kind: 'unclear', problem: read.error.issues[0]?.message ?? 'Choose one of the answers.' }
  await table.recordFact(
    link.leadId,
    answerFact(read.data, { cycle: cycleOfSales(link.enrolment), source, atMs }),
  )
  return { kind: 'recorded' }
}

/** An answer of sales as the fact that it is. */
export const answerFact = (
  said: GivenAnswer,
  about: { readonly cycle: number; readonly source: string; readonly atMs: number },
): Fact => {
  switch (said.answer) {
    case 'accept':
      return { kind: 'ACCEPTED', ...about }
    case 'return':
      return { kind: 'RETURNED', reason: said.reason, ...about }
    case 'lost':
      return { kind: 'LOST', ...about }
    case 'won': {
      const value = said.value.trim().replace(',', '.')
      return { kind: 'WON', ...about, ...(value !== '' && { value: Number(value) }) }
    }
  }
}
