/** The ways through a sequence: where branches lead, and that somebody comes to every step, and to no email twice. */

import { sequenceEnd } from '../../domain/campaign.ts'
import type { StepCondition } from '../../domain/conditions.ts'
import { didYouMeanOr } from '../schema/did-you-mean.ts'
import type { CampaignFiles } from '../source/campaign-files.ts'
import type { PlacedBranch, PlacedSequence, PlacedStep } from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { type Bounds, impossibility } from './condition-limits.ts'
import { boundsOf, emailsIn } from './sequence-conditions.ts'
import { afterArm, nameOf, openArms, placesFrom } from './sequence-order.ts'

/** More would be no nurture any more, and each takes a round when a lead is settled. */
const mostSteps = 100

export const checkWays = (sequence: PlacedSequence, files: CampaignFiles, problems: Problems): void => {
  const bounds = boundsOf(sequence.id, files)
  for (const branch of sequence.branches) {
    checkGoTo(sequence, branch, problems)
    checkArms(sequence, branch, bounds, problems)
  }
  checkReach(sequence, problems)
  checkEmailsOnce(sequence, bounds, problems)
  checkCount(sequence, problems)
}

const checkGoTo = (
  sequence: PlacedSequence,
  { branch, path, at }: PlacedBranch,
  problems: Problems,
): void => {
  const { file, lineAt, data, emailSteps } = sequence
  const later = data.steps.slice(at + 1).map(nameOf)
  const choice = `Choose from ${[...new Set([...later, sequenceEnd])].join(', ')}.`
  branch.arms.forEach(({ arm, goTo }, armAt) => {
    if (goTo === undefined || goTo === sequenceEnd || later.includes(goTo)) return
    const owner = emailSteps.find(({ step }) => step.id === goTo)?.within?.branch.branch
    const said = `The arm ${arm} of ${branch.branch} leads to ${goTo}`
    const line = lineAt([...path, 'arms', armAt, 'goTo'])
    if (goTo === branch.branch)
      problems.add(file, line, `${said}, which is the branch itself: a lead passes it only once.`, choice)
    else if (owner === branch.branch)
      problems.add(file, line, `${said}, which is in the same branch: goTo must lead out of it.`, choice)
    else if (owner !== undefined)
      problems.add(
        file,
        line,
        `${said}, which is in an arm of ${owner}: leads reach it only through that branch.`,
        choice,
      )
    else if (data.steps.some((step) => nameOf(step) === goTo))
      problems.add(file, line, `${said}, which comes earlier: goTo only leads forward.`, choice)
    else
      problems.add(
        file,
        line,
        `${said}, but there is no such step.`,
        didYouMeanOr(goTo, [...later, sequenceEnd], choice),
      )
  })
}

const checkArms = (
  { file, lineAt }: PlacedSequence,
  { branch, path }: PlacedBranch,
  bounds: Bounds,
  problems: Problems,
): void => {
  const open = openArms(branch)
  const taker = open.at(-1)
  branch.arms.forEach(({ arm, when }, at) => {
    const line = lineAt([...path, 'arms', at])
    if (taker && at >= open.length) {
      problems.add(
        file,
        line,
        `No lead takes the arm ${arm} of ${branch.branch}: ${taker.arm} comes before it, has no condition, and takes every lead.`,
        `Move ${taker.arm} to the end of the arms, or give it a when.`,
      )
      return
    }
    const before = open.slice(0, at).flatMap((other) => other.when ?? [])
    if (before.length === 0 || (when && impossibility(when, bounds) !== undefined)) return
    const left: StepCondition = { all: [...before.map((not) => ({ not })), ...(when ? [when] : [])] }
    // Each of those before it can be met: together they leave nobody.
    if (impossibility(left, bounds) !== undefined)
      problems.add(
        file,
        line,
        `No lead takes the arm ${arm} of ${branch.branch}: every lead that ${when ? 'meets its condition' : 'is left'} takes an earlier arm.`,
        'Move it up, or correct its condition.',
      )
  })
}

const checkReach = ({ file, lineAt, data }: PlacedSequence, problems: Problems): void => {
  const reached = placesFrom(data, [0])
  data.steps.forEach((step, at) => {
    if (reached.has(at)) return
    const past = data.steps
      .slice(0, at)
      .findLastIndex((earlier, place) => 'branch' in earlier && reached.has(place))
    const by = data.steps[past]
    problems.add(
      file,
      lineAt(['steps', at]),
      `No lead reaches the step ${nameOf(step)}: every path through ${by ? nameOf(by) : 'the branch before it'} skips it.`,
      'Let an arm lead to it, or remove the step.',
    )
  })
}

/** An email that was sent in the enrolment counts for every step that has it: the other would be taken for done. */
const checkEmailsOnce = (sequence: PlacedSequence, bounds: Bounds, problems: Problems): void => {
  const { file, lineAt, emailSteps } = sequence
  emailSteps.forEach((second, at) => {
    for (const email of new Set(emailsIn(second))) {
      const first = emailSteps
        .slice(0, at)
        .find((earlier) => emailsIn(earlier).includes(email) && mayGetBoth(sequence, earlier, second, bounds))
      if (!first) continue
      const variant = (second.step.variants ?? []).findIndex((one) => one.email === email)
      problems.add(
        file,
        lineAt([...second.path, ...(variant < 0 ? ['email'] : ['variants', variant, 'email'])]),
        `The steps ${first.step.id} and ${second.step.id} both send the email ${email}: a lead who got it in one counts as having done both.`,
        'Use another email in one of them, or remove the step.',
      )
    }
  })
}

/** Whether one lead may come to both; `first` stands before `second`. */
const mayGetBoth = (
  { data }: PlacedSequence,
  first: PlacedStep,
  second: PlacedStep,
  bounds: Bounds,
): boolean => {
  if (first.at === second.at) {
    if (first.within?.arm !== second.within?.arm) return false
  } else {
    const arm = first.within?.branch.arms[first.within.arm]
    if (!placesFrom(data, [afterArm(data, first.at, arm?.goTo)]).has(second.at)) return false
  }
  const all = [first, second].flatMap(({ step, within }) =>
    [step.when, within?.branch.arms[within.arm]?.when].filter((when) => when !== undefined),
  )
  return all.length < 2 || impossibility({ all }, bounds, 'lasting') === undefined
}

const checkCount = (sequence: PlacedSequence, problems: Problems): void => {
  const { file, lineAt, emailSteps, branches } = sequence
  const count = emailSteps.length + branches.length
  if (count <= mostSteps) return
  const places = [...emailSteps, ...branches].map(({ path }) => lineAt(path)).toSorted((a, b) => a - b)
  problems.add(
    file,
    places[mostSteps] ?? lineAt(['steps']),
    `The sequence has ${count} steps; the maximum is ${mostSteps}.`,
    'Split it into two sequences.',
  )
}
