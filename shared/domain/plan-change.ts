/** What another version of the campaign does to one lead: what it was going to get, against what it is going to get now. */
import { afterWait, dayMs } from './cadence.ts'
import type { Campaign, EmailStep, SendWindow, Sequence } from './campaign.ts'
import type { Touch } from './decide.ts'
import { type Enrolment, nextStep } from './enrolment.ts'
import type { Fact } from './facts.ts'
import type { Stage } from './fold.ts'
import { matchSteps, type StepMatches } from './step-changes.ts'
import { type WayAhead, wayAhead } from './way-ahead.ts'

/** What becomes of an enrolment; where several apply, the first. */
export type Outcome =
  /** It ends now: the sequence is gone, or a goal or an exit is met. */
  | 'ends'
  /** By the new score rules the lead passes to sales now. */
  | 'toSales'
  /** It walks the new version from its beginning, without what it had. */
  | 'restarts'
  /** It does not get all that it was going to get. */
  | 'loses'
  /** It gets what it would not have got. */
  | 'gains'
  /** A step comes with another email. */
  | 'otherEmail'
  /** All that it was going to get, some of it at another time. */
  | 'moves'
  | 'asBefore'
  /** It had nothing more to come, and gets something. */
  | 'resumes'
  /** The lead was not in the sequence, and is put on it. */
  | 'begins'
  /** Nothing was to come and nothing is. */
  | 'finished'
  /** Nothing goes out: the lead is with sales. */
  | 'withSales'
  /** Nothing goes out: the lead unsubscribed, bounced or complained. */
  | 'suppressed'

export interface EnrolmentChange {
  readonly enrolment: string
  readonly sequence: string
  readonly outcome: Outcome
  readonly why?: 'removed' | 'goal' | 'exit'
  /** The first step that comes at another time, and by how much; later is positive. */
  readonly moved?: { readonly step: string; readonly byMs: number }
  /** Steps that do not come any more, by the deployed version's ids. */
  readonly lost: readonly string[]
  readonly gained: readonly string[]
  /** Steps of the new version alone that the lead is past, or that are on another way. */
  readonly passed: readonly string[]
  /** Steps of the new version alone whose email the lead had already: refused. */
  readonly hadAlready: readonly string[]
  readonly otherEmail: readonly string[]
  /** Emails that the lead would get though it had them within the time that forbids it: none, or a defect. */
  readonly sentTwice: readonly string[]
  /** The version that it finishes in place of the new one. */
  readonly pinnedTo?: string
  /** The change itself makes its next email due, then. */
  readonly madeDue?: { readonly atMs: number; readonly window?: SendWindow }
}

export interface LeadChange {
  readonly before: WayAhead
  readonly after: WayAhead
  /** By sequence: the latest enrolment in each, before, after or both. */
  readonly enrolments: readonly EnrolmentChange[]
}

/** Both campaigns with their histories; the newer's ends in a release of now. */
export const planChange = (
  leadId: string,
  facts: readonly Fact[],
  older: Campaign,
  newer: Campaign,
  nowMs: number,
): LeadChange => {
  const before = wayAhead(leadId, facts, older, nowMs)
  const after = wayAhead(leadId, facts, newer, nowMs)
  const olderOf = latestBySequence(before)
  const newerOf = latestBySequence(after)
  const enrolments = [...new Set([...olderOf.keys(), ...newerOf.keys()])].map((sequence) =>
    enrolmentChange(
      sequence,
      { way: before, enrolment: olderOf.get(sequence) },
      { way: after, enrolment: newerOf.get(sequence) },
      newer,
      nowMs,
    ),
  )
  return { before, after, enrolments }
}

const latestBySequence = ({ state }: WayAhead): Map<string, Enrolment> =>
  new Map(
    state.enrolments.flatMap((enrolment) =>
      enrolment.sequence && enrolment.ended !== 'superseded' ? [[enrolment.sequence.id, enrolment]] : [],
    ),
  )

interface Side {
  readonly way: WayAhead
  readonly enrolment: Enrolment | undefined
}

