/** What the preview says of a sequence and its steps, in whole sentences. */
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import { counted } from '../../shared/campaign/schema/counted.ts'
import { delayText, windowText } from '../../shared/campaign/schema/timing-words.ts'
import { type Arm, type EmailStep, type Sequence, sequenceEnd } from '../../shared/domain/campaign.ts'

/** How a sequence begins and ends; a line each. `forms` are those that enrol in it. */
export const sequenceWords = (
  { goal, exits, reentryAfterDays, priority }: Sequence,
  forms: readonly string[],
): string[] => [
  forms.length === 0
    ? 'No form leads here yet.'
    : `Begins with the ${forms.length === 1 ? 'form' : 'forms'} ${forms.join(', ')}.`,
  ...(goal ? [`Its goal, which ends it: ${conditionText(goal)}.`] : []),
  ...exits.map((exit) => `Ends early if ${conditionText(exit)}.`),
  ...(reentryAfterDays === undefined
    ? []
    : [`May begin again ${counted(reentryAfterDays, 'day')} after it began.`]),
  ...(priority === 0 ? [] : [`Priority ${priority}: the highest goes first.`]),
]

/** Where a lead goes on after an arm. */
export const armEndWords = ({ goTo }: Arm): string | undefined => {
  if (goTo === undefined) return undefined
  return goTo === sequenceEnd ? 'then the sequence ends' : `then on to ${goTo}`
}

/** When a step goes out, as whole sentences. */
export const timingWords = ({ wait, window, when, lateness, isForAll }: EmailStep): string => {
  const beyond = {
    skip: 'it is skipped',
    retime: 'it waits for the next such time',
    spread: 'each lead gets it at a time of its own over the next days',
  }[lateness.beyond]
  return [
    `Goes out ${delayText(wait)}${window ? `, within ${windowText(window)} in the lead’s time zone` : ''}.`,
    ...(when ? [`Only if ${conditionText(when)}; otherwise it is skipped.`] : []),
    `If it would be more than ${counted(lateness.maximumHours, 'hour')} late, ${beyond}.`,
    ...(isForAll ? ['Leads in the hold-out get it too.'] : []),
  ].join(' ')
}
