/** Turns a lead's facts into what is so now: who they are, where they stand, what they were sent, how they score. */
import { domainOf } from './address.ts'
import type { Campaign } from './campaign.ts'
import {
  type AwaitedConfirmation,
  allAsked,
  awaitConfirmation,
  confirmationStep,
  confirmationsOf,
} from './confirmation.ts'
import { type Contact, contactOf, type Suppression } from './contact.ts'
import { type Enrolment, enrolmentsOf, enrolmentsOn, nextStep, openSubmissions } from './enrolment.ts'
import { isOfConfirmation, sequenceOf } from './enrolment-id.ts'
import { type Fact, type FactKind, factKey, type LeadCaptured, touchKey } from './facts.ts'
import { type Cycle, findRise, isHumanAct, latestCycle, type Moment, type Rise } from './readiness.ts'
import { isRoleAccount } from './role-accounts.ts'
import { type Evidence, type Score, scoreLead, withFact } from './score.ts'

export type Stage =
  | 'pending'
  | 'nurturing'
  | 'qualified'
  | 'accepted'
  | 'won'
  | 'lost'
  | 'exhausted'
  | 'suppressed'

export interface LeadState {
  readonly leadId: string
  /** The moment that the state is of. */
  readonly asOfMs: number
  /** One per natural key, in order of time. */
  readonly facts: readonly Fact[]
  /** Where its mail goes: the address that it confirmed last, or else the first. Absent until a submission is known. */
  readonly email: string | undefined
  readonly profile: Readonly<Record<string, string>>
  /** Where the lead first came from. */
  readonly source: string
  readonly timeZone: string
  readonly stage: Stage
  readonly suppression: Suppression | undefined
  /** When the newest submission came that was confirmed; 0 where none was: an unsubscribe of before it is answered. */
  readonly consentAtMs: number
  readonly score: Score
  /** What the score was made from, to ask what it will be or could be. */
  readonly evidence: Evidence
  /** What the evidence was at each moment that could make the lead ready, in order of time. */
  readonly moments: readonly Moment[]
  /** What the lead did that makes it ready, unless it has cooled since. */
  readonly rise: Rise | undefined
  readonly enrolments: readonly Enrolment[]
  /** When each marketing email went out, oldest first; confirmations do not count. */
  readonly marketingAtMs: readonly number[]
  /** The lead asked for a pause, until then. */
  readonly snoozedUntilMs?: number
  /** The lead's latest passage to sales. */
  readonly cycle: Cycle | undefined
}

/** The state at `nowMs`. Neither the order of the facts nor their repetition changes it. */
export const fold = (leadId: string, given: Iterable<Fact>, campaign: Campaign, nowMs: number): LeadState => {
  const facts = distinct(given)
  const captured = facts.filter(isCaptured)
  const timeZone = captured.findLast((fact) => fact.timeZone !== undefined)?.timeZone ?? campaign.timeZone
  const contact = contactOf(facts, campaign.softBounces)
  const enrolments = enrol(facts, captured, contact, campaign, timeZone, nowMs)
  const cycle = latestCycle(facts)
  const { evidence, moments } = gather(facts, nothingYet(captured[0]), campaign)
  return {
    leadId,
    asOfMs: nowMs,
    facts,
    email: contact.email,
    profile: byName(evidence.fields),
    source: evidence.source,
    timeZone,
    stage: stageOf(contact.suppression, facts, enrolments, cycle),
    suppression: contact.suppression,
    consentAtMs: contact.consentAtMs,
    score: scoreLead(evidence, campaign.scoring, nowMs),
    evidence,
    moments,
    rise: findRise(moments, campaign.scoring, cycle, nowMs),
    enrolments,
    marketingAtMs: marketingOf(facts),
    ...snoozeOf(facts),
    cycle,
  }
}

/**
 * The state with more facts, at another time: what `fold` makes of all of them, for less where they come after those that
 * are known. `state` is of the same campaign.
 */
