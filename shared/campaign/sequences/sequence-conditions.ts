/** What a sequence asks of its leads: it must be possible, not so from the beginning, and name only what exists. */

import {
  conditionProblem,
  isLinked,
  type PlainCondition,
  pathsOf,
  plainConditions,
} from '../schema/condition-names.ts'
import { didYouMeanOr } from '../schema/did-you-mean.ts'
import { leastPoints, mostPoints } from '../schema/score-range.ts'
import type { CampaignFiles } from '../source/campaign-files.ts'
import {
  conditionsOf,
  type PlacedCondition,
  type PlacedSequence,
  type PlacedStep,
} from '../source/placed-sequence.ts'
import type { Problems } from '../source/problems.ts'
import { type Bounds, impossibility, isMetAtOnce } from './condition-limits.ts'

export const checkConditions = (sequence: PlacedSequence, files: CampaignFiles, problems: Problems): void => {
  const { file, lineAt } = sequence
  const bounds = boundsOf(sequence.id, files)
  for (const placedCondition of conditionsOf(sequence)) {
    const { condition, path, owner, kind } = placedCondition
    let namesWhatExists = true
    for (const { plain, path: within } of plainConditions(condition)) {
      const wrong = nameProblem(plain, placedCondition, sequence, files)
      if (!wrong) continue
      namesWhatExists = false
      problems.add(file, lineAt([...path, ...within, wrong.key]), `${owner} ${wrong.problem}`, wrong.fix)
    }
    if (!namesWhatExists) continue
    const why = impossibility(condition, bounds)
    if (why !== undefined)
      problems.add(
        file,
        lineAt(path),
        `${owner} can never be met: ${why}.`,
        `Correct the condition, or remove the ${kind}.`,
      )
    if (kind !== 'goal' && kind !== 'exit') continue
    const [by] = formsTo(sequence.id, files).filter((form) => isMetAtOnce(condition, form, bounds))
    if (by)
      problems.add(
        file,
        lineAt(path),
        `${owner} is met at once by every lead from the form ${by.id}: they would get no email of this sequence.`,
        `Wait for something that happens later, or remove the ${kind}.`,
      )
  }
}

export const boundsOf = (id: string, files: CampaignFiles): Bounds => {
  const rules = files.scoring?.data.rules
  const confirmations = Object.values(files.forms).filter(({ data }) => data.doubleOptIn).length
  return {
    // Where the rules cannot be read nothing is known of points.
    mostPoints: rules ? mostPoints(rules, confirmations) : Number.POSITIVE_INFINITY,
    leastPoints: rules ? leastPoints(rules, confirmations) : Number.NEGATIVE_INFINITY,
    forms: formsTo(id, files).map((form) => form.id),
  }
}

export const formsTo = (
  sequence: string,
  { forms }: CampaignFiles,
): { readonly id: string; readonly doubleOptIn: boolean }[] =>
  Object.entries(forms).flatMap(([id, { data }]) =>
    data.sequence === sequence ? [{ id, doubleOptIn: data.doubleOptIn }] : [],
  )

export const emailsIn = ({ step }: PlacedStep): readonly string[] =>
  step.variants ? step.variants.map(({ email }) => email) : step.email === undefined ? [] : [step.email]

/** Where the emails of the sequence's steps link to. */
export const linksOf = (steps: readonly PlacedStep[], { emails }: CampaignFiles): string[] =>
  steps.flatMap(emailsIn).flatMap((email) => emails.get(email)?.links ?? [])

const nameProblem = (
  plain: PlainCondition,
  { kind }: PlacedCondition,
  { emailSteps }: PlacedSequence,
  files: CampaignFiles,
): { key: string; problem: string; fix: string } | undefined => {
  if ('score' in plain) return undefined
  if ('form' in plain) {
    const known = [...files.named.forms]
    const stray = plain.form.find((form) => !files.named.forms.has(form))
    return stray === undefined
      ? undefined
      : {
          key: 'form',
          problem: `waits for the form "${stray}", which does not exist.`,
          fix: didYouMeanOr(stray, known, `Choose from ${known.join(', ')}.`),
        }
  }
  const wrong = conditionProblem(plain, files.known)
  if (wrong || !('link' in plain) || plain.link === undefined) return wrong
  // An exit may well wait for a click in the emails of another sequence.
  const links = linksOf(emailSteps, files)
  if (kind === 'exit' || isLinked(plain.link, links)) return undefined
  return {
    key: 'link',
    problem: `waits for a click on ${plain.link}, which no email of this sequence links to.`,
    fix: didYouMeanOr(plain.link, pathsOf(links), 'Link to it in one of its emails, or correct the link.'),
  }
}
