/** A sequence file becomes the sequence that the functions carry: flat, with named windows put in, and hashed. */
import type * as z from 'zod'
import type { EmailStep, SendWindow, Sequence, Step } from '../../domain/campaign.ts'
import { hash, withoutUndefined } from '../compiled/content-hash.ts'
import type { campaignFile } from '../schema/campaign-schema.ts'
import type { EmailStepFile } from '../schema/sequence-schema.ts'
import type { PlacedSequence } from '../source/placed-sequence.ts'

type Settings = Pick<z.output<typeof campaignFile>, 'windows' | 'lateness'>

/** A window whose name does not exist counts as none here; checks have reported it. */
export const compileSequence = ({ id, data }: PlacedSequence, settings: Settings): Sequence => {
  const steps = data.steps.flatMap((step): Step[] => {
    if (!('branch' in step)) return [emailStep(step, settings)]
    const { branch, wait, formerly, arms } = step
    return [
      {
        id: branch,
        wait,
        formerly,
        arms: arms.map(({ arm, when, goTo }) => withoutUndefined({ id: arm, when, goTo })),
      },
      ...arms.flatMap((arm) =>
        arm.steps.map((own) => ({ ...emailStep(own, settings), arm: { branch, arm: arm.arm } })),
      ),
    ]
  })
  const content = withoutUndefined({
    id,
    priority: data.priority,
    onChange: data.onChange,
    reentryAfterDays: data.reentry === 'never' ? undefined : data.reentry.afterDays,
    goal: data.goal,
    exits: data.exits,
    steps,
  })
  return { ...content, version: hash(content, 12) }
}

export const windowOf = (
  { window }: EmailStepFile,
  { windows }: Pick<Settings, 'windows'>,
): SendWindow | undefined => {
  if (typeof window !== 'string') return window
  return Object.hasOwn(windows, window) ? windows[window] : undefined
}

const emailStep = (step: EmailStepFile, settings: Settings): EmailStep => {
  const { id, email, variants, wait, formerly, when, forAll, lateness } = step
  const { atMost, beyond } = lateness ?? settings.lateness
  return withoutUndefined({
    id,
    email: email ?? variants?.[0]?.email ?? '',
    variants,
    wait,
    formerly,
    window: windowOf(step, settings),
    when,
    isForAll: forAll,
    lateness: { maximumHours: atMost, beyond },
  })
}
