/** A sequence file becomes the sequence that the functions carry: flat, with named windows put in, and hashed. */
import type * as z from 'zod'
import type { EmailStep, SendWindow, Sequence, Step } from '../domain/campaign.ts'
import { hash, withoutUndefined } from './content-hash.ts'
import type { Problems } from './problems.ts'
import type { ReadFile } from './read-file.ts'
import type { campaignFile } from './schema.ts'
import type { EmailStepFile, SequenceFile } from './sequence-schema.ts'

type Settings = Pick<z.output<typeof campaignFile>, 'windows' | 'lateness'>

export const compileSequence = (
  id: string,
  { data, lineAt }: ReadFile<SequenceFile>,
  settings: Settings,
  problems: Problems,
): Sequence => {
  const file = `sequences/${id}.yaml`
  const windowOf = (window: EmailStepFile['window'], line: () => number): SendWindow | undefined => {
    if (typeof window !== 'string') return window
    const named = settings.windows[window]
    if (!named)
      problems.add(
        file,
        line(),
        `There is no window "${window}".`,
        `Add it to windows in campaign.yaml, or use one of ${Object.keys(settings.windows).join(', ') || 'none so far'}.`,
      )
    return named
  }
  const steps = data.steps.flatMap((step, at): Step[] => {
    if (!('branch' in step))
      return [
        emailStep(
          step,
          windowOf(step.window, () => lineAt('steps', at, 'window')),
          settings,
        ),
      ]
    const { branch, wait, formerly, arms } = step
    return [
      {
        id: branch,
        wait,
        formerly,
        arms: arms.map(({ arm, when, goTo }) => withoutUndefined({ id: arm, when, goTo })),
      },
      ...arms.flatMap((arm, armAt) =>
        arm.steps.map((own, ownAt) => ({
          ...emailStep(
            own,
            windowOf(own.window, () => lineAt('steps', at, 'arms', armAt, 'steps', ownAt, 'window')),
            settings,
          ),
          arm: { branch, arm: arm.arm },
        })),
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

const emailStep = (
  { id, email, variants, wait, formerly, when, forAll, lateness }: EmailStepFile,
  window: SendWindow | undefined,
  settings: Settings,
): EmailStep => {
  const { atMost, beyond } = lateness ?? settings.lateness
  return withoutUndefined({
    id,
    email: email ?? variants?.[0]?.email ?? '',
    variants,
    wait,
    formerly,
    window,
    when,
    isForAll: forAll,
    lateness: { maximumHours: atMost, beyond },
  })
}
