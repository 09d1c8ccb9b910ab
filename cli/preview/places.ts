/** The places at which a campaign sends an email: each step and variant, each confirmation, and the drafts that have none yet. */
import type { CompiledCampaign } from '../../shared/campaign/compiled.ts'
import { confirmationStep } from '../../shared/domain/confirmation.ts'
import type { Touch } from '../../shared/domain/decide.ts'

export interface Place {
  /** `learn/welcome`, `learn/welcome/short`, `confirm/newsletter`, `draft/spring`: what the page's address says. */
  readonly id: string
  readonly email: string
  readonly kind: 'step' | 'confirmation' | 'draft'
  readonly touch: Omit<Touch, 'dueAtMs'>
  /** Of a step. */
  readonly sequence?: string
}

/** Sequences by name, each in the order of its file; then confirmations, then drafts. */
export const placesOf = (
  { plan }: Pick<CompiledCampaign, 'plan'>,
  drafts: Iterable<string> = [],
): Place[] => [
  ...Object.values(plan.sequences).flatMap(({ id, steps }) =>
    steps.flatMap((step): Place[] => {
      if ('arms' in step) return []
      const place = (email: string, variant?: string): Place => ({
        id: placeId(id, step.id, variant),
        email,
        kind: 'step',
        sequence: id,
        touch: {
          enrolment: `${id}-1`,
          step: step.id,
          email,
          ...(variant !== undefined && { variant }),
          purpose: 'marketing',
        },
      })
      return step.variants
        ? step.variants.map((variant) => place(variant.email, variant.id))
        : [place(step.email)]
    }),
  ),
  ...Object.values(plan.forms)
    .filter(({ doubleOptIn }) => doubleOptIn)
    .map(
      ({ id }): Place => ({
        id: `confirm/${id}`,
        email: 'confirm',
        kind: 'confirmation',
        touch: {
          enrolment: `confirm-${id}`,
          step: confirmationStep(1),
          email: 'confirm',
          purpose: 'confirmation',
        },
      }),
    ),
  ...[...drafts].map(
    (email): Place => ({
      id: `draft/${email}`,
      email,
      kind: 'draft',
      touch: { enrolment: 'draft-1', step: email, email, purpose: 'marketing' },
    }),
  ),
]

export const placeId = (sequence: string, step: string, variant?: string): string =>
  [sequence, step, ...(variant === undefined ? [] : [variant])].join('/')
