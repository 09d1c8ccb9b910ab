/** Checks the invariants from outside: reads only the table's items, the inbox and the schedules. */

import { keys } from '../shared/contracts/names.ts'
import { readFacts } from '../shared/contracts/read-facts.ts'
import { readReleases } from '../shared/contracts/releases.ts'
import type { Campaign } from '../shared/domain/campaign.ts'
import { type Fact, type LeadCaptured, touchKey } from '../shared/domain/facts.ts'
import { fold } from '../shared/domain/fold.ts'
import { miscounted } from './recount.ts'
import type { StoredEmail } from './services/ses/message.ts'

/** What the checker sees. */
export interface Evidence {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly inbox: readonly StoredEmail[]
  readonly schedules: readonly { readonly name: string }[]
  readonly nowMs: number
}

export interface Violation {
  /** Its number in the list of invariants. */
  readonly invariant: number
  /** Names the lead by id, never by address. */
  readonly problem: string
}

interface LeadEvidence {
  readonly id: string
  readonly facts: readonly Fact[]
  readonly summary: Readonly<Record<string, unknown>> | undefined
  readonly emails: readonly StoredEmail[]
  /** The whole seconds at which the lead's schedules are due, epoch milliseconds. */
  readonly scheduledMs: readonly number[]
}

/** A call to SES that was claimed already may still finish after a lead said no. */
const graceMs = 10_000

/** Every violation of invariants 1 to 8; none in a healthy pipeline once it is idle. */
export const checkInvariants = (evidence: Evidence, plan: Campaign): Violation[] => {
  const { history } = readReleases(evidence.items.filter(({ pk }) => pk === keys.releases(plan.name)))
  const campaign = { ...plan, history }
  return [
    ...leadsOf(evidence).flatMap((lead) => checks.flatMap((check) => check(lead, campaign, evidence))),
    ...miscounted(evidence.items).map((problem) => ({ invariant: 8, problem })),
    ...checkResponses(evidence),
  ]
}

type Check = (lead: LeadEvidence, campaign: Campaign, evidence: Evidence) => Violation[]

const violated = (invariant: number, isViolated: boolean, problem: string): Violation[] =>
  isViolated ? [{ invariant, problem }] : []

const checkStored: Check = ({ id, facts, summary, scheduledMs }) => {
  const isCaptured = facts.some(({ kind }) => kind === 'CAPTURED')
  const next = appointmentOf(summary)
  const isScheduled = next && scheduledMs.includes(Math.ceil(next.atMs / 1000) * 1000)
  return [
    ...violated(1, isCaptured && summary === undefined, `Lead ${id} was captured and never scored.`),
    ...violated(
      1,
      summary?.stage === 'nurturing' && !next,
      `Lead ${id} is nurturing and nothing is arranged for it.`,
    ),
    ...violated(5, next?.on === 'schedule' && !isScheduled, `The schedule of lead ${id} was lost.`),
  ]
}

const checkSentOnce: Check = ({ id, emails }) => {
  const seen = new Set<string>()
  return emails.flatMap(({ tags }) => {
    const touch = touchKey({ enrolment: tags.enrolment ?? '', step: tags.step ?? '' })
    const isRepeat = seen.has(touch)
    seen.add(touch)
    return violated(2, isRepeat, `Lead ${id} was sent ${touch} more than once.`)
  })
}

const checkStopped: Check = ({ id, facts, emails }) => {
  // With sales, from qualification until sales gives the lead back or it cools.
  const withSales = facts
    .filter((fact) => fact.kind === 'QUALIFIED')
    .map(({ cycle, atMs }) => {
      const ends = facts.filter(
        (fact) => (fact.kind === 'RETURNED' || fact.kind === 'COOLED') && fact.cycle === cycle,
      )
      return { fromMs: atMs, toMs: Math.min(...ends.map((end) => end.atMs)) }
    })
  return violated(
    3,
    emails.some(
      (email) =>
        facts.some((fact) => isStop(fact, email, facts)) ||
        withSales.some(({ fromMs, toMs }) => email.sentAtMs > fromMs + graceMs && email.sentAtMs < toMs),
    ),
    `Lead ${id} was sent an email after it had stopped.`,
  )
}

