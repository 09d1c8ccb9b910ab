/** A lead's way through a sequence, read from its facts: where it began, what it has had, what is still to come. */
import { afterWait, dayMs } from './cadence.ts'
import type { Branch, Campaign, EmailStep, Release, Sequence, Step } from './campaign.ts'
import { sequenceEnd } from './campaign.ts'
import { enrolmentId, sequenceOf } from './enrolment-id.ts'
import type { EnrolmentEnded, Fact, LeadCaptured, LeadEnrolled } from './facts.ts'

/** A lead's way through one sequence, or the wait for one confirmation. */
export interface Enrolment {
  readonly id: string
  readonly purpose: 'marketing' | 'confirmation'
  /** The version it follows; absent for a confirmation. */
  readonly sequence?: Sequence
  readonly steps: readonly EnrolmentStep[]
  /** When the lead was enrolled; of a confirmation, when the next one is due. */
  readonly startMs: number
  /** From when the next step's wait counts: the last step that was done, else the start. */
  readonly waitsFromMs: number
  /** Whether the fact that it began is there. */
  readonly isRecorded: boolean
  readonly isHeldOut: boolean
  /** `superseded`: the lead asked again, and began again. `withdrawn`: it said no, and yes again to something later. */
  readonly ended?: EnrolmentEnded['reason'] | 'superseded' | 'withdrawn'
  /** Of a confirmation: the submission that the next one answers. */
  readonly answers?: LeadCaptured
  /** Of a confirmation: it could not be sent in time, and is not sent any more. */
  readonly hasLapsed?: true
}

export interface EnrolmentStep {
  readonly id: string
  /** As the sequence has it; absent for a confirmation. */
  readonly plan?: Step
  /** When it was sent, given up as unresolved, passed over, or of a branch: when the lead took its way. */
  readonly doneAtMs: number | undefined
  /** Not done, and not on this lead's way: another arm, jumped over, or put in behind it. */
  readonly isClosed: boolean
}

/** The first step that is neither done nor closed. */
export const nextStep = ({ ended, steps }: Enrolment): EnrolmentStep | undefined =>
  ended ? undefined : steps.find(({ doneAtMs, isClosed }) => doneAtMs === undefined && !isClosed)

/** The emails that a step may carry. */
export const emailsOf = ({ email, variants }: EmailStep): readonly string[] =>
  variants ? variants.map((variant) => variant.email) : [email]

/**
 * The marketing enrolments of a lead, by sequence and then by ordinal. `captured` are its open submissions in order of time;
 * `confirmedAtMs` says by form when it was confirmed. What began before `withdrawnAtMs` is over.
 */
export const enrolmentsOf = (
  facts: readonly Fact[],
  captured: readonly LeadCaptured[],
  confirmedAtMs: ReadonlyMap<string, number>,
  withdrawnAtMs: number,
  campaign: Campaign,
  timeZone: string,
): Enrolment[] => {
  const recorded = new Map<string, LeadEnrolled>()
  for (const fact of facts) if (fact.kind === 'ENROLLED') recorded.set(fact.enrolment, fact)
  let first: LeadEnrolled | undefined
  for (const fact of recorded.values()) if (!first || fact.atMs < first.atMs) first = fact
  const isHeldOut = first?.isHeldOut === true
  return Object.values(campaign.sequences).flatMap((current) => {
    const asked = askedAtMs(current.id, captured, confirmedAtMs, campaign)
    const starts = startsOf(current, asked, recorded, withdrawnAtMs)
    return starts.map((startMs, at) => {
      const id = enrolmentId(current.id, at + 1)
      const fact = recorded.get(id)
      const sequence = versionFor(current, fact, campaign)
      const way = wayThrough(facts, id, sequence, startMs, isHeldOut, campaign, timeZone)
      const ended =
        at < starts.length - 1
          ? 'superseded'
          : (endOf(facts, id) ?? (startMs <= withdrawnAtMs ? 'withdrawn' : undefined))
      return {
        id,
        purpose: 'marketing' as const,
        sequence,
        ...way,
        startMs,
        isRecorded: fact !== undefined,
        isHeldOut,
        ...(ended && { ended }),
      }
    })
  })
}

