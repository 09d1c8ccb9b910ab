/** A sequence file as read, with its parts each in its place: a problem is reported with its line. */
import type { StepCondition } from '../../domain/conditions.ts'
import type { BranchFile, EmailStepFile, SequenceFile } from '../schema/sequence-schema.ts'
import type { ReadFile } from './read-file.ts'

export type Path = readonly PropertyKey[]

export interface PlacedStep {
  readonly step: EmailStepFile
  readonly path: Path
  /** Its place among the sequence's own steps; of one in an arm, the branch's. */
  readonly at: number
  /** The branch, and the place of the arm in it, that it stands in. */
  readonly within?: { readonly branch: BranchFile; readonly arm: number }
}

export interface PlacedBranch {
  readonly branch: BranchFile
  readonly path: Path
  readonly at: number
}

export interface PlacedSequence {
  readonly id: string
  readonly file: string
  readonly data: SequenceFile
  readonly lineAt: (path: Path) => number
  /** Those in arms too, in the order of the file. */
  readonly emailSteps: readonly PlacedStep[]
  readonly branches: readonly PlacedBranch[]
}

export const placedSequence = (id: string, { data, lineAt }: ReadFile<SequenceFile>): PlacedSequence => ({
  id,
  file: `sequences/${id}.yaml`,
  data,
  lineAt: (path) => lineAt(...path),
  emailSteps: data.steps.flatMap((step, at): PlacedStep[] => {
    const path = ['steps', at]
    if (!('branch' in step)) return [{ step, path, at }]
    return step.arms.flatMap(({ steps }, arm) =>
      steps.map((own, ownAt) => ({
        step: own,
        path: [...path, 'arms', arm, 'steps', ownAt],
        at,
        within: { branch: step, arm },
      })),
    )
  }),
  branches: data.steps.flatMap((step, at) =>
    'branch' in step ? [{ branch: step, path: ['steps', at], at }] : [],
  ),
})

/** Every condition, with its place, and what it belongs to: `The step day`, `The goal`. */
export const conditionsOf = ({ data, emailSteps, branches }: PlacedSequence): PlacedCondition[] => [
  ...(data.goal ? [{ condition: data.goal, path: ['goal'], owner: 'The goal', kind: 'goal' as const }] : []),
  ...data.exits.map((condition, at) => ({
    condition,
    path: ['exits', at],
    owner: data.exits.length === 1 ? 'The exit' : `Exit ${at + 1}`,
    kind: 'exit' as const,
  })),
  ...emailSteps.flatMap(({ step, path, at }) =>
    step.when
      ? [
          {
            condition: step.when,
            path: [...path, 'when'],
            owner: `The step ${step.id}`,
            kind: 'step' as const,
            at,
          },
        ]
      : [],
  ),
  ...branches.flatMap(({ branch, path, at }) =>
    branch.arms.flatMap(({ arm, when }, armAt) =>
      when
        ? [
            {
              condition: when,
              path: [...path, 'arms', armAt, 'when'],
              owner: `The arm ${arm} of ${branch.branch}`,
              kind: 'arm' as const,
              at,
            },
          ]
        : [],
    ),
  ),
]

export interface PlacedCondition {
  readonly condition: StepCondition
  readonly path: Path
  readonly owner: string
  readonly kind: 'goal' | 'exit' | 'step' | 'arm'
  /** Of a step or an arm: its place among the sequence's own steps. */
  readonly at?: number
}