/** Whether this fact forbade this email, by its address and by what the lead has asked for since. */
const isStop = (fact: Fact, { to, sentAtMs, tags }: StoredEmail, facts: readonly Fact[]): boolean => {
  if (sentAtMs <= fact.atMs + graceMs) return false
  if (fact.kind === 'COMPLAINED') return true
  if (fact.kind === 'BOUNCED')
    return fact.bounce === 'permanent' && (fact.address === undefined || fact.address === to)
  if (fact.kind !== 'UNSUBSCRIBED') return false
  const asked = facts.filter(
    (one) => one.kind === 'CAPTURED' && one.atMs > fact.atMs && one.atMs <= sentAtMs,
  ) as LeadCaptured[]
  if (tags.purpose === 'confirmation')
    return !asked.some(({ form, email }) => tags.enrolment === `confirm-${form}` && email === to)
  return !facts.some(
    (one) =>
      one.kind === 'CONFIRMED' &&
      one.atMs <= sentAtMs &&
      asked.some(({ submission }) => submission === one.submission),
  )
}

const checkConfirmed: Check = ({ id, facts, emails }, campaign) => {
  const captured = facts.filter((fact) => fact.kind === 'CAPTURED')
  const openForms = captured.filter(({ form }) => campaign.forms[form]?.doubleOptIn === false)
  const confirmedAtMs = Math.min(...facts.filter(({ kind }) => kind === 'CONFIRMED').map(({ atMs }) => atMs))
  const mayFromMs = Math.min(confirmedAtMs, ...openForms.map(({ atMs }) => atMs))
  const typed = captured.flatMap(({ profile }) => Object.values(profile)).filter((value) => value.length > 3)
  const confirmations = emails.filter(({ tags }) => tags.purpose === 'confirmation')
  return [
    ...violated(
      4,
      emails.some(({ tags, sentAtMs }) => tags.purpose === 'marketing' && sentAtMs < mayFromMs),
      `Lead ${id} was sent marketing before it confirmed.`,
    ),
    ...violated(
      4,
      confirmations.some(({ text, subject }) =>
        typed.some((value) => text.includes(value) || subject.includes(value)),
      ),
      `The confirmation email to lead ${id} carries what a visitor typed.`,
    ),
  ]
}

/** One whose time has come fires within its window and is gone, whatever the lead has come to since. */
const checkScheduled: Check = ({ id, summary, scheduledMs }, _, { nowMs }) => {
  const ahead = scheduledMs.filter((atMs) => atMs > nowMs).length
  return [
    ...violated(5, ahead > 1, `Lead ${id} has ${ahead} schedules.`),
    ...violated(
      5,
      ahead > 0 && appointmentOf(summary)?.on !== 'schedule',
      `Lead ${id} is ${summary?.stage}, has no appointment, and still has a schedule.`,
    ),
  ]
}

const appointmentOf = (summary: LeadEvidence['summary']) =>
  summary?.appointment as { readonly atMs: number; readonly on: string } | undefined

const checkHandedOff: Check = ({ id, facts }, campaign, { inbox }) => {
  const cycles = facts.filter((fact) => fact.kind === 'QUALIFIED' || fact.kind === 'HANDEDOFF')
  return [...Map.groupBy(cycles, ({ cycle }) => cycle).values()].flatMap((own) =>
    checkCycle(id, own, campaign, inbox),
  )
}

