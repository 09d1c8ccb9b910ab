/** What changes for one lead, in a line: by its id, without its address. */
import type { EnrolmentChange, LeadChange, Outcome } from '../../shared/domain/plan-change.ts'
import { momentText, spanText } from './words.ts'

/** Nothing is said of these. */
const silent: ReadonlySet<Outcome> = new Set(['asBefore', 'finished', 'withSales', 'suppressed'])

const changesOf = ({ enrolments }: LeadChange): EnrolmentChange[] =>
  enrolments.filter(
    ({ outcome, passed, hadAlready, pinnedTo }) =>
      !silent.has(outcome) ||
      (outcome === 'asBefore' && (passed.length + hadAlready.length > 0 || pinnedTo !== undefined)),
  )

export const leadObject = (leadId: string, change: LeadChange): object[] =>
  changesOf(change).map((enrolment) => ({ leadId, ...enrolment }))

export const leadLine = (leadId: string, change: LeadChange, timeZone: string): string[] =>
  changesOf(change).map((enrolment) => {
    const { outcome, why, moved, lost, gained, passed, hadAlready, otherEmail, pinnedTo, madeDue } = enrolment
    const steps = (text: string, ids: readonly string[]) =>
      ids.length === 0 ? [] : [`${text} ${ids.join(', ')}`]
    return [
      `${leadId}  ${enrolment.enrolment}  ${words[outcome]}${why ? ` (${why})` : ''}`,
      ...(moved
        ? [
            `${moved.step} ${spanText(Math.abs(moved.byMs) / 3_600_000)} ${moved.byMs < 0 ? 'earlier' : 'later'}`,
          ]
        : []),
      ...steps('gets', gained),
      ...steps('does not get', lost),
      ...steps('a different email in', otherEmail),
      ...steps('already past', passed),
      ...steps('already had the email of', hadAlready),
      ...(pinnedTo === undefined ? [] : [`finishes version ${pinnedTo}`]),
      ...(madeDue ? [`made due: ${momentText(madeDue.atMs, timeZone)}`] : []),
    ].join('; ')
  })

const words: Readonly<Record<Outcome, string>> = {
  ends: 'ends',
  toSales: 'goes to sales',
  restarts: 'restarts',
  loses: 'gets less',
  gains: 'gets more',
  otherEmail: 'gets a different email',
  moves: 'moves',
  asBefore: 'stays as it is',
  resumes: 'had finished, and gets more',
  begins: 'begins',
  finished: 'finished',
  withSales: 'with sales',
  suppressed: 'suppressed',
}