export const foldOn = (
  state: LeadState,
  added: readonly Fact[],
  campaign: Campaign,
  nowMs: number,
): LeadState => {
  const { leadId, timeZone, asOfMs } = state
  const facts = added.length === 0 ? state.facts : [...state.facts, ...added]
  // A wait for a confirmation runs out; of all else time changes the score alone.
  const isWaiting = state.enrolments.some(({ purpose }) => purpose === 'confirmation')
  if (isWaiting || !isSequel(added, state.facts)) return fold(leadId, facts, campaign, nowMs)
  const { scoring } = campaign
  const { evidence, moments } = gather(added, state, campaign)
  const isOnTheWay = added.some(({ kind }) => kindsOfTheWay.has(kind))
  const enrolments = added.some(({ kind }) => kind === 'ENROLLED')
    ? enrol(
        facts,
        facts.filter(isCaptured),
        contactOf(facts, campaign.softBounces),
        campaign,
        timeZone,
        nowMs,
      )
    : isOnTheWay
      ? enrolmentsOn(state.enrolments, added, facts, campaign, timeZone)
      : state.enrolments
  const cycle = added.some((fact) => 'cycle' in fact) ? latestCycle(facts) : state.cycle
  const isSame = nowMs === asOfMs && moments === state.moments && cycle === state.cycle
  return {
    ...state,
    asOfMs: nowMs,
    facts,
    ...(added.length > 0 && { stage: stageOf(state.suppression, facts, enrolments, cycle) }),
    score: isSame ? state.score : scoreLead(evidence, scoring, nowMs),
    evidence,
    moments,
    rise: isSame ? state.rise : findRise(moments, scoring, cycle, nowMs),
    enrolments,
    ...(isOnTheWay && { marketingAtMs: marketingOf(facts) }),
    ...snoozeOf(added),
    cycle,
  }
}

/** What says where a lead is in a sequence that it has begun. */
const kindsOfTheWay: ReadonlySet<FactKind> = new Set(['BRANCHED', 'SKIPPED', 'ENDED', 'SENT', 'UNRESOLVED'])

/** What says who the lead is, where it is written to, and whether. */
const kindsOfContact: ReadonlySet<FactKind> = new Set([
  'CAPTURED',
  'CONFIRMED',
  'UNSUBSCRIBED',
  'BOUNCED',
  'COMPLAINED',
])

/** Whether these come after all that are known, in their order, are none of them, and say nothing new about who the lead is. */
const isSequel = (added: readonly Fact[], known: readonly Fact[]): boolean => {
  const isOther = (fact: Fact, key: string) => (other: Fact) =>
    other.kind !== fact.kind || factKey(other) !== key
  return added.every((fact, at) => {
    const before = at === 0 ? known.at(-1) : added[at - 1]
    // What was delivered does not count among what came back.
    const isOfContact =
      kindsOfContact.has(fact.kind) ||
      (fact.kind === 'DELIVERED' && known.some(({ kind }) => kind === 'BOUNCED'))
    if (isOfContact || !before || fact.atMs < before.atMs) return false
    const key = factKey(fact)
    if (fact.atMs === before.atMs && key <= factKey(before)) return false
    return known.every(isOther(fact, key)) && added.slice(0, at).every(isOther(fact, key))
  })
}

const stageOf = (
  suppression: Suppression | undefined,
  facts: readonly Fact[],
  enrolments: readonly Enrolment[],
  cycle: Cycle | undefined,
): Stage => (suppression ? 'suppressed' : (stageWithSales(cycle) ?? stageOfNurture(enrolments, facts)))

/** A lead that cooled or was returned is marketing's again. */
const stageWithSales = (cycle: Cycle | undefined): Stage | undefined => {
  if (!cycle || cycle.status === 'cooled' || cycle.status === 'returned') return undefined
  return cycle.status === 'open' ? 'qualified' : cycle.status
}

/** Whose sequences are all gone has had what there was. */
const stageOfNurture = (enrolments: readonly Enrolment[], facts: readonly Fact[]): Stage => {
  const marketing = enrolments.filter(({ purpose }) => purpose === 'marketing')
  if (marketing.some(hasNextStep)) return 'nurturing'
  return marketing.length > 0 || sequencesBegun(facts).length > 0 ? 'exhausted' : 'pending'
}

/** What the facts say of the lead, and what they said at each moment that could make it ready. */
type Gathered = Pick<LeadState, 'evidence' | 'moments'>

