/** The campaign at a glance: what the list beside the email shows, sequence by sequence. */
import type { CompiledCampaign, CompiledEmail } from '../../shared/campaign/compiled.ts'
import type { Arm, EmailStep, Sequence, Step, Wait } from '../../shared/domain/campaign.ts'
import { placeId } from './places.ts'
import { armEndWords, conditionWords, sequenceWords, waitWords, windowWords } from './words.ts'

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
  /** It cannot be shown: it has never compiled. */
  readonly isBroken?: true
}

type Emails = Readonly<Record<string, CompiledEmail>>

export const overviewOf = (
  { plan, emails, forms }: Pick<CompiledCampaign, 'plan' | 'emails' | 'forms'>,
  drafts: ReadonlyMap<string, CompiledEmail | undefined>,
): Overview => ({
  sequences: Object.values(plan.sequences).map((sequence) => ({
    id: sequence.id,
    about: sequenceWords(
      sequence,
      Object.values(plan.forms)
        .filter((form) => form.sequence === sequence.id)
        .map(({ id }) => id),
    ),
    steps: stepsOf(sequence, emails),
  })),
  confirmations: Object.values(plan.forms)
    .filter(({ doubleOptIn }) => doubleOptIn)
    .map(({ id }) => ({
      place: `confirm/${id}`,
      email: 'confirm',
      subject: subjectOf(emails.confirm),
      note: `asks those who filled in “${forms[id]?.title ?? id}”`,
    })),
  drafts: [...drafts].map(([id, email]) => ({
    place: `draft/${id}`,
    email: id,
    subject: email ? subjectOf(email) : `${id} has mistakes`,
    ...(!email && { isBroken: true as const }),
  })),
})

const stepsOf = (sequence: Sequence, emails: Emails): ShownStep[] => {
  let dayAt = 0
  const isOfArm = (step: Step, branch: string, arm: Arm) =>
    step.arm?.branch === branch && step.arm.arm === arm.id
  return sequence.steps
    .filter((step) => !step.arm)
    .map((step): ShownStep => {
      dayAt += daysOf(step.wait)
      if (!('arms' in step)) return shownStep(sequence, step, dayAt, emails)
      const atBranch = dayAt
      const arms = step.arms.map((arm) => {
        let armDay = atBranch
        const own = sequence.steps.flatMap((one) => {
          if ('arms' in one || !isOfArm(one, step.id, arm)) return []
          armDay += daysOf(one.wait)
          return [shownStep(sequence, one, armDay, emails)]
        })
        const end = armEndWords(arm)
        // What follows the branch comes after the longest of its ways.
        dayAt = Math.max(dayAt, armDay)
        return {
          id: arm.id,
          ...(arm.when && { when: conditionWords(arm.when) }),
          ...(end !== undefined && { end }),
          steps: own,
        }
      })
      return { kind: 'branch', id: step.id, wait: waitWords(step.wait), arms }
    })
}

const shownStep = (sequence: Sequence, step: EmailStep, day: number, emails: Emails): ShownEmailStep => {
  const weights = (step.variants ?? []).reduce((sum, { weight }) => sum + weight, 0)
  return {
    kind: 'email',
    id: step.id,
    wait: waitWords(step.wait),
    day: Math.floor(day),
    ...(step.window && { window: windowWords(step.window) }),
    ...(step.when && { when: conditionWords(step.when) }),
    emails: step.variants
      ? step.variants.map(({ id, email, weight }) => ({
          place: placeId(sequence.id, step.id, id),
          email,
          subject: subjectOf(emails[email]),
          note: `variant ${id}, ${Math.round((100 * weight) / weights)} %`,
        }))
      : [{ place: placeId(sequence.id, step.id), email: step.email, subject: subjectOf(emails[step.email]) }],
  }
}

/** As written: Liquid in it stands for what differs from lead to lead. */
const subjectOf = (email: CompiledEmail | undefined): string => email?.subject ?? ''

/** A week has five business days; a moment to wait for is reached within days, and left out. */
const daysOf = ({ hours = 0, days = 0, businessDays = 0 }: Wait): number =>
  hours / 24 + days + (businessDays * 7) / 5
