/** Who will come: rows of a file, or people drawn from the sample, each as a lead with submissions to come. */
import { createHash } from 'node:crypto'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { postNames } from '../../shared/contracts/form-post.ts'
import { type IdentityRules, identityOf, normaliseAddress } from '../../shared/domain/address.ts'
import { isTimeZone } from '../../shared/domain/time-zone.ts'
import { type Row, readRows, streamRows } from '../demo/rows.ts'
import { InputError } from '../input-error.ts'
import type { Template } from '../mapping.ts'
import { arrivalMs, fillMs } from '../people/arrivals.ts'
import type { People } from '../people/model.ts'
import type { Capture, Captured } from './capture.ts'
import type { LeadToPlay } from './play-lead.ts'

export interface Arrivals {
  readonly people: Pick<People, 'chance'>
  readonly startMs: number
  readonly arrivalDays: number
  readonly timeZones?: readonly ZoneShare[]
}

export interface ZoneShare {
  readonly timeZone: string
  readonly weight: number
}

/** `Europe/London:50,America/New_York:30`. */
export const readZoneShares = (text: string): ZoneShare[] =>
  text.split(',').map((part) => {
    const [, timeZone = '', share = '1'] = /^\s*([^:\s]+)\s*(?::\s*(\d+(?:\.\d+)?)\s*)?$/.exec(part) ?? []
    const weight = Number(share)
    if (!isTimeZone(timeZone) || !(weight > 0))
      throw new InputError(
        `--time-zones "${part.trim()}" is not of the form Europe/London:50; write IANA zones, each with its share, separated by commas.`,
      )
    return { timeZone, weight }
  })

/** What was left out of a population, by the form's words. */
export class Refusals {
  count = 0
  readonly byReason = new Map<string, number>()

  add(reason: string): void {
    this.count += 1
    // Reasons name fields and not what stood in them; still, no file makes this grow without end.
    if (this.byReason.size < 50 || this.byReason.has(reason))
      this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1)
  }
}

/**
 * Leads row by row. Several rows of one person are one lead: which addresses come more than once is found in a first
 * pass, and only those rows are kept, to the end.
 */
export async function* leadsOfFile(
  file: string,
  mappings: ReadonlyMap<string, Template>,
  most: number | undefined,
  identity: IdentityRules,
  arrivals: Arrivals,
  capture: Capture,
  refusals: Refusals,
): AsyncGenerator<LeadToPlay> {
  const repeated = await repeatedIdentities(streamRows(file, mappings, most), identity)
  const several = new Map<string, Captured[]>()
  let number = 0
  for await (const row of streamRows(file, mappings, most)) {
    number += 1
    const captured = await captureRow(row, number, arrivals, capture, refusals)
    if (!captured) continue
    const { leadId, fact } = captured
    if (!repeated.has(markOf(row, identity))) yield { leadId, facts: [], submissions: [fact] }
    else several.set(leadId, [...(several.get(leadId) ?? []), captured])
  }
  for (const [leadId, captures] of several) {
    const submissions = captures.map(({ fact }) => fact).sort((a, b) => a.atMs - b.atMs)
    yield { leadId, facts: [], submissions }
  }
}

/** 48 bits of a hash stand for an address: a million rows take a few dozen megabytes and not hundreds. */
const markOf = ({ email = '' }: Row, rules: IdentityRules): number => {
  const address = normaliseAddress(email)
  return address === undefined
    ? -1
    : createHash('sha256').update(identityOf(address, rules)).digest().readUIntBE(0, 6)
}

const repeatedIdentities = async (
  rows: AsyncIterable<Row>,
  identity: IdentityRules,
): Promise<ReadonlySet<number>> => {
  const seen = new Set<number>()
  const repeated = new Set<number>()
  for await (const row of rows) {
    const mark = markOf(row, identity)
    if (mark >= 0 && seen.has(mark)) repeated.add(mark)
    seen.add(mark)
  }
  return repeated
}

/** The columns that the form takes: the sample is made for another. */
export const knownColumns = (columns: readonly string[], form: CompiledForm): string[] => {
  const known = new Set<string>([
    ...form.fields.map(({ name }) => name),
    postNames.source,
    postNames.timeZone,
  ])
  return columns.filter((name) => known.has(name))
}

/** Columns that go together are drawn together; the others each for itself. */
const together = [
  ['city', 'country', 'timeZone'],
  ['visits', 'minutesOnSite'],
] as const

/**
 * So many people who are like those of the sample, and none of them. Without `timeZones` the campaign's zone holds.
 */
export async function* sampledLeads(
  sample: string,
  count: number,
  form: CompiledForm,
  arrivals: Arrivals,
  capture: Capture,
  refusals: Refusals,
): AsyncGenerator<LeadToPlay> {
  const rows = await readRows(sample, new Map())
  const { people } = arrivals
  const columns = knownColumns(Object.keys(rows[0] ?? {}), form)
    .filter((name) => name !== 'email' && name !== postNames.timeZone)
    .map((name) => ({
      name,
      group: together.find((names) => names.some((one) => one === name))?.[0] ?? name,
    }))
  for (let number = 1; number <= count; number += 1) {
    const row: Record<string, string> = { email: `lead-${number}@example.com` }
    for (const { name, group } of columns) {
      const drawn = Math.floor(people.chance('sample', String(number), group) * rows.length)
      row[name] = rows[drawn]?.[name] ?? ''
    }
    const captured = await captureRow(row, number, arrivals, capture, refusals)
    if (captured) yield { leadId: captured.leadId, facts: [], submissions: [captured.fact] }
  }
}

/** As the demo has it: the row is posted a little after its visitor was shown the form. */
const captureRow = async (
  row: Row,
  number: number,
  { people, startMs, arrivalDays, timeZones }: Arrivals,
  capture: Capture,
  refusals: Refusals,
): Promise<Captured | undefined> => {
  const atMs = arrivalMs(people, number - 1, startMs, arrivalDays) + fillMs
  const timeZone = timeZones && drawZone(timeZones, people.chance('timeZone', String(number)))
  const captured = await capture(timeZone === undefined ? row : { ...row, timeZone }, number, atMs)
  if (!('refused' in captured)) return captured
  refusals.add(captured.refused)
  return undefined
}

const drawZone = (shares: readonly ZoneShare[], fraction: number): string | undefined => {
  let left = fraction * shares.reduce((sum, { weight }) => sum + weight, 0)
  for (const { timeZone, weight } of shares) {
    left -= weight
    if (left < 0) return timeZone
  }
  return shares.at(-1)?.timeZone
}