const nothingYet = (first: LeadCaptured | undefined): Gathered => ({
  evidence: {
    fields: noFields,
    source: first?.source ?? 'unknown',
    capturedAtMs: first?.atMs ?? 0,
    counters: [],
  },
  moments: [],
})

const gather = (facts: readonly Fact[], known: Gathered, { scoring }: Campaign): Gathered => {
  let { evidence } = known
  const moments: Moment[] = []
  for (const fact of facts) {
    const before = evidence
    if (fact.kind === 'CAPTURED') evidence = withAnswers(evidence, fact)
    evidence = withFact(evidence, fact, scoring)
    const isAct = isHumanAct(fact)
    if (isAct || evidence !== before) moments.push({ atMs: fact.atMs, isHumanAct: isAct, evidence })
  }
  if (moments.length === 0) return known
  return { evidence, moments: known.moments.length === 0 ? moments : [...known.moments, ...moments] }
}

const noFields: Readonly<Record<string, string>> = {}

/** The newest answer to each question counts; a blank is none. */
const withAnswers = (evidence: Evidence, captured: LeadCaptured): Evidence => {
  const { fields, ...address } = answersOf(captured)
  // Most leads submit once, and their answers are these as they stand.
  const isFirst = evidence.fields === noFields
  return { ...evidence, fields: isFirst ? fields : { ...evidence.fields, ...fields }, ...address }
}

/** Of a submission alone; a lead that is followed through its sequence is folded a dozen times. */
const answers = new WeakMap<
  LeadCaptured,
  Required<Pick<Evidence, 'fields' | 'emailDomain' | 'addressKinds'>>
>()

const answersOf = (captured: LeadCaptured) => {
  const known = answers.get(captured)
  if (known) return known
  const { profile, email, isDisposable } = captured
  const read = {
    fields: Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== '')),
    emailDomain: domainOf(email),
    addressKinds: [
      ...(isRoleAccount(email) ? (['role'] as const) : []),
      ...(isDisposable ? (['disposable'] as const) : []),
    ],
  }
  answers.set(captured, read)
  return read
}

const isCaptured = (fact: Fact): fact is LeadCaptured => fact.kind === 'CAPTURED'

const hasNextStep = (enrolment: Enrolment): boolean => nextStep(enrolment) !== undefined

/** One fact per natural key, the earliest, in order of time; ties are broken by content, so that the order is total. */
const distinct = (given: Iterable<Fact>): Fact[] => {
  const kept = new Map<string, Fact>()
  for (const fact of given) {
    const key = factKey(fact)
    const other = kept.get(key)
    if (other === undefined || isBefore(fact, other)) kept.set(key, fact)
  }
  return isInOrder(kept)
    ? [...kept.values()]
    : [...kept.entries()]
        .sort(([keyA, a], [keyB, b]) => a.atMs - b.atMs || (keyA < keyB ? -1 : 1))
        .map(([, fact]) => fact)
}

/** Facts that are folded as they happen mostly are, and sorting them would take longer than all the rest of this. */
const isInOrder = (kept: ReadonlyMap<string, Fact>): boolean => {
  let keyBefore = ''
  let beforeMs = Number.NEGATIVE_INFINITY
  for (const [key, { atMs }] of kept) {
    if (atMs < beforeMs || (atMs === beforeMs && key < keyBefore)) return false
    keyBefore = key
    beforeMs = atMs
  }
  return true
}

const isBefore = (a: Fact, b: Fact): boolean =>
  a.atMs !== b.atMs ? a.atMs < b.atMs : JSON.stringify(a) < JSON.stringify(b)

/** Fields by name, whatever order the table gave them in. */
const byName = (fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const known = inOrder.get(fields)
  if (known) return known
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
  inOrder.set(fields, sorted)
  return sorted
}

const inOrder = new WeakMap<Readonly<Record<string, string>>, Readonly<Record<string, string>>>()

