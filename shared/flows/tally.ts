/** Facts become counts for the report: a pure function of a window's state and its records, flushed once per window. */
import type { TallyTable } from '../aws/tally-table.ts'
import type { Fact } from '../domain/facts.ts'

/** Counts by `<day>|<metric>`: what Lambda keeps for us between the invocations of one window. */
export type TallyState = Readonly<Record<string, number>>

/** What is counted for a fact. Metrics are `step|<sequence>|<step>|<what>` and `source|<source>|<what>`. */
export const metricOf = (fact: Fact): string | undefined => {
  switch (fact.kind) {
    case 'CAPTURED':
      return `source|${plain(fact.source)}|captured`
    case 'QUALIFIED':
    case 'ACCEPTED':
    case 'RETURNED':
    case 'WON':
    case 'LOST':
      return `source|${plain(fact.source)}|${fact.kind.toLowerCase()}`
    case 'SENT':
    case 'DELIVERED':
    case 'OPENED':
    case 'CLICKED':
    case 'COMPLAINED':
    case 'UNSUBSCRIBED':
      return `step|${sequenceOf(fact.enrolment)}|${fact.step}|${fact.kind.toLowerCase()}`
    case 'BOUNCED':
      return `step|${sequenceOf(fact.enrolment)}|${fact.step}|bounced`
    case 'CONFIRMED':
    case 'ENROLLED':
    case 'BRANCHED':
    case 'SKIPPED':
    case 'ENDED':
    case 'SNOOZED':
    case 'UNRESOLVED':
    case 'HANDEDOFF':
    case 'COOLED':
      return undefined
  }
}

/** `yyyy-mm-dd`, UTC: the day a fact is counted on. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

/** The state with these facts counted. */
export const countFacts = (state: TallyState, facts: Iterable<Fact>): TallyState => {
  const counts: Record<string, number> = { ...state }
  for (const fact of facts) {
    const metric = metricOf(fact)
    if (!metric) continue
    const key = `${dayOf(fact.atMs)}|${metric}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

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

const sequenceOf = (enrolment: string): string =>
  enrolment.startsWith('confirm-') ? 'confirm' : enrolment.replace(/-\d+$/, '')

/** A source is a visitor's text; the characters that part a metric's name are taken out of it. */
const plain = (source: string): string => source.replace(/[|#]/g, ' ').slice(0, 80)
