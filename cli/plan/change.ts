/** What a change of the campaign does, in figures: what is printed, and what `--json` gives. */
import type { Outcome } from '../../shared/domain/plan-change.ts'
import type { StepChange } from '../../shared/domain/step-changes.ts'
import type { Difference } from './outside.ts'
import type { MadeDue, Moves, StepCounts } from './tally.ts'
import type { Warning } from './warnings.ts'

export interface PlannedChange {
  readonly campaign: string
  readonly place: string
  readonly nowMs: number
  readonly timeZone: string
  readonly before: string
  readonly after: string
  /** An older Ripen is deployed, which keeps its sequences alone: the rest is taken to be as it is in the folder. */
  readonly isRestUnknown: boolean
  readonly leads: {
    readonly all: number
    readonly underWay: number
    readonly waitingToConfirm: number
    readonly withSales: number
    readonly suppressed: number
  }
  /** Those that changed, and those whose leads do. */
  readonly sequences: readonly SequenceChange[]
  readonly scoring: {
    readonly differences: readonly Difference[]
    readonly qualifyNow: number
    readonly qualifyNoMore: number
    readonly fallBack: number
  }
  readonly forms: {
    readonly differences: readonly Difference[]
    readonly confirmationsGone: number
    readonly confirmationsNew: number
  }
  /** With how many leads are still to get each. */
  readonly emails: readonly (Difference & { readonly toCome: number })[]
  readonly settings: readonly Difference[]
  readonly warnings: readonly Warning[]
}

export interface SequenceChange {
  readonly id: string
  readonly kind: 'added' | 'removed' | 'changed' | 'same'
  readonly onChange: 'migrate' | 'pin' | 'restart'
  readonly differences: readonly Difference[]
  readonly steps: readonly StepChange[]
  readonly underWay: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly ends: Readonly<Record<string, number>>
  readonly moves?: Moves
  readonly stepCounts: Readonly<Record<string, StepCounts>>
  readonly pinned: readonly { readonly version: string; readonly sinceMs: number; readonly leads: number }[]
  readonly madeDue?: MadeDue
  readonly sentTwice: number
  /** Of the new version: what leads do may lead elsewhere. */
  readonly hasConditions: boolean
}

/** What `--fail-on` can name. */
export const failures = [
  'move',
  'skip',
  'get',
  'email',
  'restart',
  'end',
  'begin',
  'sales',
  'repeat',
  'warning',
] as const
export type Failure = (typeof failures)[number]

/** Which of them there are. */
export const changesIn = ({ sequences, scoring, warnings }: PlannedChange): ReadonlySet<Failure> => {
  const has = (...outcomes: readonly Outcome[]) =>
    sequences.some((sequence) => outcomes.some((outcome) => (sequence.outcomes[outcome] ?? 0) > 0))
  const hasStep = (kind: keyof StepCounts) =>
    sequences.some(({ stepCounts }) => Object.values(stepCounts).some((counts) => counts[kind] > 0))
  const isThere: Readonly<Record<Failure, boolean>> = {
    move: has('moves'),
    skip: hasStep('lost') || hasStep('passed'),
    get: has('gains', 'resumes'),
    email: hasStep('otherEmail'),
    restart: has('restarts'),
    end: has('ends'),
    begin: has('begins'),
    sales: has('toSales') || scoring.qualifyNow + scoring.qualifyNoMore + scoring.fallBack > 0,
    repeat: sequences.some(({ sentTwice }) => sentTwice > 0),
    warning: warnings.length > 0,
  }
  return new Set(failures.filter((failure) => isThere[failure]))
}
