/** What the gap between emails, the cap on them and reentry make of a sequence's own waits. */
import { dayMs, hourMs } from '../../domain/cadence.ts'
import { counted } from '../schema/counted.ts'
import type { EmailStepFile } from '../schema/sequence-schema.ts'
import type { Settings } from '../source/campaign-files.ts'
import type { Path, PlacedSequence } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { type Leg, legOf, lengthOf, type Pace, plainCalendar, startsOfWeek, walk } from './sequence-length.ts'
import { afterArm, openArms } from './sequence-order.ts'

export const adviseOnPace = (sequence: PlacedSequence, settings: Settings, problems: Problems): void => {
  adviseOnReentry(sequence, settings, problems)
  adviseOnGap(sequence, settings, problems)
  adviseOnCap(sequence, settings, problems)
}

const adviseOnReentry = (
  { file, lineAt, data }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  const { mostDays } = lengthOf(data, settings)
  if (data.reentry === 'never' || data.reentry.afterDays >= mostDays) return
  problems.advise(
    file,
    lineAt(['reentry', 'afterDays']),
    `A lead who submits again after ${counted(data.reentry.afterDays, 'day')} starts over, but the first run takes up to ${mostDays}: the rest of it would be lost.`,
    `Write afterDays: ${mostDays} or more.`,
  )
}

/** The email before, as it was sent, and the branches that were waited at since. */
interface Approach {
  readonly before: EmailStepFile
  readonly branches: readonly Leg[]
}

/** More ways to a step than this are not distinguished. */
const mostApproaches = 50

const adviseOnGap = (sequence: PlacedSequence, settings: Settings, problems: Problems): void => {
  const { minimumGapHours } = settings
  for (const { step, path, approaches } of approachesIn(sequence)) {
    const own = legOf(step, settings)
    const hours = approaches.map(({ before, branches }) =>
      hoursBetween([{ ...legOf(before, settings), wait: {} }, ...branches, own], settings),
    )
    // Held on each way and at each hour of the week: that it says otherwise is the marketer's to know.
    if (hours.length > 0 && hours.every(({ isHeld }) => isHeld))
      problems.advise(
        sequence.file,
        sequence.lineAt([...path, 'wait']),
        `The step ${step.id} is due ${sooner(Math.min(...hours.map((one) => one.leastHours)))} the previous email, but minimumGapHours in campaign.yaml makes that ${minimumGapHours}.`,
        `Wait ${minimumGapHours} hours or more, or lower minimumGapHours.`,
      )
  }
}

const hoursBetween = (
  [before, ...legs]: readonly [Leg, ...Leg[]],
  settings: Settings,
): { readonly isHeld: boolean; readonly leastHours: number } => {
  const calendar = plainCalendar(settings)
  const gapOnly: Pace = { minimumGapHours: settings.minimumGapHours }
  const spans = startsOfWeek.map((startMs) => {
    const way = [before, ...legs]
    const [first = startMs, free = startMs] = walk(way, startMs, calendar).sentAtMs
    const [, held = free] = walk(way, startMs, calendar, gapOnly).sentAtMs
    return { hours: (free - first) / hourMs, isHeld: held > free }
  })
  return {
    isHeld: spans.every(({ isHeld }) => isHeld),
    leastHours: Math.min(...spans.map(({ hours }) => hours)),
  }
}

interface Approached {
  readonly step: EmailStepFile
  readonly path: Path
  readonly approaches: readonly Approach[]
}

/** Every email step, with the ways on which a lead comes to it from the email before. */
const approachesIn = ({ data }: PlacedSequence): Approached[] => {
  const approached: Approached[] = []
  const open: Approach[][] = data.steps.map(() => [])
  const goOn = (place: number, approaches: readonly Approach[]) =>
    open[place]?.push(...approaches.slice(0, mostApproaches - (open[place]?.length ?? 0)))
  data.steps.forEach((step, at) => {
    const here = open[at] ?? []
    if (!('branch' in step)) {
      approached.push({ step, path: ['steps', at], approaches: here })
      goOn(at + 1, [{ before: step, branches: [] }])
      return
    }
    const waited = here.map(({ before, branches }) => ({
      before,
      branches: [...branches, { wait: step.wait, isEmail: false }],
    }))
    openArms(step).forEach(({ steps, goTo }, arm) => {
      let approaches: readonly Approach[] = waited
      steps.forEach((own, ownAt) => {
        approached.push({ step: own, path: ['steps', at, 'arms', arm, 'steps', ownAt], approaches })
        approaches = [{ before: own, branches: [] }]
      })
      goOn(afterArm(data, at, goTo), approaches)
    })
    if (step.arms.every(({ when }) => when)) goOn(at + 1, waited)
  })
  return approached
}

const adviseOnCap = (
  { file, lineAt, data }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  const { frequencyCap, minimumGapHours } = settings
  if (!frequencyCap) return
  const calendar = plainCalendar(settings)
  const { longest } = lengthOf(data, settings)
  const longestDays = (pace: Pace) =>
    Math.round(
      Math.max(...startsOfWeek.map((startMs) => walk(longest, startMs, calendar, pace).endMs - startMs)) /
        dayMs,
    )
  const own = longestDays({ minimumGapHours })
  const capped = longestDays({ minimumGapHours, frequencyCap })
  if (capped <= own) return
  const { emails, days } = frequencyCap
  problems.advise(
    file,
    lineAt(['steps']),
    `The waits add up to ${own} days, but frequencyCap in campaign.yaml (${counted(emails, 'email')} in ${counted(days, 'day')}) makes that ${capped}.`,
    'Lengthen the waits where emails come too close together, or raise frequencyCap.',
  )
}

const sooner = (hours: number): string => {
  const whole = Math.round(hours)
  return whole === 0 ? 'at once after' : `${counted(whole, 'hour')} after`
}
