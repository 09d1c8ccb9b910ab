/** A sequence as its marketer reads it back: what comes when, for whom, and how long all of it takes. */
import { sequenceEnd } from '../../domain/campaign.ts'
import { conditionText } from '../schema/condition-words.ts'
import type { EmailStepFile } from '../schema/sequence-schema.ts'
import { delayText, windowText } from '../schema/timing-words.ts'
import type { Settings } from '../source/campaign-files.ts'
import type { PlacedSequence } from '../source/placed-sequence.ts'
import { lengthOf } from './sequence-length.ts'

export interface SequenceOutline {
  readonly id: string
  /** Emails and branches. */
  readonly steps: number
  /** What one lead gets. */
  readonly leastEmails: number
  readonly mostEmails: number
  /** From enrolment to the last email of a lead that nothing holds back, holidays left out. */
  readonly leastDays: number
  readonly mostDays: number
  readonly lines: readonly OutlineLine[]
}

export interface OutlineLine {
  readonly depth: number
  /** The step's id; of an arm its own. */
  readonly name: string
  readonly text: string
}

export const outlineOf = (
  { id, data, emailSteps, branches }: PlacedSequence,
  settings: Settings,
): SequenceOutline => {
  const { leastDays, mostDays, leastEmails, mostEmails } = lengthOf(data, settings)
  const ends = [
    ...(data.goal ? [{ depth: 0, name: 'goal', text: `ends when ${conditionText(data.goal)}` }] : []),
    ...data.exits.map((exit) => ({ depth: 0, name: 'exit', text: `ends when ${conditionText(exit)}` })),
  ]
  const lines = data.steps.flatMap((step): OutlineLine[] => {
    if (!('branch' in step)) return [lineOf(step, 0)]
    const { branch, wait, arms } = step
    return [
      { depth: 0, name: branch, text: `${delayText(wait)}, a branch` },
      ...arms.flatMap(({ arm, when, steps, goTo }) => [
        { depth: 1, name: arm, text: `${when ? `if ${conditionText(when)}` : 'otherwise'}${wayOn(goTo)}` },
        ...steps.map((own) => lineOf(own, 2)),
      ]),
      ...(arms.every(({ when }) => when) ? [{ depth: 1, name: '', text: 'otherwise continue' }] : []),
    ]
  })
  return {
    id,
    steps: emailSteps.length + branches.length,
    leastEmails,
    mostEmails,
    leastDays,
    mostDays,
    lines: [...lines, ...ends],
  }
}

const lineOf = (step: EmailStepFile, depth: number): OutlineLine => {
  const { id, email, variants, wait, window, when, forAll } = step
  const parts = [
    delayText(wait),
    typeof window === 'string' ? window : window && windowText(window),
    email !== undefined && email !== id && `email ${email}`,
    variants && `a test: ${variants.map((variant) => `${variant.id} ${variant.email}`).join(', ')}`,
    when && `if ${conditionText(when)}`,
    forAll && 'for all',
  ]
  return { depth, name: id, text: parts.filter(Boolean).join(', ') }
}

const wayOn = (goTo: string | undefined): string =>
  goTo === undefined ? '' : goTo === sequenceEnd ? ', then the end' : `, then go to ${goTo}`
