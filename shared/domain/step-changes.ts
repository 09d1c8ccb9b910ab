/** How the steps of one version of a sequence became those of another: which are the same, and what is new of them. */
import type { Sequence, Step } from './campaign.ts'
import { emailsOf } from './enrolment.ts'

/** What can differ of a step that is the same one. */
export type StepPart =
  | 'wait'
  | 'email'
  | 'variants'
  | 'window'
  | 'when'
  | 'isForAll'
  | 'lateness'
  | 'arms'
  | 'arm'

export interface StepChange {
  /** As the newer version has it; of a removed step, as the older. */
  readonly id: string
  readonly kind: 'added' | 'removed' | 'kept'
  readonly before?: Step
  readonly after?: Step
  /** The step had another id. `guessed`: the newer version does not say so by `formerly`, but it sends the same email. */
  readonly renamed?: 'said' | 'guessed'
  /** It stands elsewhere among the steps that both versions have. */
  readonly isMoved: boolean
  /** The step before it in the newer version; absent at the beginning. */
  readonly follows?: string
  readonly parts: readonly StepPart[]
}

export interface StepMatches {
  /** The older version's id of each step of the newer that is in both. */
  readonly olderId: ReadonlyMap<string, string>
  /** Newer ids that are matched by their email alone. */
  readonly guessed: ReadonlySet<string>
}

/** A step is the same by its id, by one it had, or else because it alone sends what a step did that is gone. */
export const matchSteps = (older: Sequence, newer: Sequence): StepMatches => {
  const olderId = new Map<string, string>()
  const guessed = new Set<string>()
  const free = new Map(older.steps.map((step) => [step.id, step]))
  const take = (step: Step, id: string) => {
    olderId.set(step.id, id)
    free.delete(id)
  }
  for (const step of newer.steps) if (free.has(step.id)) take(step, step.id)
  for (const step of newer.steps) {
    if (olderId.has(step.id)) continue
    const former = step.formerly.find((id) => free.has(id))
    if (former !== undefined) take(step, former)
  }
  for (const step of newer.steps) {
    if (olderId.has(step.id) || 'arms' in step) continue
    const emails = emailsOf(step)
    const same = [...free.values()].find(
      (one) => !('arms' in one) && emailsOf(one).some((email) => emails.includes(email)),
    )
    if (!same) continue
    take(step, same.id)
    guessed.add(step.id)
  }
  return { olderId, guessed }
}

/** In the order of the newer version; what was removed stands after what it followed. Steps that are as before are left out. */
export const stepChanges = (older: Sequence, newer: Sequence): StepChange[] => {
  const { olderId, guessed } = matchSteps(older, newer)
  const moved = movedSteps(older, newer, olderId)
  const olderById = new Map(older.steps.map((step) => [step.id, step]))
  const newerIds = new Map([...olderId].map(([newId, oldId]) => [oldId, newId]))
  const removedAfter = new Map<string | undefined, StepChange[]>()
  let last: string | undefined
  for (const step of older.steps) {
    const newId = newerIds.get(step.id)
    if (newId !== undefined) last = newId
    else
      removedAfter.set(last, [
        ...(removedAfter.get(last) ?? []),
        { id: step.id, kind: 'removed', before: step, isMoved: false, parts: [] },
      ])
  }
  const changes = [...(removedAfter.get(undefined) ?? [])]
  newer.steps.forEach((after, at) => {
    const id = after.id
    const before = olderById.get(olderId.get(id) ?? '')
    const previous = newer.steps[at - 1]?.id
    const follows = previous === undefined ? {} : { follows: previous }
    if (!before) changes.push({ id, kind: 'added', after, isMoved: false, ...follows, parts: [] })
    else {
      const parts = changedParts(before, after)
      const isMoved = moved.has(id)
      const renamed = before.id === id ? undefined : guessed.has(id) ? 'guessed' : 'said'
      if (parts.length > 0 || isMoved || renamed)
        changes.push({
          id,
          kind: 'kept',
          before,
          after,
          ...(renamed && { renamed }),
          isMoved,
          ...follows,
          parts,
        })
    }
    changes.push(...(removedAfter.get(id) ?? []))
  })
  return changes
}

const stepParts: readonly StepPart[] = [
  'wait',
  'email',
  'variants',
  'window',
  'when',
  'isForAll',
  'lateness',
  'arms',
  'arm',
]

const changedParts = (before: Step, after: Step): StepPart[] => {
  const older: Partial<Record<StepPart, unknown>> = before
  const newer: Partial<Record<StepPart, unknown>> = after
  return stepParts.filter(
    (part) =>
      // Of a test the variants say it.
      !(part === 'email' && ('variants' in before || 'variants' in after)) &&
      JSON.stringify(older[part]) !== JSON.stringify(newer[part]),
  )
}

/** The fewest steps of both versions whose removal leaves the others in their old order. */
const movedSteps = (
  older: Sequence,
  newer: Sequence,
  olderId: ReadonlyMap<string, string>,
): ReadonlySet<string> => {
  const places = new Map(older.steps.map(({ id }, at) => [id, at]))
  const both = newer.steps.flatMap(({ id }) => {
    const place = places.get(olderId.get(id) ?? '')
    return place === undefined ? [] : [{ id, place }]
  })
  // The longest run in old order that ends at each step, and the step before it in that run.
  const runs: { length: number; from: number }[] = []
  let longest = -1
  both.forEach(({ place }, at) => {
    let run = { length: 1, from: -1 }
    for (let earlier = 0; earlier < at; earlier += 1) {
      const before = runs[earlier]
      if (before && (both[earlier]?.place ?? place) < place && before.length + 1 > run.length)
        run = { length: before.length + 1, from: earlier }
    }
    runs.push(run)
    if (run.length > (runs[longest]?.length ?? 0)) longest = at
  })
  const moved = new Set(both.map(({ id }) => id))
  for (let at = longest; at >= 0; at = runs[at]?.from ?? -1) moved.delete(both[at]?.id ?? '')
  return moved
}
