/** What comes after what in a sequence: where arms lead, and which places a lead may come to. */
import { sequenceEnd } from '../../domain/campaign.ts'
import type { BranchFile, SequenceFile } from '../schema/sequence-schema.ts'

export const nameOf = (step: SequenceFile['steps'][number]): string =>
  'branch' in step ? step.branch : step.id

/** The arms that somebody may take: none stands behind one that takes everybody. */
export const openArms = ({ arms }: BranchFile): BranchFile['arms'] => {
  const last = arms.findIndex(({ when }) => when === undefined)
  return last < 0 ? arms : arms.slice(0, last + 1)
}

/**
 * Where an arm goes on among the sequence's own steps; their number is the end. A goTo that leads nowhere counts as
 * none.
 */
export const afterArm = (data: SequenceFile, at: number, goTo: string | undefined): number => {
  if (goTo === undefined) return at + 1
  if (goTo === sequenceEnd) return data.steps.length
  const target = data.steps.findIndex((step) => nameOf(step) === goTo)
  return target > at ? target : at + 1
}

/** The places that may come directly after the step at `at`. */
export const nextPlaces = (data: SequenceFile, at: number): number[] => {
  const step = data.steps[at]
  if (!step || !('branch' in step)) return [at + 1]
  const arms = openArms(step)
  const passesBy = arms.every(({ when }) => when !== undefined)
  return [...new Set([...arms.map(({ goTo }) => afterArm(data, at, goTo)), ...(passesBy ? [at + 1] : [])])]
}

/** The places that a lead may come to from one of `from`, those included. */
export const placesFrom = (data: SequenceFile, from: readonly number[]): ReadonlySet<number> => {
  const reachable = new Set<number>()
  const open = [...from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at >= data.steps.length || reachable.has(at)) continue
    reachable.add(at)
    open.push(...nextPlaces(data, at))
  }
  return reachable
}
