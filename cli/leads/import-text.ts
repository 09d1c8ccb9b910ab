/** What an import will do and what it did, in words. */
import { counted } from '../../shared/campaign/schema/counted.ts'
import { checkpointFile } from './checkpoint.ts'
import type { ImportJob, ImportResult, Survey } from './import.ts'
import type { LeadStore } from './store.ts'

/** A number as people read it. */
const n = (count: number): string => count.toLocaleString('en')

export const surveyText = (job: ImportJob, survey: Survey): string => {
  const { columns, rows, wrong, unconfirmed, suppressed } = survey
  const ready = rows - wrong
  return [
    `${job.file}: ${counted(rows, 'row')} for the form ${job.form.id}.`,
    `  ${n(ready)} can be imported${wrong > 0 ? `, ${n(wrong)} cannot` : ''}.`,
    ...(suppressed > 0 ? [`  ${n(suppressed)} of them are suppressed and will get no email.`] : []),
    ...(unconfirmed > 0
      ? [`  ${n(unconfirmed)} of them are not confirmed: each would get a confirmation email.`]
      : []),
    `  Columns used: ${columns.taken.map(({ field, from }) => (field === from ? field : `${field} from ${from}`)).join(', ')}.`,
    ...(columns.unused.length > 0 ? [`  Columns not used: ${columns.unused.join(', ')}.`] : []),
    ...problemLines(survey),
  ].join('\n')
}

const problemLines = ({ firstProblems, wrong }: Survey): string[] => [
  ...firstProblems.map(({ row, problem }) => `  Row ${n(row)}: ${problem}`),
  ...(wrong > firstProblems.length ? [`  ... and ${n(wrong - firstProblems.length)} more.`] : []),
]

export const resultText = (
  job: ImportJob,
  result: ImportResult,
  store: Pick<LeadStore, 'place' | 'waitsFor'>,
  seconds: number,
): string => {
  const { imported, alreadyThere, wrong, suppressed, row, isWhole, resumedAfter } = result
  return [
    `${n(imported)} imported into ${store.place}, ${n(alreadyThere)} were there already, ${n(wrong)} could not be read. ${seconds.toFixed(1)} s.`,
    ...(resumedAfter === undefined
      ? []
      : [`Counted from the first row; this run continued after row ${n(resumedAfter)}.`]),
    ...(suppressed > 0 ? [`${counted(suppressed, 'lead is', 'leads are')} suppressed.`] : []),
    ...(wrong > 0 ? [`Correct ${job.errors} and import it; rows that were imported stay as they are.`] : []),
    ...(store.waitsFor !== undefined && imported > 0
      ? [`They wait for ${store.waitsFor}; then they are scored and their emails begin.`]
      : []),
    ...(isWhole ? [] : [`Done up to row ${n(row)}. Continue with the same command and --resume.`]),
  ].join('\n')
}

export const unfinishedText = (job: ImportJob, row: number): string =>
  `An earlier import of this file stopped after row ${n(row)} (${checkpointFile(job.file)}). This run starts again from the first row, which is harmless; --resume would continue from there.`
