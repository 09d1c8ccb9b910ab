/** `ripen leads import`: checks that it may, looks through the file, and writes; prints what it does. */
import { SingleBar } from 'cli-progress'
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign, CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { isDisposableBy } from '../../shared/domain/disposable.ts'
import { InputError } from '../input-error.ts'
import { findUnfinished, type ImportJob, importFile, surveyFile } from './import.ts'
import { resultText, surveyText, unfinishedText } from './import-text.ts'
import { openStore, type PlaceOptions } from './open-store.ts'
import { basisHelp, isBasis } from './read-row.ts'
import type { LeadStore } from './store.ts'

export interface ImportOptions extends PlaceOptions {
  readonly campaign: string
  readonly form?: string
  readonly map: readonly string[]
  readonly consent?: string
  readonly consentColumn?: string
  readonly capturedAt?: string
  readonly confirmedAt?: string
  readonly sendConfirmations: boolean
  readonly encoding?: string
  readonly delimiter?: string
  readonly dryRun: boolean
  readonly errors?: string
  readonly resume: boolean
  readonly limit?: number
}

/**
 * Gives the exit code: 0 where every row is imported or, in a dry run, could be. Throws `InputError` and what the
 * campaign's compiler throws.
 */
export const importCommand = async (
  file: string,
  options: ImportOptions,
  open: (place: PlaceOptions, purpose: 'write') => Promise<LeadStore> = openStore,
  print: (text: string) => void = console.log,
): Promise<number> => {
  requireConsent(options)
  const campaign = await compileCampaign(options.campaign)
  const job = jobOf(file, options, campaign)
  const survey = await surveyFile(job, Date.now())
  print(surveyText(job, survey))
  if (options.dryRun) {
    print('Nothing was written.')
    return survey.wrong === 0 ? 0 : 1
  }
  if (survey.unconfirmed > 0 && !options.sendConfirmations)
    throw new InputError(
      `The form ${job.form.id} asks for double opt-in, and ${survey.unconfirmed} rows are not confirmed: each would get a confirmation email. Use --send-confirmations to send them, or --confirmed-at <column> if the file says when they confirmed. Nothing was written.`,
    )
  const store = await open(options, 'write')
  const startedMs = performance.now()
  const bar = new SingleBar({
    format: 'row {value} of {total} {bar} {percentage} % {eta_formatted}',
    hideCursor: true,
    noTTYOutput: false,
  })
  const stop = stopOnSignal()
  try {
    const unfinished = findUnfinished(job, survey, store)
    if (unfinished && !options.resume) print(unfinishedText(job, unfinished.row))
    bar.start(survey.lastRow, unfinished?.row ?? 1)
    const result = await importFile(job, survey, store, options.resume ? unfinished : undefined, {
      onRow: (row) => bar.update(row),
      isStopping: stop.isStopping,
    })
    bar.stop()
    print(resultText(job, result, store, (performance.now() - startedMs) / 1000))
    return result.wrong === 0 && result.isWhole ? 0 : 1
  } finally {
    bar.stop()
    stop.forget()
    await store.close()
  }
}

const requireConsent = ({ consent, consentColumn }: ImportOptions): void => {
  if ((consent ?? '').trim() === '' && consentColumn === undefined)
    throw new InputError(
      'You must be able to show that these people agreed to be emailed. Say how, when and where with --consent "...", or name a column that says so for each row with --consent-column.',
    )
  if (consent !== undefined && !isBasis(consent.trim())) throw new InputError(`--consent: ${basisHelp}`)
}

const jobOf = (file: string, options: ImportOptions, campaign: CompiledCampaign): ImportJob => {
  const { map, consent, consentColumn, capturedAt, confirmedAt, encoding, delimiter, errors, limit } = options
  return {
    file,
    campaign,
    form: formOf(options.form, campaign),
    map,
    errors: errors ?? `${file}.errors.csv`,
    isDisposable: isDisposableBy(() => disposableEmailBlocklist().join('\n')),
    ...(consent !== undefined && { consent: consent.trim() }),
    ...(consentColumn !== undefined && { consentColumn }),
    ...(capturedAt !== undefined && { capturedAt }),
    ...(confirmedAt !== undefined && { confirmedAt }),
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(limit !== undefined && { limit }),
  }
}

const formOf = (id: string | undefined, { forms }: CompiledCampaign): CompiledForm => {
  const names = Object.keys(forms)
  const [only] = names
  const name = id ?? (names.length === 1 ? only : undefined)
  if (name === undefined)
    throw new InputError(`There are several forms; choose one with --form: ${names.join(', ')}.`)
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined
  if (!form) throw new InputError(`There is no form "${name}"; the forms are ${names.join(', ')}.`)
  return form
}

/** The first Ctrl-C ends the run after the rows in hand, so that --resume finds a checkpoint; the second at once. */
const stopOnSignal = (): { isStopping: () => boolean; forget: () => void } => {
  let isStopping = false
  const stop = (): void => {
    isStopping = true
    forget()
  }
  const forget = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { isStopping: () => isStopping, forget }
}
