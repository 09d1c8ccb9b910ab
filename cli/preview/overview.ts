/** The campaign at a glance: what the list beside the email shows, sequence by sequence. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import { delayText, windowText } from '../../shared/campaign/schema/timing-words.ts'
import { confirmEmail } from '../../shared/campaign/source/email.ts'
import type { CampaignProblem } from '../../shared/campaign/source/problems.ts'
import type { Arm, EmailStep, Sequence, Step, Wait } from '../../shared/domain/campaign.ts'
import { adviceOn } from './advice.ts'
import { draftsOf, placeId } from './places.ts'
import { armEndWords, sequenceWords } from './words.ts'

export interface Overview {
  readonly sequences: readonly {
    readonly id: string
    readonly about: readonly string[]
    readonly steps: readonly ShownStep[]
  }[]
  readonly confirmations: readonly ShownEmail[]
  /** No step names them yet. */
  readonly drafts: readonly ShownEmail[]
}

type ShownStep = ShownEmailStep | ShownBranch

interface ShownEmailStep {
  readonly kind: 'email'
  readonly id: string
  readonly wait: string
  /** About how many days after enrolment, for the eye; absent inside a branch's arm that others may skip. */
  readonly day: number
  readonly window?: string
  readonly when?: string
  /** One, or those of a test. */
  readonly emails: readonly ShownEmail[]
}

interface ShownBranch {
  readonly kind: 'branch'
  readonly id: string
  readonly wait: string
  readonly arms: readonly {
    readonly id: string
    /** Absent: the arm of all others. */
    readonly when?: string
    readonly end?: string
    readonly steps: readonly ShownEmailStep[]
  }[]
}

interface ShownEmail {
  /** A place's id. */
  readonly place: string
  readonly email: string
  readonly subject: string
  /** Of a test: "variant short, 50 %"; of a confirmation: for which form. */
  readonly note?: string
  /** How many pieces of it there are on the email's own file. */
  readonly advice: number
}

/** An email as the list shows it, at one of its places. */
type Show = (place: string, email: string, note?: string) => ShownEmail

export const overviewOf = (
  { plan, emails, forms }: Pick<CompiledCampaign, 'plan' | 'emails' | 'forms'>,
  advice: readonly CampaignProblem[],
): Overview => {
  const show: Show = (place, email, note) => ({
    place,
    email,
    // As written: Liquid in it stands for what differs from lead to lead.
    subject: emails[email]?.subject ?? '',
    ...(note !== undefined && { note }),
    advice: adviceOn(email, advice).length,
  })
  return {
    sequences: Object.values(plan.sequences).map((sequence) => ({
      id: sequence.id,
      about: sequenceWords(
        sequence,
        Object.values(plan.forms)
          .filter((form) => form.sequence === sequence.id)
          .map(({ id }) => id),
      ),
      steps: stepsOf(sequence, show),
    })),
    confirmations: Object.values(plan.forms)
      .filter(({ doubleOptIn }) => doubleOptIn)
      .map(({ id }) =>
        show(`confirm/${id}`, confirmEmail, `to visitors who submitted “${forms[id]?.title ?? id}”`),
      ),
    drafts: draftsOf({ plan, emails }).map((id) => show(`draft/${id}`, id)),
  }
}

const stepsOf = (sequence: Sequence, show: Show): ShownStep[] => {
  let dayAt = 0
  const isOfArm = (step: Step, branch: string, arm: Arm) =>
    step.arm?.branch === branch && step.arm.arm === arm.id
  return sequence.steps
    .filter((step) => !step.arm)
    .map((step): ShownStep => {
      dayAt += daysOf(step.wait)
      if (!('arms' in step)) return shownStep(sequence, step, dayAt, show)
      const atBranch = dayAt
      const arms = step.arms.map((arm) => {
        let armDay = atBranch
        const own = sequence.steps.flatMap((one) => {
          if ('arms' in one || !isOfArm(one, step.id, arm)) return []
          armDay += daysOf(one.wait)
          return [shownStep(sequence, one, armDay, show)]
        })
        const end = armEndWords(arm)
        // What follows the branch comes after the longest of its ways.
        dayAt = Math.max(dayAt, armDay)
        return {
          id: arm.id,
          ...(arm.when && { when: conditionText(arm.when) }),
          ...(end !== undefined && { end }),
          steps: own,
        }
      })
      return { kind: 'branch', id: step.id, wait: delayText(step.wait), arms }
    })
}

const shownStep = (sequence: Sequence, step: EmailStep, day: number, show: Show): ShownEmailStep => {
  const weights = (step.variants ?? []).reduce((sum, { weight }) => sum + weight, 0)
  return {
    kind: 'email',
    id: step.id,
    wait: delayText(step.wait),
    day: Math.floor(day),
    ...(step.window && { window: windowText(step.window) }),
    ...(step.when && { when: conditionText(step.when) }),
    emails: step.variants
      ? step.variants.map(({ id, email, weight }) =>
          show(
            placeId(sequence.id, step.id, id),
            email,
            `variant ${id}, ${Math.round((100 * weight) / weights)} %`,
          ),
        )
      : [show(placeId(sequence.id, step.id), step.email)],
  }
}

/** A week has five business days; a moment to wait for is reached within days, and left out. */
const daysOf = ({ hours = 0, days = 0, businessDays = 0 }: Wait): number =>
  hours / 24 + days + (businessDays * 7) / 5
