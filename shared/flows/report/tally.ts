/** Facts become counts for the report: a pure function of a window's state and its records, flushed once per window. */
import type { TallyTable } from '../../aws/tally-table.ts'
import { keys } from '../../contracts/names.ts'
import { isOpaque, type OpaqueFact } from '../../contracts/read-facts.ts'
import { dayMs } from '../../domain/cadence.ts'
import { sequenceOf } from '../../domain/enrolment-id.ts'
import type { Fact, TouchRef } from '../../domain/facts.ts'
import { cut } from '../../domain/text.ts'

/** Counts by `<day>|<metric>`: what Lambda keeps for us between the invocations of one window. */
export type TallyState = Readonly<Record<string, number>>

/** What a fact counts for, each as `<day>|<metric>`; docs/architecture.md lists the metrics. */
export const metricsOf = (fact: Fact): readonly string[] => {
  const on = (...metrics: readonly string[]) => metrics.map((metric) => `${dayOf(fact.atMs)}|${metric}`)
  switch (fact.kind) {
    case 'CAPTURED':
    case 'ACCEPTED':
    case 'RETURNED':
    case 'WON':
    case 'LOST':
      return on(`source|${plain(fact.source)}|${fact.kind.toLowerCase()}`)
    case 'QUALIFIED':
      return [
        ...on(`source|${plain(fact.source)}|qualified`),
        // On the day that the lead was enrolled: who qualified stands among those it began with.
        ...(fact.cycle === 1 && fact.enrolledAtMs !== undefined
          ? [`${dayOf(fact.enrolledAtMs)}|arm|${armOf(fact)}|qualified`]
          : []),
      ]
    case 'ENROLLED':
      return on(
        `sequence|${sequenceOf(fact.enrolment)}|enrolled`,
        ...(fact.isFirst ? [`arm|${armOf(fact)}|enrolled`] : []),
      )
    case 'ENDED':
      return on(`sequence|${sequenceOf(fact.enrolment)}|${fact.reason}`)
    case 'BRANCHED':
      return on(`branch|${stepOf(fact)}|${fact.arm ?? 'none'}`)
    case 'SKIPPED':
      return on(`skipped|${stepOf(fact)}|${fact.reason}`)
    case 'OPENED':
    case 'CLICKED':
      return on(`step|${stepOf(fact)}|${fact.kind.toLowerCase()}`)
    case 'RESPONDED':
      return fact.to === 'goal'
        ? on(`step|${stepOf(fact)}|goal`)
        : on(`step|${stepOf(fact)}|responded`, ...ofVariant(fact, 'clicked'))
    case 'SENT':
    case 'DELIVERED':
    case 'BOUNCED':
    case 'COMPLAINED':
    case 'UNSUBSCRIBED': {
      const what = fact.kind.toLowerCase()
      return on(`step|${stepOf(fact)}|${what}`, ...ofVariant(fact, what))
    }
    case 'CONFIRMED':
    case 'SNOOZED':
    case 'UNRESOLVED':
    case 'HANDEDOFF':
    case 'COOLED':
      return []
  }
}

/** `yyyy-mm-dd`, UTC: the day a fact is counted on. */
export const dayOf = (atMs: number): string => {
  const day = Math.floor(atMs / dayMs)
  const known = dayTexts.get(day)
  if (known !== undefined) return known
  const text = new Date(atMs).toISOString().slice(0, 10)
  if (dayTexts.size >= daysKept) dayTexts.clear()
  dayTexts.set(day, text)
  return text
}

/** Facts that are counted together are of few days, and writing one out takes longer than counting. */
const dayTexts = new Map<number, string>()
const daysKept = 1_024

/** The state with these facts counted. */
export const countFacts = (state: TallyState, facts: Iterable<Fact>): TallyState => {
  const counts: Record<string, number> = { ...state }
  for (const fact of facts) for (const key of metricsOf(fact)) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

/** Those that can be counted, and those that cannot be read. */
export const apart = (
  read: readonly { readonly leadId: string; readonly fact: Fact | OpaqueFact }[],
): {
  readonly facts: readonly Fact[]
  readonly unreadable: readonly { readonly leadId: string; readonly fact: OpaqueFact }[]
} => ({
  facts: read.flatMap(({ fact }) => (isOpaque(fact) ? [] : [fact])),
  unreadable: read.flatMap(({ leadId, fact }) => (isOpaque(fact) ? [{ leadId, fact }] : [])),
})

/** What waits in the dead-letter queue for a person: where in the table the fact stands, and what is wrong with it. */
export interface ParkedFact {
  readonly uncounted: { readonly pk: string; readonly sk: string }
  readonly why: OpaqueFact['why']
  readonly problem: string
}

export const parkedFact = (leadId: string, { key, why, problem }: OpaqueFact): ParkedFact => ({
  uncounted: { pk: keys.lead(leadId), sk: keys.fact(key) },
  why,
  problem,
})

/** Adds a finished window's counts to the table. Repeating it adds nothing. */
export const flushTally = async (
  state: TallyState,
  window: { campaign: string; shard: string; windowStart: string },
  table: Pick<TallyTable, 'add'>,
): Promise<void> => {
  for (const [key, count] of Object.entries(state)) {
    const bar = key.indexOf('|')
    await table.add({ ...window, day: key.slice(0, bar), metric: key.slice(bar + 1), count })
  }
}

/** `<sequence>|<step>`. */
const stepOf = ({ enrolment, step }: TouchRef): string => `${sequenceOf(enrolment)}|${step}`

const ofVariant = (fact: TouchRef & { readonly variant?: string }, what: string): string[] =>
  fact.variant === undefined ? [] : [`variant|${stepOf(fact)}|${fact.variant}|${what}`]

const armOf = ({ isHeldOut }: { readonly isHeldOut?: true }): string => (isHeldOut ? 'heldOut' : 'nurtured')

/** A source is a visitor's text; the characters that part a metric's name are taken out of it. */
const plain = (source: string): string => cut(source.replace(/[|#]/g, ' '), 80)