/** The same enrolments with more on record that was done or passed over in them, or ended them. */
export const enrolmentsOn = (
  enrolments: readonly Enrolment[],
  added: readonly Fact[],
  facts: readonly Fact[],
  campaign: Campaign,
  timeZone: string,
): Enrolment[] =>
  enrolments.map((enrolment) => {
    const { id, sequence, startMs, isHeldOut } = enrolment
    if (!sequence || !added.some((fact) => 'enrolment' in fact && fact.enrolment === id)) return enrolment
    const way = wayThrough(facts, id, sequence, startMs, isHeldOut, campaign, timeZone)
    const ended = enrolment.ended ?? endOf(facts, id)
    return { ...enrolment, ...way, ...(ended && { ended }) }
  })

/**
 * The submissions that count: not those that enrolled the lead when their form led to another sequence than it does now,
 * nor others by the form as it was then.
 */
export const openSubmissions = (
  facts: readonly Fact[],
  captured: readonly LeadCaptured[],
  confirmedAtMs: ReadonlyMap<string, number>,
  { forms }: Campaign,
): LeadCaptured[] => {
  const mayHaveBegun = ({ form, atMs }: LeadCaptured, beganMs: number) =>
    beganMs === atMs || beganMs === Math.max(atMs, confirmedAtMs.get(form) ?? atMs)
  const leadsTo = ({ form }: LeadCaptured) => (Object.hasOwn(forms, form) ? forms[form]?.sequence : undefined)
  const elsewhere = facts.filter(
    (fact) =>
      fact.kind === 'ENROLLED' &&
      !captured.some((one) => leadsTo(one) === sequenceOf(fact.enrolment) && mayHaveBegun(one, fact.atMs)),
  )
  const moved = captured.filter((one) => elsewhere.some(({ atMs }) => mayHaveBegun(one, atMs)))
  return captured.filter(
    (one) =>
      !moved.some(
        (other) => other === one || (other.form === one.form && other.formVersion === one.formVersion),
      ),
  )
}

/** When the lead asked for the sequence, by forms that lead to it; a form with double opt-in asks once it is confirmed. */
const askedAtMs = (
  sequence: string,
  captured: readonly LeadCaptured[],
  confirmedAtMs: ReadonlyMap<string, number>,
  { forms }: Campaign,
): number[] =>
  captured
    .flatMap(({ form: id, atMs }) => {
      // A form that was since removed from the campaign enrols no one.
      const form = Object.hasOwn(forms, id) ? forms[id] : undefined
      if (form?.sequence !== sequence) return []
      if (!form.doubleOptIn) return [atMs]
      const confirmedMs = confirmedAtMs.get(id)
      return confirmedMs === undefined ? [] : [Math.max(atMs, confirmedMs)]
    })
    .sort((a, b) => a - b)

/** Beginnings that are facts stand; others follow by the rule, from the last of them. */
const startsOf = (
  { id, reentryAfterDays }: Sequence,
  asked: readonly number[],
  recorded: ReadonlyMap<string, LeadEnrolled>,
  withdrawnAtMs: number,
): number[] => {
  const starts: number[] = []
  for (
    let fact = recorded.get(enrolmentId(id, 1));
    fact;
    fact = recorded.get(enrolmentId(id, starts.length + 1))
  )
    starts.push(fact.atMs)
  for (const atMs of asked) {
    const lastMs = starts.at(-1)
    const mayBeginMs =
      lastMs === undefined || lastMs <= withdrawnAtMs
        ? atMs
        : lastMs + (reentryAfterDays ?? Number.POSITIVE_INFINITY) * dayMs
    if (atMs >= mayBeginMs) starts.push(atMs)
  }
  return starts
}

