/** When the steps of a sequence come: nothing takes more than a year, and no email is late before it was due. */
import { counted } from '../schema/counted.ts'
import type { Settings } from '../source/campaign-files.ts'
import type { PlacedSequence } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { lengthOf } from './sequence-length.ts'

/**
 * A schedule, its retries and a queue's delay may take this long: domain/touch-time.ts holds no email for late before.
 */
export const leastLatenessHours = 2

/** Whoever is written to after more has forgotten why. */
const mostDays = 366

export const checkLateness = ({ file, lineAt, emailSteps }: PlacedSequence, problems: Problems): void => {
  for (const { step, path } of emailSteps)
    if (step.lateness && step.lateness.atMost < leastLatenessHours)
      problems.add(
        file,
        lineAt([...path, 'lateness', 'atMost']),
        ...tooSoon(`The step ${step.id}`, step.lateness.atMost),
      )
}

export const tooSoon = (owner: string, hours: number): [string, string] => [
  `${owner} would count as late after ${counted(hours, 'hour')}, but a schedule and its retries may take ${leastLatenessHours}.`,
  `Write atMost: ${leastLatenessHours} hours or more.`,
]

export const checkLength = (
  { file, lineAt, data }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  const length = lengthOf(data, settings)
  if (length.mostDays > mostDays)
    problems.add(
      file,
      lineAt(['steps']),
      `The sequence takes ${length.mostDays} days along its longest path; the maximum is a year.`,
      'Shorten the waits, or split it into two sequences.',
    )
}