const enrol = (
  facts: readonly Fact[],
  captured: readonly LeadCaptured[],
  contact: Contact,
  campaign: Campaign,
  timeZone: string,
  nowMs: number,
): Enrolment[] => {
  const { withdrawnAtMs } = contact
  const asked = captured.filter(({ atMs }) => atMs > withdrawnAtMs)
  const confirmedAtMs = confirmationsOf(facts, asked, withdrawnAtMs)
  const open = openSubmissions(facts, asked, confirmedAtMs, campaign)
  const marketing = enrolmentsOf(facts, open, confirmedAtMs, withdrawnAtMs, campaign, timeZone)
  // A lead that was enrolled before the form asked for confirmation is not asked any more.
  const enrolled = new Set(sequencesBegun(facts.filter(({ atMs }) => atMs > withdrawnAtMs)))
  const isNewTo = ({ form: id }: LeadCaptured): boolean => {
    const form = campaign.forms[id]
    return !confirmedAtMs.has(id) && form !== undefined && !enrolled.has(form.sequence)
  }
  const isAnother = ({ email }: LeadCaptured) => email !== contact.email && !contact.confirmed.has(email)
  const mustConfirm = (one: LeadCaptured): boolean =>
    contact.mayAsk(one) && (contact.isUnsubscribed || isNewTo(one) || isAnother(one))
  const waiting = firstPerForm(open.filter(mustConfirm)).filter(
    ({ form }) => campaign.forms[form]?.doubleOptIn,
  )
  if (waiting.length === 0) return marketing
  const done = doneSteps(facts)
  const asking = waiting.flatMap((first) => {
    const own = open.filter(({ form }) => form === first.form)
    const wait = awaitConfirmation(first.form, own, mustConfirm, done, allAsked(facts), campaign, nowMs)
    // A lead that has confirmed the form waits for nothing once it was asked about its other address.
    return wait.isAnswered && !isNewTo(first) ? [] : [confirmation(wait, first.atMs)]
  })
  return [...asking, ...marketing]
}

const sequencesBegun = (facts: readonly Fact[]): string[] =>
  facts.flatMap((fact) => (fact.kind === 'ENROLLED' ? [sequenceOf(fact.enrolment)] : []))

/** The wait for one form's confirmation is an enrolment of its own, with each time that the lead is asked as a step. */
const confirmation = (
  { id, askedAtMs, pending, hasLapsed }: AwaitedConfirmation,
  firstAtMs: number,
): Enrolment => {
  const times = [...askedAtMs, ...(pending ? [undefined] : [])]
  const startMs = pending?.dueAtMs ?? firstAtMs
  return {
    id,
    purpose: 'confirmation',
    steps: times.map((doneAtMs, at) => ({ id: confirmationStep(at + 1), doneAtMs, isClosed: false })),
    startMs,
    waitsFromMs: startMs,
    isRecorded: true,
    isHeldOut: false,
    ...(pending && { answers: pending.answers }),
    ...(hasLapsed && { hasLapsed: true }),
  }
}

const firstPerForm = (captured: readonly LeadCaptured[]): LeadCaptured[] => {
  const first = new Map<string, LeadCaptured>()
  for (const fact of captured) if (!first.has(fact.form)) first.set(fact.form, fact)
  return [...first.values()]
}

const doneSteps = (facts: readonly Fact[]): Map<string, number> => {
  const done = new Map<string, number>()
  for (const fact of facts)
    if (fact.kind === 'SENT' || fact.kind === 'UNRESOLVED') {
      const key = touchKey(fact)
      if (!done.has(key)) done.set(key, fact.atMs)
    }
  return done
}

/** When each marketing email went out, whichever sequence sent it, oldest first. */
const marketingOf = (facts: readonly Fact[]): number[] => {
  const times: number[] = []
  // A touch may have been given up and turn out to be sent after all; that is one email, at the first of the two.
  const sent = facts.some(({ kind }) => kind === 'UNRESOLVED') ? new Set<string>() : undefined
  for (const fact of facts) {
    if ((fact.kind !== 'SENT' && fact.kind !== 'UNRESOLVED') || isOfConfirmation(fact.enrolment)) continue
    if (sent) {
      const key = touchKey(fact)
      if (sent.has(key)) continue
      sent.add(key)
    }
    times.push(fact.atMs)
  }
  return times
}

/** The pause that the lead asked for last. */
const snoozeOf = (facts: readonly Fact[]): Pick<LeadState, 'snoozedUntilMs'> => {
  const snoozed = facts.findLast((fact) => fact.kind === 'SNOOZED')
  return snoozed ? { snoozedUntilMs: snoozed.untilMs } : {}
}