const endOf = (facts: readonly Fact[], enrolment: string): EnrolmentEnded['reason'] | undefined =>
  facts.find((fact): fact is EnrolmentEnded => fact.kind === 'ENDED' && fact.enrolment === enrolment)?.reason

/**
 * The version that a lead goes by: from the one it began with on to each later one, but not to one that came with `pin`.
 * A version that the history does not know any more is the one in force.
 */
const versionFor = (current: Sequence, fact: LeadEnrolled | undefined, campaign: Campaign): Sequence => {
  const releases = campaign.history?.[current.id] ?? []
  if (!fact || releases.length < 2) return current
  const isBegun = ({ sequence }: Release) => sequence.version === fact.version
  const before = releases.findLastIndex((release) => isBegun(release) && release.sinceMs <= fact.atMs)
  const at = before >= 0 ? before : releases.findIndex(isBegun)
  if (at < 0) return current
  return releases
    .slice(at)
    .reduce(
      (followed, { sequence }, place) => (place === 0 || sequence.onChange !== 'pin' ? sequence : followed),
      current,
    )
}

/** What a fact says of a step. */
interface Mark {
  readonly atMs: number
  readonly arm?: string
}

const wayThrough = (
  facts: readonly Fact[],
  enrolment: string,
  sequence: Sequence,
  startMs: number,
  isHeldOut: boolean,
  campaign: Campaign,
  timeZone: string,
): Pick<Enrolment, 'steps' | 'waitsFromMs'> => {
  const { byStep, byEmail, lastMs } = marksOf(facts, enrolment)
  const waitsFromMs = Math.max(startMs, lastMs)
  const marks = sequence.steps.map((step) => markOf(step, byStep, byEmail))
  const closed = offTheWay(sequence, marks)
  if (isHeldOut)
    sequence.steps.forEach((step, at) => {
      if ('arms' in step || !step.isForAll || step.arm) closed.add(at)
    })
  else if (sequence.onChange === 'migrate')
    for (const at of putInBehind(sequence, marks, closed, waitsFromMs, campaign, timeZone)) closed.add(at)
  const steps = sequence.steps.map((plan, at) => ({
    id: plan.id,
    plan,
    doneAtMs: marks[at]?.atMs,
    isClosed: marks[at] === undefined && closed.has(at),
  }))
  return { steps, waitsFromMs }
}

const marksOf = (facts: readonly Fact[], enrolment: string) => {
  const byStep = new Map<string, Mark>()
  const byEmail = new Map<string, Mark>()
  let lastMs = Number.NEGATIVE_INFINITY
  for (const fact of facts) {
    if (!('enrolment' in fact) || fact.enrolment !== enrolment) continue
    if (fact.kind === 'SENT' || fact.kind === 'UNRESOLVED') {
      if (!byStep.has(fact.step)) byStep.set(fact.step, { atMs: fact.atMs })
      if (fact.email !== undefined && !byEmail.has(fact.email)) byEmail.set(fact.email, { atMs: fact.atMs })
    } else if (fact.kind === 'SKIPPED') {
      if (!byStep.has(fact.step)) byStep.set(fact.step, { atMs: fact.atMs })
    } else if (fact.kind === 'BRANCHED') {
      const { atMs, arm } = fact
      if (!byStep.has(fact.step)) byStep.set(fact.step, arm === undefined ? { atMs } : { atMs, arm })
    } else continue
    lastMs = Math.max(lastMs, fact.atMs)
  }
  return { byStep, byEmail, lastMs }
}

/** By the step's id, by one it had before, or by its email: a step by another name is not sent twice. */
const markOf = (
  step: Step,
  byStep: ReadonlyMap<string, Mark>,
  byEmail: ReadonlyMap<string, Mark>,
): Mark | undefined => {
  const own = byStep.get(step.id)
  if (own) return own
  for (const id of step.formerly) {
    const mark = byStep.get(id)
    if (mark) return mark
  }
  if ('arms' in step || byEmail.size === 0) return undefined
  for (const email of emailsOf(step)) {
    const mark = byEmail.get(email)
    if (mark) return mark
  }
  return undefined
}

