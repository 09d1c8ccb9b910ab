/** Counts what leaves no other trace, as log lines that CloudWatch turns into metrics. No personal data. */
import { metrics } from '../contracts/names.ts'
import type { OpaqueFact } from '../contracts/read-facts.ts'

/** One refused post. */
export const countRefusal = (form: string, reason: string, atMs: number): void =>
  count(metrics.refused, 1, { form, reason }, atMs)

/** Leads that were ready, and of whom sales had not been told an hour after it was asked for. */
export const countUnconfirmedHandOffs = (leads: number, functionName: string, atMs: number): void =>
  count(metrics.unconfirmedHandOffs, leads, { [metrics.functionDimension]: functionName }, atMs)

/** An email to sales or marketing that came back. */
export const countTeamEmailLost = (functionName: string, atMs: number): void =>
  count(metrics.teamEmailsLost, 1, { [metrics.functionDimension]: functionName }, atMs)

/**
 * Facts that were met and could not be read, by kind; and apart from them those that no release can have written, for
 * the alarm. A fact counts each time that it is met.
 */
export const countOpaqueFacts = (facts: readonly OpaqueFact[], functionName: string, atMs: number): void => {
  const own = { [metrics.functionDimension]: functionName }
  for (const [kind, same] of Map.groupBy(facts, ({ of }) => of))
    count(metrics.opaqueFacts, same.length, { ...own, kind }, atMs)
  const malformed = facts.filter(({ why }) => why === 'malformed').length
  if (malformed > 0) count(metrics.malformedFacts, malformed, own, atMs)
}

/** An email that was not claimed, because SES does not answer. */
export const countHeldSend = (functionName: string, atMs: number): void =>
  count(metrics.sendsHeld, 1, { [metrics.functionDimension]: functionName }, atMs)

/** Written past the runtime's own JSON logging, which would wrap the line and hide it from CloudWatch. */
const count = (
  name: string,
  value: number,
  dimensions: Readonly<Record<string, string>>,
  atMs: number,
): void => {
  const metric = {
    Namespace: metrics.namespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: [{ Name: name, Unit: 'Count' }],
  }
  const line = { _aws: { Timestamp: atMs, CloudWatchMetrics: [metric] }, ...dimensions, [name]: value }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
