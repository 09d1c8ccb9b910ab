/** Leads go out: a row each for a spreadsheet, a line per fact for a machine, or everything about one person. */
import { once } from 'node:events'
import { createWriteStream, renameSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { type Stringifier, stringify } from 'csv-stringify'
import type { TableItem } from '../../shared/aws/lead-scan.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { keys } from '../../shared/contracts/names.ts'
import { isOpaque, readFact } from '../../shared/contracts/read-facts.ts'
import { identityOf, readAddress } from '../../shared/domain/address.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import { fold } from '../../shared/domain/fold.ts'
import { leadIdOf } from '../../shared/flows/intake/capture.ts'
import { withCurrent } from '../../shared/flows/nurture/release.ts'
import { markCell } from '../cells.ts'
import { InputError } from '../input-error.ts'
import { type ExportFilter, exportColumns, exportRow } from './export-row.ts'
import type { LeadStore } from './store.ts'

export interface ExportJob extends ExportFilter {
  readonly campaign: CompiledCampaign
  readonly nowMs: number
  /** File of rows; absent: none, or the terminal where `toTerminal` says so. */
  readonly file?: string
  readonly toTerminal?: NodeJS.WritableStream
  readonly withMark: boolean
  /** File of facts, a JSON object a line. */
  readonly facts?: string
}

export interface ExportResult {
  readonly leads: number
  readonly facts: number
  /** Facts that this release cannot read: they stay where they are. */
  readonly unreadable: number
  /** How many leads have fields that no form asks for any more, by field. */
  readonly fieldsLeftOut: ReadonlyMap<string, number>
}

/** One lead in memory at a time. */
export const exportLeads = async (
  job: ExportJob,
  store: Pick<LeadStore, 'items' | 'releases'>,
  onLead: (leads: number) => void = () => {},
): Promise<ExportResult> => {
  const rows = rowsTo(job)
  const facts = job.facts === undefined ? undefined : textFile(job.facts)
  const fieldsLeftOut = new Map<string, number>()
  let leads = 0
  let count = 0
  let unreadable = 0
  const campaign = await withHistory(job.campaign, store, job.nowMs)
  for await (const lead of leadsOf(store.items())) {
    const row = exportRow(lead.id, lead.facts, campaign, job, job.nowMs)
    if (!row) continue
    leads += 1
    count += lead.facts.length
    unreadable += lead.unreadable
    for (const field of row.fieldsLeftOut) fieldsLeftOut.set(field, (fieldsLeftOut.get(field) ?? 0) + 1)
    await rows?.write(row.cells)
    for (const fact of lead.facts) await facts?.write(`${JSON.stringify({ leadId: lead.id, ...fact })}\n`)
    onLead(leads)
  }
  await rows?.end()
  await facts?.end()
  return { leads, facts: count, unreadable, fieldsLeftOut }
}

/**
 * Everything that is kept about one person, as they have a right to see it (GDPR, article 15). Throws `InputError`.
 */
export const exportPerson = async (
  address: string,
  campaign: CompiledCampaign,
  store: Pick<LeadStore, 'itemsOf' | 'identityKey' | 'releases'>,
  nowMs: number,
): Promise<object> => {
  const reading = readAddress(address)
  if (reading.kind === 'refused') throw new InputError(`--lead: ${reading.why}`)
  const leadId = leadIdOf(identityOf(reading.address, campaign.intake.identity), store.identityKey)
  const facts: Fact[] = []
  const records: TableItem[] = []
  for await (const item of store.itemsOf(leadId)) {
    const fact = isFact(item) ? readFact(item) : undefined
    // What this release cannot read is kept about the person all the same, and is given as it stands.
    if (fact && !isOpaque(fact)) facts.push(fact)
    else records.push(item)
  }
  if (facts.length + records.length === 0)
    throw new InputError('Nothing is stored under this address, nor under one that counts as the same.')
  const { plan } = await withHistory(campaign, store, nowMs)
  const { stage, profile, source, score, suppression } = fold(leadId, facts, plan, nowMs)
  return {
    address: reading.address,
    leadId,
    asOf: new Date(nowMs).toISOString(),
    stage,
    profile,
    source,
    score: { points: score.totalHundredths / 100, lines: score.lines },
    ...(suppression && { suppression: { ...suppression, at: new Date(suppression.atMs).toISOString() } }),
    consentWordings: wordingsOf(facts, campaign),
    facts: facts
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ atMs, ...fact }) => ({ at: new Date(atMs).toISOString(), ...fact, atMs })),
    otherRecords: records.map(withLists),
  }
}