/** Places of steps that the ways taken at branches lead past. */
const offTheWay = ({ steps }: Sequence, marks: readonly (Mark | undefined)[]): Set<number> => {
  const off = new Set<number>()
  for (const { branch, at, own } of branchesOf(steps)) {
    // An email of an arm that was sent shows the way taken, though nobody asked at this branch.
    const begun = own.find((place) => marks[place] !== undefined)
    if (!marks[at] && begun === undefined) continue
    const taken = marks[at] ? marks[at].arm : steps[begun ?? at]?.arm?.arm
    for (const place of own) if (steps[place]?.arm?.arm !== taken) off.add(place)
    for (const place of jumpedOver(steps, branch, taken, Math.max(at, ...own))) off.add(place)
  }
  return off
}

interface PlacedBranch {
  readonly branch: Branch
  readonly at: number
  /** Places of the steps in its arms. */
  readonly own: readonly number[]
}

/** Of the plan alone, which every lead is asked of again and again. */
const placedBranches = new WeakMap<readonly Step[], readonly PlacedBranch[]>()

const branchesOf = (steps: readonly Step[]): readonly PlacedBranch[] => {
  const known = placedBranches.get(steps)
  if (known) return known
  const placed = steps.flatMap((branch, at) => {
    if (!('arms' in branch)) return []
    const own = steps.flatMap((step, place) => (step.arm?.branch === branch.id ? [place] : []))
    return [{ branch, at, own }]
  })
  placedBranches.set(steps, placed)
  return placed
}

const jumpedOver = (
  steps: readonly Step[],
  { arms }: Branch,
  taken: string | undefined,
  lastOwn: number,
): number[] => {
  const goTo = arms.find(({ id }) => id === taken)?.goTo
  if (goTo === undefined) return []
  const target = goTo === sequenceEnd ? steps.length : steps.findIndex(({ id }) => id === goTo)
  return steps.flatMap((_, place) => (place > lastOwn && place < target ? [place] : []))
}

/**
 * Places of steps that came into the sequence when the lead had gone past them already, or had finished it so long ago
 * that they would have been due before they came. What was there before and stands elsewhere now is still owed.
 */
const putInBehind = (
  sequence: Sequence,
  marks: readonly (Mark | undefined)[],
  closed: ReadonlySet<number>,
  waitsFromMs: number,
  campaign: Campaign,
  timeZone: string,
): number[] => {
  const releases = campaign.history?.[sequence.id] ?? []
  if (releases.length < 2) return []
  const added = sequence.steps.map((step) => addedAtMs(step, sequence.id, campaign))
  const isOpen = (at: number) => marks[at] === undefined && !closed.has(at)
  return sequence.steps.flatMap((step, at) => {
    const addedMs = added[at]
    if (addedMs === undefined || !isOpen(at)) return []
    const later = marks.find((mark, place) => place > at && mark !== undefined)
    if (later) return addedMs > later.atMs ? [at] : []
    const isUnderWay = added.some(
      (otherMs, place) => isOpen(place) && (otherMs ?? Number.NEGATIVE_INFINITY) < addedMs,
    )
    const isAfterTheEnd =
      !isUnderWay &&
      marks.some((mark) => mark !== undefined) &&
      afterWait(waitsFromMs, step.wait, campaign.calendar, timeZone) < addedMs
    return isAfterTheEnd ? [at] : []
  })
}

/** Since when the step has been in the sequence without a break; absent where it was there from the beginning. */
const addedAtMs = ({ id, formerly }: Step, sequence: string, { history }: Campaign): number | undefined => {
  const names = [id, ...formerly]
  const releases = history?.[sequence] ?? []
  const without = releases.findLastIndex(
    (release) => !release.sequence.steps.some((step) => names.includes(step.id)),
  )
  return without < 0 ? undefined : releases[without + 1]?.sinceMs
}
