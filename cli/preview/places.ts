/** Where a campaign sends an email: at each step and variant, as each confirmation; and drafts, which no step names. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { confirmEmail } from '../../shared/campaign/source/email.ts'
import { confirmationStep } from '../../shared/domain/confirmation.ts'
import type { Touch } from '../../shared/domain/decide.ts'
import { emailsOf } from '../../shared/domain/enrolment.ts'
import { confirmationId, enrolmentId } from '../../shared/domain/enrolment-id.ts'

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
export const placesOf = ({ plan, emails }: Pick<CompiledCampaign, 'plan' | 'emails'>): Place[] => [
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
          enrolment: confirmationId(id),
          step: confirmationStep(1),
          email: 'confirm',
          purpose: 'confirmation',
        },
      }),
    ),
  ...draftsOf({ plan, emails }).map(
    (email): Place => ({
      id: `draft/${email}`,
      email,
      kind: 'draft',
      touch: {
        enrolment: enrolmentId('draft', 1),
        step: email,
        email,
        purpose: email === confirmEmail ? 'confirmation' : 'marketing',
      },
    }),
  ),
]

/** Emails that no step names yet, by name; the confirmation among them where no form asks for one. */
export const draftsOf = ({ plan, emails }: Pick<CompiledCampaign, 'plan' | 'emails'>): string[] => {
  const named = new Set(
    Object.values(plan.sequences).flatMap(({ steps }) =>
      steps.flatMap((step) => ('arms' in step ? [] : emailsOf(step))),
    ),
  )
  if (Object.values(plan.forms).some(({ doubleOptIn }) => doubleOptIn)) named.add(confirmEmail)
  return Object.keys(emails).filter((id) => !named.has(id))
}

export const placeId = (sequence: string, step: string, variant?: string): string =>
  [sequence, step, ...(variant === undefined ? [] : [variant])].join('/')
