/** What a sequence can be deployed with, though its leads would see something else than it says: advice. */

import { isLinked, plainConditions } from '../schema/condition-names.ts'
import { closestName } from '../schema/did-you-mean.ts'
import { waitText, windowText } from '../schema/timing-words.ts'
import type { CampaignFiles, Settings } from '../source/campaign-files.ts'
import { conditionsOf, type PlacedSequence, type PlacedStep } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { windowOf } from './compile-sequence.ts'
import { formsTo, linksOf } from './sequence-conditions.ts'
import { adviseOnPace } from './sequence-pace.ts'

/** A variant with less learns nothing in any reasonable time. */
const leastShare = 0.01

export const adviseOnSequences = (files: CampaignFiles, problems: Problems): void => {
  const settings = files.campaign?.data
  const sequences = Object.values(files.sequences)
  for (const sequence of sequences) {
    adviseOnEntry(sequence, files, problems)
    adviseOnShares(sequence, problems)
    adviseOnLinks(sequence, files, problems)
    adviseOnSources(sequence, files, problems)
    if (!settings) continue
    adviseOnUntil(sequence, settings, problems)
    adviseOnLateness(sequence, settings, problems)
    adviseOnPace(sequence, settings, problems)
  }
  if (files.campaign && files.named.sequences.size === sequences.length)
    adviseOnHoldOut(sequences, files.campaign.data, files.campaign.lineAt('holdOut', 'percent'), problems)
}

/** Not an error: leads that are under way in it finish it. */
const adviseOnEntry = (
  { id, file, lineAt }: PlacedSequence,
  files: CampaignFiles,
  problems: Problems,
): void => {
  if (formsTo(id, files).length > 0 || files.known.hasUnreadForms) return
  problems.advise(
    file,
    lineAt([]),
    'No form leads to this sequence: no new leads enter it, and only those under way continue.',
    `Write sequence: ${id} in a form, or remove the file once nobody is under way.`,
  )
}

const adviseOnShares = ({ file, lineAt, emailSteps }: PlacedSequence, problems: Problems): void => {
  for (const { step, path } of emailSteps) {
    const variants = step.variants ?? []
    const sum = variants.reduce((total, { weight }) => total + weight, 0)
    variants.forEach(({ id, weight }, at) => {
      if (weight / sum < leastShare)
        problems.advise(
          file,
          lineAt([...path, 'variants', at, 'weight']),
          `The variant ${id} goes to ${Number(((weight / sum) * 100).toPrecision(2))} % of leads: a result would take years.`,
          'Raise its weight, or remove it.',
        )
    })
  }
}

/** Of two emails the lead has the earlier, when it is asked whether it clicked. */
const adviseOnLinks = (sequence: PlacedSequence, files: CampaignFiles, problems: Problems): void => {
  const { file, lineAt, emailSteps } = sequence
  for (const { condition, path, owner, at } of conditionsOf(sequence)) {
    if (at === undefined) continue
    const place = lineAt(path)
    const earlier = emailSteps.filter((step) => step.at < at || (step.at === at && lineAt(step.path) < place))
    for (const { plain, path: within } of plainConditions(condition)) {
      if (!('link' in plain) || plain.link === undefined) continue
      if (isLinked(plain.link, linksOf(earlier, files)) || !isLinked(plain.link, linksOf(emailSteps, files)))
        continue
      problems.advise(
        file,
        lineAt([...path, ...within, 'link']),
        `${owner} waits for a click on ${plain.link}, but only later emails link to it.`,
        'Link to it in an earlier email, or ask later.',
      )
    }
  }
}

/** Sources are what visitors come by, and cannot be known; one that is nearly another is a slip. */
const adviseOnSources = (sequence: PlacedSequence, { scoring }: CampaignFiles, problems: Problems): void => {
  const known = (scoring?.data.rules ?? []).flatMap(({ when }) => ('source' in when ? when.source : []))
  for (const { condition, path, owner } of conditionsOf(sequence))
    for (const { plain, path: within } of plainConditions(condition)) {
      if (!('source' in plain)) continue
      plain.source.forEach((source, at) => {
        const meant = known.includes(source) ? undefined : closestName(source, known)
        if (meant !== undefined)
          problems.advise(
            sequence.file,
            sequence.lineAt([...path, ...within, 'source', at]),
            `${owner} waits for the source "${source}", which scoring.yaml does not mention.`,
            `Did you mean ${meant}?`,
          )
      })
    }
}

const adviseOnUntil = (
  { file, lineAt, emailSteps }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  for (const { step, path } of emailSteps) {
    const window = windowOf(step, settings)
    const { until } = step.wait
    if (!window || !until) continue
    const { weekday, minutes } = until
    const isOpenThatDay = weekday === undefined || window.weekdays.includes(weekday)
    if (isOpenThatDay && minutes >= window.fromMinutes && minutes < window.toMinutes) continue
    const day = weekday === undefined || isOpenThatDay ? weekday : [...window.weekdays].sort()[0]
    const inside = Math.min(Math.max(minutes, window.fromMinutes), window.toMinutes - 1)
    const hour = inside === minutes ? minutes : window.fromMinutes
    problems.advise(
      file,
      lineAt([...path, 'wait']),
      `The step ${step.id} waits ${waitText({ until })}, but its window is open ${windowText(window)}: it goes out when the window opens.`,
      `Write ${waitText({ until: { ...(day !== undefined && { weekday: day }), minutes: hour } })}, or remove the window.`,
    )
  }
}

const adviseOnLateness = (
  { file, lineAt, emailSteps }: PlacedSequence,
  settings: Settings,
  problems: Problems,
): void => {
  for (const { step, path } of emailSteps) {
    if (
      step.lateness?.beyond === 'retime' &&
      !step.wait.until &&
      !windowOf(step, settings) &&
      step.window === undefined
    )
      problems.advise(
        file,
        lineAt([...path, 'lateness', 'beyond']),
        `The step ${step.id} has neither until nor a window: retimed, it goes out at once, however late it is.`,
        'Write beyond: spread, or give the step an until or a window.',
      )
  }
  for (const first of firstSteps(emailSteps))
    if ((first.step.lateness ?? settings.lateness).beyond === 'skip')
      problems.advise(
        file,
        lineAt(first.step.lateness ? [...first.path, 'lateness', 'beyond'] : first.path),
        `The first step ${first.step.id} is skipped when it is late: leads would never get what they asked for.`,
        'Write lateness: { atMost: 6 hours, beyond: spread } for it.',
      )
}

const firstSteps = (steps: readonly PlacedStep[]): PlacedStep[] =>
  steps.filter(({ path, at }) => at === 0 && path.at(-1) === 0)

const adviseOnHoldOut = (
  sequences: readonly PlacedSequence[],
  { holdOut }: Settings,
  line: number,
  problems: Problems,
): void => {
  if (holdOut.percent > 0 && !sequences.some(({ emailSteps }) => emailSteps.some(({ step }) => step.forAll)))
    problems.advise(
      'campaign.yaml',
      line,
      `${holdOut.percent} % of leads are held out, but no step has forAll: they get nothing, not even what they asked for.`,
      'Write forAll: true in the steps that deliver what was asked for.',
    )
}