const checkCycle = (
  id: string,
  facts: readonly Fact[],
  campaign: Campaign,
  inbox: Evidence['inbox'],
): Violation[] => {
  const qualified = facts.find((fact) => fact.kind === 'QUALIFIED')
  const handedOff = facts.find((fact) => fact.kind === 'HANDEDOFF')
  const isTold = inbox.some(({ headers }) => headers['X-Ripen-Hand-Off'] === handedOff?.handOffId)
  const isBelow =
    (qualified?.totalHundredths ?? Number.POSITIVE_INFINITY) < campaign.scoring.thresholds.enter * 100
  return [
    ...violated(
      6,
      qualified !== undefined && (!handedOff || !isTold),
      `Lead ${id} qualified and sales was not told.`,
    ),
    ...violated(
      6,
      handedOff !== undefined && !qualified,
      `Lead ${id} was handed over without having qualified.`,
    ),
    ...violated(6, isBelow, `Lead ${id} was handed over below the threshold.`),
  ]
}

const checkFolded: Check = ({ id, facts, summary }, campaign, { nowMs }) => {
  if (!summary) return []
  const lines = summary.scoreLines as { hundredths: number }[]
  const sum = lines.reduce((total, line) => total + line.hundredths, 0)
  const straight = fold(id, facts, campaign, nowMs)
  const disordered = fold(id, [...facts].reverse().concat(facts), campaign, nowMs)
  return [
    ...violated(7, sum !== summary.scoreHundredths, `The score of lead ${id} is not the sum of its lines.`),
    ...violated(
      7,
      JSON.stringify(straight) !== JSON.stringify(disordered),
      `The facts of lead ${id} give another state in another order.`,
    ),
    ...violated(
      7,
      straight.stage !== summary.stage,
      `The summary of lead ${id} says ${summary.stage}; its facts say ${straight.stage}.`,
    ),
  ]
}

const checks: readonly Check[] = [
  checkStored,
  checkSentOnce,
  checkStopped,
  checkConfirmed,
  checkScheduled,
  checkHandedOff,
  checkFolded,
]

/** Tests count leads by what is recorded with their clicks: an email that was clicked has been so once, no other has. */
const checkResponses = ({ items }: Evidence): Violation[] => {
  const touches = (isWanted: (item: Evidence['items'][number]) => boolean) =>
    new Set(items.filter(isWanted).map(({ pk, enrolment, step }) => `${pk}: ${enrolment} ${step}`))
  const clicked = touches(({ kind }) => kind === 'CLICKED')
  const responded = touches(({ kind, to }) => kind === 'RESPONDED' && to === 'link')
  const goals = touches(({ kind, to }) => kind === 'RESPONDED' && to === 'goal')
  const beyond = (some: ReadonlySet<string>, others: ReadonlySet<string>, problem: string) =>
    [...some]
      .filter((touch) => !others.has(touch))
      .map((touch) => ({ invariant: 8, problem: `${touch}: ${problem}` }))
  return [
    ...beyond(clicked, responded, 'a click whose lead is not counted as one that clicked.'),
    ...beyond(responded, clicked, 'a lead is counted as one that clicked without a click.'),
    ...beyond(goals, clicked, 'the goal is counted without a click.'),
  ]
}

const leadsOf = ({ items, inbox, schedules }: Evidence): LeadEvidence[] => {
  const ids = new Set(items.map(({ pk }) => String(pk)).filter((pk) => pk.startsWith(keys.lead(''))))
  const byLead = Map.groupBy(items, ({ pk }) => String(pk))
  const emailsByLead = Map.groupBy(inbox, ({ tags }) => tags.lead ?? '')
  return [...ids].map((pk) => {
    const id = pk.slice(keys.lead('').length)
    const own = byLead.get(pk) ?? []
    return {
      id,
      facts: readFacts(own.filter(({ sk }) => String(sk).startsWith(keys.factPrefix))).facts,
      summary: own.find(({ sk }) => sk === keys.summary),
      emails: emailsByLead.get(id) ?? [],
      scheduledMs: schedules.filter(({ name }) => name.startsWith(`${id}.`)).map(({ name }) => dueMsOf(name)),
    }
  })
}

/** Of a name such as `7f3c.20260306T100000`, in UTC. */
const dueMsOf = (name: string): number =>
  Date.parse(name.replace(/^.*\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'))
