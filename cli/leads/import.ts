/** Leads come in from a file: looked through once, so that nothing surprises halfway, and then written, row by row. */
import { createHash } from 'node:crypto'
import type { CompiledCampaign, CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { identityOf } from '../../shared/domain/address.ts'
import { leadIdOf } from '../../shared/flows/intake/capture.ts'
import { type CsvFile, type CsvFormat, openCsv } from '../csv-file.ts'
import { InputError } from '../input-error.ts'
import {
  type Checkpoint,
  type Counts,
  checkpointKey,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts'
import { type ColumnOptions, type Columns, planColumns } from './columns.ts'
import { ErrorsFile } from './errors-file.ts'
import { type ImportedLead, type RowRules, readRow, unprotected } from './read-row.ts'
import type { LeadStore } from './store.ts'

export interface ImportJob extends ColumnOptions, CsvFormat {
  readonly file: string
  readonly form: CompiledForm
  readonly campaign: CompiledCampaign
  readonly consent?: string
  readonly errors: string
  /** Rows of this run; those after them wait for the next. */
  readonly limit?: number
  readonly isDisposable: (domain: string) => boolean
}

export interface Survey {
  /** Of the file's bytes. */
  readonly fileHash: string
  readonly columns: Columns
  readonly rows: number
  readonly lastRow: number
  readonly wrong: number
  readonly firstProblems: readonly { readonly row: number; readonly problem: string }[]
  /** Rows that would be sent a confirmation email, if they were not confirmed before. */
  readonly unconfirmed: number
  readonly suppressed: number
}

export interface ImportResult extends Counts {
  /** The last row that is done. */
  readonly row: number
  /** Whether that is the file's last. */
  readonly isWhole: boolean
  /** Where the run went on from, if it did. */
  readonly resumedAfter?: number
}

/** Problems shown; the errors file has them all. */
const mostProblems = 10

/** Written at once, then the checkpoint: what a kill costs at most is to find these imported already. */
const batchSize = 50

/** Looks through the whole file and writes nothing. Throws `InputError`. */
export const surveyFile = async (job: ImportJob, nowMs: number): Promise<Survey> => {
  const hash = createHash('sha256')
  const csv = await openCsv(job.file, job, (bytes) => hash.update(bytes))
  const rules = rulesOf(job, csv, nowMs, '')
  const isConfirmed = doubleOptInOf(job)
  const counts = { rows: 0, lastRow: 1, wrong: 0, unconfirmed: 0, suppressed: 0 }
  const firstProblems: { row: number; problem: string }[] = []
  for await (const { row, cells } of csv.rows) {
    counts.rows += 1
    counts.lastRow = row
    const reading = await readRow(cells, rules)
    if (reading.kind === 'wrong') {
      counts.wrong += 1
      if (firstProblems.length < mostProblems) firstProblems.push({ row, problem: reading.problem })
    } else if (reading.suppressed) counts.suppressed += 1
    else if (isConfirmed && !reading.confirmed) counts.unconfirmed += 1
  }
  if (counts.rows === 0) throw new InputError(`${job.file} has no rows below its header.`)
  return { ...counts, firstProblems, fileHash: hash.digest('hex'), columns: rules.columns }
}

/** The unfinished import that this one would go on from. */
export const findUnfinished = (job: ImportJob, survey: Survey, store: LeadStore): Checkpoint | undefined =>
  readCheckpoint(job.file, keyOf(job, survey, store))

/**
 * Writes the rows as facts, those after `from` alone. A row that cannot be read goes to the errors file; a write that
 * fails ends the import with what the store says, and the checkpoint stays.
 */
export const importFile = async (
  job: ImportJob,
  survey: Survey,
  store: LeadStore,
  from: Checkpoint | undefined,
  run: { readonly onRow?: (row: number) => void; readonly isStopping?: () => boolean } = {},
): Promise<ImportResult> => {
  const csv = await openCsv(job.file, job)
  const startedAtMs = from?.startedAtMs ?? store.nowMs
  const rules = rulesOf(job, csv, startedAtMs, store.identityKey)
  const errors = new ErrorsFile(job.errors, csv.header, csv.delimiter, from?.errorsBytes)
  const counts: Mutable<Counts> = from
    ? { ...from.counts }
    : { imported: 0, alreadyThere: 0, wrong: 0, suppressed: 0 }
  const key = keyOf(job, survey, store)
  let row = from?.row ?? 1
  let left = job.limit ?? Number.POSITIVE_INFINITY
  let batch: ImportedLead[] = []
  const settle = async (): Promise<void> => {
    for (const outcome of await Promise.all(
      batch.map((lead) => writeLead(lead, job.campaign.intake.identity, store)),
    )) {
      counts[outcome.isNew ? 'imported' : 'alreadyThere'] += 1
      if (outcome.isSuppressed) counts.suppressed += 1
    }
    batch = []
    writeCheckpoint(job.file, { key, row, startedAtMs, errorsBytes: errors.bytes, counts })
    run.onRow?.(row)
  }
  try {
    for await (const next of csv.rows) {
      if (next.row <= row) continue
      if (left === 0 || run.isStopping?.()) break
      left -= 1
      const reading = await readRow(next.cells, rules)
      if (reading.kind === 'lead') batch.push(reading)
      else {
        counts.wrong += 1
        errors.add(next.cells, next.row, reading.problem)
      }
      row = next.row
      if (batch.length === batchSize) await settle()
    }
    await settle()
  } finally {
    errors.close()
  }
  const isWhole = row === survey.lastRow
  if (isWhole) removeCheckpoint(job.file)
  return { ...counts, row, isWhole, ...(from && { resumedAfter: from.row }) }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const rulesOf = (job: ImportJob, csv: CsvFile, nowMs: number, identityKey: string): RowRules => ({
  form: job.form,
  unprotected: unprotected(job.form),
  columns: planColumns(csv.header, job.form, job),
  cellsPerRow: csv.header.length,
  ...(job.consent !== undefined && { consent: job.consent }),
  isDisposable: job.isDisposable,
  nowMs,
  identityKey,
})

const doubleOptInOf = ({ campaign, form }: ImportJob): boolean =>
  campaign.plan.forms[form.id]?.doubleOptIn ?? false

/** A row is named in it by its identity key, which does not give the address away. */
const keyOf = (job: ImportJob, { fileHash }: Survey, store: LeadStore): string => {
  const { form, map, consent, consentColumn, capturedAt, confirmedAt, encoding, delimiter, errors } = job
  return checkpointKey([
    fileHash,
    [form.id, form.version],
    [map, consent, consentColumn, capturedAt, confirmedAt, encoding, delimiter, errors],
    leadIdOf('the place of a checkpoint', store.identityKey),
  ])
}

/**
 * In an order in which no look between two writes can send what should not be sent: first what forbids, then what has
 * been confirmed, the lead itself last.
 */
const writeLead = async (
  { captured, confirmed, suppressed }: ImportedLead,
  identityRules: CompiledCampaign['intake']['identity'],
  store: LeadStore,
): Promise<{ isNew: boolean; isSuppressed: boolean }> => {
  const leadId = leadIdOf(identityOf(captured.email, identityRules), store.identityKey)
  if (suppressed) await store.recordSuppressingFact(leadId, suppressed.fact, suppressed.reason)
  if (confirmed) await store.recordFact(leadId, confirmed)
  const isNew = (await store.recordFact(leadId, captured)) === 'recorded'
  return { isNew, isSuppressed: suppressed !== undefined }
}
