/** Where the table keeps counts, and how one is read back. */
import { keys } from './names.ts'

/** What was counted on one day, by one of the stream's shards. */
export interface DayCount {
  /** `yyyy-mm-dd`, UTC. */
  readonly day: string
  readonly metric: string
  readonly count: number
}

/** Counts that are read over months, where the others are read by the week. */
const isOfTest = (metric: string): boolean => metric.startsWith('variant|') || metric.startsWith('arm|')

/** Where a shard keeps a count: by day, and those of tests and of the hold-out all in one place, sorted by day. */
export const counterKey = ({
  campaign,
  day,
  metric,
  shard,
}: Omit<DayCount, 'count'> & { readonly campaign: string; readonly shard: string }) =>
  isOfTest(metric)
    ? { pk: keys.tests(campaign), sk: `${day}|${metric}#${shard}` }
    : { pk: keys.tally(campaign, day), sk: `${metric}#${shard}` }

/** The count of a stored item; undefined where the item is none. */
export const readCounter = (item: Readonly<Record<string, unknown>>): DayCount | undefined => {
  const [room, , day = ''] = String(item.pk).split('#')
  const name = String(item.sk).slice(0, String(item.sk).lastIndexOf('#'))
  const count = Number(item.count)
  if (room === 'TALLY') return { day, metric: name, count }
  if (room !== 'TESTS') return undefined
  const bar = name.indexOf('|')
  return { day: name.slice(0, bar), metric: name.slice(bar + 1), count }
}

/** All days and shards together, by metric. */
export const totalsOf = (counts: Iterable<DayCount>): Map<string, number> => {
  const totals = new Map<string, number>()
  for (const { metric, count } of counts) totals.set(metric, (totals.get(metric) ?? 0) + count)
  return totals
}
