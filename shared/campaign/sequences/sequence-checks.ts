/** What a sequence must not be deployed with: names that lead nowhere, or that stand for two things. */
import { sequenceEnd } from '../../domain/campaign.ts'
import { didYouMeanOr } from '../schema/did-you-mean.ts'
import type { CampaignFiles, Settings } from '../source/campaign-files.ts'
import type { Path, PlacedSequence } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { checkCalendar, checkWindows } from './calendar-checks.ts'
import { checkConditions } from './sequence-conditions.ts'
import { checkLateness, checkLength } from './sequence-times.ts'
import { checkWays } from './sequence-ways.ts'

export const checkSequences = (files: CampaignFiles, problems: Problems): void => {
  const settings = files.campaign?.data
  if (files.campaign) checkCalendar(files.campaign, problems)
  for (const sequence of Object.values(files.sequences)) {
    checkIds(sequence, problems)
    checkFormerly(sequence, problems)
    checkVariants(sequence, problems)
    checkEmailNames(sequence, files, problems)
    if (settings) checkWindowNames(sequence, settings, problems)
    if (settings) checkWindows(sequence, settings, problems)
    checkForAll(sequence, problems)
    checkConditions(sequence, files, problems)
    checkWays(sequence, files, problems)
    checkLateness(sequence, problems)
    if (settings) checkLength(sequence, settings, problems)
  }
}

interface Name {
  readonly name: string
  readonly path: Path
}

/** Steps and branches, in the order of the file: facts name both alike. */
const namesOf = ({ data }: PlacedSequence): Name[] =>
  data.steps.flatMap((step, at) =>
    'branch' in step
      ? [
          { name: step.branch, path: ['steps', at, 'branch'] },
          ...step.arms.flatMap(({ steps }, armAt) =>
            steps.map(({ id }, ownAt) => ({
              name: id,
              path: ['steps', at, 'arms', armAt, 'steps', ownAt, 'id'],
            })),
          ),
        ]
      : [{ name: step.id, path: ['steps', at, 'id'] }],
  )

const checkIds = (sequence: PlacedSequence, problems: Problems): void => {
  const { file, lineAt, branches } = sequence
  const names = namesOf(sequence)
  for (const { name, path, line } of twice(names, lineAt))
    problems.add(
      file,
      lineAt(path),
      `Two steps are called ${name}.`,
      `Facts refer to steps and branches by id: rename one; the other is on line ${line}.`,
    )
  for (const { name, path } of names)
    if (name === sequenceEnd)
      problems.add(
        file,
        lineAt(path),
        'A step is called end, which goTo uses for the end of the sequence.',
        'Give it another name.',
      )
  for (const { branch, path } of branches) {
    const arms = branch.arms.map(({ arm }, at) => ({ name: arm, path: [...path, 'arms', at, 'arm'] }))
    for (const { name, path: place, line } of twice(arms, lineAt))
      problems.add(
        file,
        lineAt(place),
        `Two arms of ${branch.branch} are called ${name}.`,
        `Facts refer to arms by id: rename one; the other is on line ${line}.`,
      )
  }
}

/** Names that stood before, and the line where. */
const twice = (
  names: readonly Name[],
  lineAt: PlacedSequence['lineAt'],
): (Name & { readonly line: number })[] =>
  names.flatMap((one, at) => {
    const first = names.findIndex(({ name }) => name === one.name)
    return first === at ? [] : [{ ...one, line: lineAt(names[first]?.path ?? []) }]
  })

