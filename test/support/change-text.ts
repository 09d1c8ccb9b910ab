/** What a change does to one enrolment, in a line for a table of tests. */
import type { EnrolmentChange } from '../../shared/domain/plan-change.ts'
import { day } from './leads.ts'

/** What is due by the change has a moment of its own in the window: its day is what can be predicted. */
export const changeText = (change: EnrolmentChange | undefined): string => {
  if (!change) return 'none'
  const { outcome, why, moved, lost, gained, passed, hadAlready, otherEmail, pinnedTo, madeDue } = change
  const days = Math.round((moved?.byMs ?? 0) / day)
  return [
    why ? `${outcome} ${why}` : outcome,
    ...(moved === undefined ? [] : [`${days > 0 ? '+' : ''}${days} days`]),
    ...(lost.length > 0 ? [`not ${lost.join(' ')}`] : []),
    ...(gained.length > 0 ? [`also ${gained.join(' ')}`] : []),
    ...(passed.length > 0 ? [`past ${passed.join(' ')}`] : []),
    ...(hadAlready.length > 0 ? [`had ${hadAlready.join(' ')}`] : []),
    ...(otherEmail.length > 0 ? [`other ${otherEmail.join(' ')}`] : []),
    ...(pinnedTo === undefined ? [] : [`pinned to ${pinnedTo}`]),
    ...(madeDue ? [`due ${new Date(madeDue.atMs).toISOString().slice(5, 10)}`] : []),
  ].join(', ')
}