/** A set of the table's is a list in JSON, which has no sets. */
const withLists = (record: TableItem): TableItem =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value instanceof Set ? [...value] : value]),
  )

/** Where a lead stands in a sequence depends on how that was when it passed. */
const withHistory = async (
  campaign: CompiledCampaign,
  store: Pick<LeadStore, 'releases'>,
  nowMs: number,
): Promise<CompiledCampaign> => {
  const { history } = await store.releases(campaign.plan.name)
  return { ...campaign, plan: { ...campaign.plan, history: withCurrent(campaign.plan, history, nowMs) } }
}

/** What the hashes stand for, as far as the campaign still has those words. */
const wordingsOf = (facts: readonly Fact[], { forms }: CompiledCampaign): Record<string, string> => {
  const agreed = new Set(
    facts.flatMap((fact) => (fact.kind === 'CAPTURED' ? [fact.consent.wordingHash] : [])),
  )
  return Object.fromEntries(
    Object.values(forms).flatMap(({ consent }) =>
      agreed.has(consent.wordingHash) ? [[consent.wordingHash, consent.wording]] : [],
    ),
  )
}

const isFact = ({ sk }: TableItem): boolean => String(sk).startsWith(keys.factPrefix)

/** Lead by lead, as the items come. */
export async function* leadsOf(
  items: AsyncIterable<TableItem>,
): AsyncGenerator<{ id: string; facts: Fact[]; unreadable: number }> {
  const prefix = keys.lead('')
  let id: string | undefined
  let facts: Fact[] = []
  let unreadable = 0
  for await (const item of items) {
    const pk = String(item.pk)
    if (!pk.startsWith(prefix)) continue
    const leadId = pk.slice(prefix.length)
    if (id !== undefined && leadId !== id) {
      yield { id, facts, unreadable }
      facts = []
      unreadable = 0
    }
    id = leadId
    if (!isFact(item)) continue
    const fact = readFact(item)
    if (isOpaque(fact)) unreadable += 1
    else facts.push(fact)
  }
  if (id !== undefined) yield { id, facts, unreadable }
}

interface Output<T> {
  write(value: T): Promise<void>
  end(): Promise<void>
}

const rowsTo = (job: ExportJob): Output<readonly string[]> | undefined => {
  const target = job.file === undefined ? undefined : textFile(job.file)
  if (!target && !job.toTerminal) return undefined
  const csv: Stringifier = stringify({ bom: job.withMark, record_delimiter: '\r\n' })
  const done = target
    ? (async () => {
        for await (const text of csv) await target.write(text)
        await target.end()
      })()
    : finished(csv)
  // Whoever writes next hears of it.
  done.catch(() => {})
  if (!target && job.toTerminal) csv.pipe(job.toTerminal, { end: false })
  const write = async (cells: readonly string[]): Promise<void> => {
    if (!csv.write(cells)) await Promise.race([once(csv, 'drain'), done])
  }
  csv.write(exportColumns(job.campaign))
  return {
    write: (cells) => write(cells.map(markCell)),
    end: async () => {
      csv.end()
      await done
    },
  }
}

/** Only its owner can read it, and it has its name once it is whole: it holds people's data. */
const textFile = (path: string): Output<string | Buffer> => {
  const stream = createWriteStream(`${path}.part`, { mode: 0o600 })
  const failed = new Promise<never>((_, reject) => {
    stream.once('error', (cause) =>
      reject(new InputError(`${path} cannot be written: ${cause.message}.`, { cause })),
    )
  })
  // Whoever writes next hears of it.
  failed.catch(() => {})
  return {
    write: async (text) => {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed])
    },
    end: async () => {
      stream.end()
      await Promise.race([once(stream, 'finish'), failed])
      renameSync(`${path}.part`, path)
    },
  }
}