const enrolmentChange = (
  sequence: string,
  older: Side,
  newer: Side,
  campaign: Campaign,
  nowMs: number,
): EnrolmentChange => {
  const was = touchesOf(older)
  const is = touchesOf(newer)
  const matches = matchesOf(older.enrolment?.sequence, newer.enrolment?.sequence)
  const olderIdOf = (id: string) => matches.olderId.get(id)
  const stays = new Set([...is.keys()].map(olderIdOf))
  const lost = [...was.keys()].filter((id) => !stays.has(id))
  const gained = [...is.keys()].filter((id) => !was.has(olderIdOf(id) ?? ''))
  const pairs = [...is].flatMap(([id, touch]) => {
    const other = was.get(olderIdOf(id) ?? '')
    return other ? [{ id, was: other, is: touch }] : []
  })
  const otherEmail = pairs.filter((pair) => pair.was.email !== pair.is.email).map(({ id }) => id)
  const moved = pairs.find((pair) => pair.was.dueAtMs !== pair.is.dueAtMs)
  const why = endedBy(older, newer)
  const found = {
    enrolment: (newer.enrolment ?? older.enrolment)?.id ?? '',
    sequence,
    ...(why && { why }),
    ...(moved && { moved: { step: moved.id, byMs: moved.is.dueAtMs - moved.was.dueAtMs } }),
    lost,
    gained,
    ...(older.enrolment ? newSteps(newer, matches) : { passed: [], hadAlready: [] }),
    otherEmail,
    sentTwice: sentTwice(newer, campaign),
    ...pinned(newer.enrolment, campaign),
    ...madeDue(newer, is, campaign, nowMs),
  }
  return { ...found, outcome: outcomeOf(older, newer, found) }
}

type Found = Omit<EnrolmentChange, 'outcome'>

const outcomeOf = (older: Side, newer: Side, found: Found): Outcome => {
  const { stage } = newer.way.state
  if (stage === 'suppressed') return 'suppressed'
  // What comes after sales is up to sales; only a lead that comes back at once goes on.
  if (salesStages.has(stage) && newer.way.decision.kind !== 'cool') return 'withSales'
  if (!isUnderWay(older)) {
    if (!isUnderWay(newer) || found.gained.length === 0) return 'finished'
    return older.enrolment ? (isRestart(newer) ? 'restarts' : 'resumes') : 'begins'
  }
  if (found.why) return 'ends'
  if (newer.way.decision.kind === 'qualify' && older.way.decision.kind !== 'qualify') return 'toSales'
  if (isRestart(newer) && found.gained.some((id) => isBehind(newer, id))) return 'restarts'
  if (found.lost.length > 0) return 'loses'
  if (found.gained.length > 0) return 'gains'
  if (found.otherEmail.length > 0) return 'otherEmail'
  return found.moved === undefined ? 'asBefore' : 'moves'
}

const salesStages: ReadonlySet<Stage> = new Set(['qualified', 'accepted', 'won', 'lost'])

/** Something may still come to it, whether or not it comes in the end. */
const isUnderWay = ({ enrolment }: Side): boolean =>
  enrolment !== undefined && nextStep(enrolment) !== undefined

const isRestart = ({ enrolment }: Side): boolean => enrolment?.sequence?.onChange === 'restart'

/** The lead has done a step that comes after this one. */
const isBehind = ({ enrolment }: Side, id: string): boolean => {
  const steps = enrolment?.steps ?? []
  const place = steps.findIndex((step) => step.id === id)
  return steps.some(({ doneAtMs }, at) => at > place && doneAtMs !== undefined)
}

const endedBy = (older: Side, newer: Side): EnrolmentChange['why'] | undefined => {
  if (!isUnderWay(older)) return undefined
  if (!newer.enrolment) return 'removed'
  const { ended } = newer.enrolment
  return ended === 'goal' || ended === 'exit' ? ended : undefined
}

const touchesOf = ({ way, enrolment }: Side): Map<string, Touch> =>
  new Map(
    way.touches.filter((touch) => touch.enrolment === enrolment?.id).map((touch) => [touch.step, touch]),
  )