const checkFormerly = (sequence: PlacedSequence, problems: Problems): void => {
  const { file, lineAt } = sequence
  const inUse = new Map(namesOf(sequence).map(({ name, path }) => [name, lineAt(path)]))
  const former = [
    ...sequence.emailSteps.map(({ step, path }) => ({ id: step.id, formerly: step.formerly, path })),
    ...sequence.branches.map(({ branch, path }) => ({ id: branch.branch, formerly: branch.formerly, path })),
  ]
    .flatMap(({ id, formerly, path }) =>
      formerly.map((name, at) => ({ id, name, path: [...path, 'formerly', at] })),
    )
    .toSorted((a, b) => lineAt(a.path) - lineAt(b.path))
  const owners = new Map<string, string>()
  for (const { id, name, path } of former) {
    const line = inUse.get(name)
    const owner = owners.get(name)
    if (name === id)
      problems.add(
        file,
        lineAt(path),
        `The step ${id} was formerly called ${name}, and still is.`,
        'Write its earlier name, or remove formerly.',
      )
    else if (line !== undefined)
      problems.add(
        file,
        lineAt(path),
        `The step ${id} was formerly called ${name}, and the step on line ${line} has that name now.`,
        'Rename that step, or remove the name from formerly.',
      )
    else if (owner !== undefined)
      problems.add(
        file,
        lineAt(path),
        owner === id
          ? `The step ${id} names ${name} twice in formerly.`
          : `The steps ${owner} and ${id} were both formerly called ${name}.`,
        'Only one step had the name: remove it from the other.',
      )
    owners.set(name, id)
  }
}

const checkVariants = ({ file, lineAt, emailSteps }: PlacedSequence, problems: Problems): void => {
  for (const { step, path } of emailSteps) {
    const variants = step.variants ?? []
    const ids = variants.map(({ id }, at) => ({ name: id, path: [...path, 'variants', at, 'id'] }))
    for (const { name, path: place, line } of twice(ids, lineAt))
      problems.add(
        file,
        lineAt(place),
        `Two variants of ${step.id} are called ${name}.`,
        `Facts refer to variants by id: rename one; the other is on line ${line}.`,
      )
    const emails = variants.map(({ email }, at) => ({
      name: email,
      path: [...path, 'variants', at, 'email'],
    }))
    for (const { name, path: place } of twice(emails, lineAt))
      problems.add(
        file,
        lineAt(place),
        `Two variants of ${step.id} send the email ${name}: a test between them compares nothing.`,
        'Name another email, or remove the variant and raise the weight of the other.',
      )
  }
}

const checkEmailNames = (
  { file, lineAt, emailSteps }: PlacedSequence,
  { emails }: CampaignFiles,
  problems: Problems,
): void => {
  const known = [...emails.keys()]
  for (const { step, path } of emailSteps) {
    const named = step.variants
      ? step.variants.map(({ email }, at) => ({ email, place: [...path, 'variants', at, 'email'] }))
      : [{ email: step.email ?? '', place: [...path, 'email'] }]
    for (const { email, place } of named)
      if (!emails.has(email))
        problems.add(
          file,
          lineAt(place),
          `There is no email "${email}".`,
          didYouMeanOr(email, known, `Create emails/${email}.md, or name another.`),
        )
  }
}

const checkWindowNames = (
  { file, lineAt, emailSteps }: PlacedSequence,
  { windows }: Settings,
  problems: Problems,
): void => {
  const known = Object.keys(windows)
  for (const { step, path } of emailSteps)
    if (typeof step.window === 'string' && !known.includes(step.window))
      problems.add(
        file,
        lineAt([...path, 'window']),
        `There is no window "${step.window}".`,
        didYouMeanOr(
          step.window,
          known,
          `Add it to windows in campaign.yaml${known.length > 0 ? `, or use one of ${known.join(', ')}` : ''}.`,
        ),
      )
}

/** Nobody asks a lead in the hold-out which arm it takes. */
const checkForAll = ({ file, lineAt, emailSteps }: PlacedSequence, problems: Problems): void => {
  for (const { step, path, within } of emailSteps)
    if (step.forAll && within)
      problems.add(
        file,
        lineAt([...path, 'forAll']),
        `The step ${step.id} has forAll inside an arm of ${within.branch.branch}: leads in the hold-out take no arm.`,
        'Put the step before the branch, or remove forAll.',
      )
}