/** Of the steps that the older version does not have: which the lead is past, and which it had by another name. */
const newSteps = (
  { way, enrolment }: Side,
  { olderId }: StepMatches,
): Pick<EnrolmentChange, 'passed' | 'hadAlready'> => {
  const added = (enrolment?.steps ?? []).filter(({ id }) => !olderId.has(id))
  const refused = new Set(
    way.skipped
      .filter((fact) => fact.enrolment === enrolment?.id && fact.reason === 'hadAlready')
      .map(({ step }) => step),
  )
  const sent = new Set(
    way.state.facts.flatMap((fact) =>
      'step' in fact && 'enrolment' in fact && fact.enrolment === enrolment?.id ? [fact.step] : [],
    ),
  )
  return {
    passed: added.filter(({ isClosed }) => isClosed).map(({ id }) => id),
    hadAlready: added
      .filter(
        ({ id, plan, doneAtMs }) =>
          refused.has(id) ||
          (doneAtMs !== undefined && ![id, ...(plan?.formerly ?? [])].some((name) => sent.has(name))),
      )
      .map(({ id }) => id),
  }
}

const sentTwice = ({ way, enrolment }: Side, { repeatAfterDays }: Campaign): string[] => {
  const sent = way.state.facts.flatMap((fact) =>
    fact.kind === 'SENT' && fact.email !== undefined ? [{ email: fact.email, atMs: fact.atMs }] : [],
  )
  const all = [...sent, ...way.touches.map(({ email, dueAtMs }) => ({ email, atMs: dueAtMs }))]
  return way.touches
    .filter(
      (touch) =>
        touch.purpose === 'marketing' &&
        touch.enrolment === enrolment?.id &&
        all.some(
          ({ email, atMs }) =>
            email === touch.email && atMs < touch.dueAtMs && touch.dueAtMs - atMs < repeatAfterDays * dayMs,
        ),
    )
    .map(({ email }) => email)
}

const pinned = (
  enrolment: Enrolment | undefined,
  { sequences }: Campaign,
): Pick<EnrolmentChange, 'pinnedTo'> => {
  const sequence = enrolment?.sequence
  return sequence && sequences[sequence.id]?.version !== sequence.version
    ? { pinnedTo: sequence.version }
    : {}
}

/** As the domain spreads them: the wait was over by the new version when it came, for a lead that was under way. */
const madeDue = (
  { way, enrolment }: Side,
  touches: ReadonlyMap<string, Touch>,
  { history, calendar }: Campaign,
  nowMs: number,
): Pick<EnrolmentChange, 'madeDue'> => {
  const sequence = enrolment?.sequence
  const release = sequence && history?.[sequence.id]?.at(-1)
  const plan = enrolment && nextStep(enrolment)?.plan
  if (!enrolment || !plan || 'arms' in plan) return {}
  if (release?.sinceMs !== nowMs || release.sequence.version !== sequence?.version) return {}
  if (enrolment.startMs >= nowMs) return {}
  const touch = touches.get(plan.id)
  if (!touch || afterWait(enrolment.waitsFromMs, plan.wait, calendar, way.state.timeZone) > nowMs) return {}
  return { madeDue: { atMs: touch.dueAtMs, ...windowOf(plan) } }
}

const windowOf = ({ window }: EmailStep): { readonly window?: SendWindow } => (window ? { window } : {})

/** All leads of a sequence ask for the same few pairs of versions. */
const matched = new WeakMap<Sequence, WeakMap<Sequence, StepMatches>>()
const noMatches: StepMatches = { olderId: new Map(), guessed: new Set() }

const matchesOf = (older: Sequence | undefined, newer: Sequence | undefined): StepMatches => {
  if (!older || !newer) return noMatches
  const known = matched.get(older) ?? new WeakMap<Sequence, StepMatches>()
  matched.set(older, known)
  const found = known.get(newer) ?? matchSteps(older, newer)
  known.set(newer, found)
  return found
}
