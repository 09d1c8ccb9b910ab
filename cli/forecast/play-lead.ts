/** Plays one lead on a clock of its own: the pipeline's decisions, and around them what its flows do, without AWS. */
import type { Appointment, PlannedTouch } from '../../shared/contracts/stored.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { type Decision, isDecisive, type Touch } from '../../shared/domain/decide.ts'
import { formOfConfirmation } from '../../shared/domain/enrolment-id.ts'
import type { Fact, FactKind, LeadResponded, LinkClicked } from '../../shared/domain/facts.ts'
import { fold, foldOn, type LeadState } from '../../shared/domain/fold.ts'
import { mustBeHandedOff } from '../../shared/domain/readiness.ts'
import { settleFrom } from '../../shared/domain/settle.ts'
import { appointmentOf, soonMs } from '../../shared/flows/nurture/appointment.ts'
import type { Goals } from '../../shared/flows/nurture/feedback.ts'
import { qualificationChangeOf } from '../../shared/flows/nurture/qualification-change.ts'
import type { Act, Behaviour, SalesAct } from '../people/model.ts'
import type { LinksOf } from './links.ts'
import { deliveryMs, firesAtMs, leavesQueueAtMs, placeOf } from './mechanics.ts'

export interface World {
  readonly plan: Campaign
  /** By `weightsBy` of the plan. */
  readonly weightOf: (kind: FactKind) => Weight
  readonly behaviour: Behaviour
  readonly linksOf: LinksOf
  readonly goals: Goals
  /** Nothing after this is played. */
  readonly untilMs: number
}

export interface LeadToPlay {
  readonly leadId: string
  /** What is known of it at the start, in any order. */
  readonly facts: readonly Fact[]
  /** Submissions to come, oldest first; absent: none. */
  readonly submissions?: readonly Fact[]
  /** Looked at then, where it is in the middle of its way. */
  readonly fromMs?: number
}

/** Who follows a lead on its way. */
export interface Watch {
  /** A fact was recorded, at `nowMs`; it may speak of an earlier time. */
  onFact(fact: Fact, nowMs: number): void
  /** An email was given to SES: a touch, or one to sales. */
  onEmail(email: SentTouch | SalesEmail): void
  /** The lead was looked at, and this is how it stands. */
  onLook?(state: LeadState, decision: Decision, atMs: number): void
  /** A part of the pipeline did a piece of work; for the bill. */
  onWork(work: Work): void
}

export interface SentTouch {
  readonly purpose: Touch['purpose']
  readonly leadId: string
  readonly touch: Touch
  readonly state: LeadState
  readonly atMs: number
}

export interface SalesEmail {
  readonly purpose: 'sales'
  readonly leadId: string
  readonly atMs: number
}

/** `look`: by score, for a fact. `due`: by send, for a message. `scheduled`, `fired`: the lead's schedule. */
export type Work = 'look' | 'due' | 'scheduled' | 'fired' | 'queued' | 'feedback' | 'handOff'

type Event =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'clicks'; readonly clicked: LinkClicked; readonly sentAtMs: number }
  | { readonly kind: 'due' }
  | { readonly kind: 'arrives'; readonly touch: Touch; readonly to: string }
  | { readonly kind: 'sales'; readonly act: SalesAct; readonly cycle: number; readonly source: string }

interface Planned {
  readonly atMs: number
  readonly event: Event
}

/** Far more than any lead has: a lead that never comes to rest is a defect, and must not hang. */
const mostEvents = 20_000

/** What a campaign makes of a kind of fact. */
export interface Weight {
  /** Whether one brings about a look: functions/reconcile.ts. */
  readonly bringsLook: boolean
  /** Whether a decision can ever depend on one. What cannot is told to the watch and not folded: two facts of five. */
  readonly isFolded: boolean
}

/** Weighed once per kind: nothing else is asked as often. */
export const weightsBy = (plan: Campaign): World['weightOf'] => {
  const weights = new Map<FactKind, Weight>()
  return (kind) => {
    const known = weights.get(kind)
    if (known) return known
    const weight = weigh(kind, plan)
    weights.set(kind, weight)
    return weight
  }
}

const weigh = (kind: FactKind, plan: Campaign): Weight => {
  const bringsLook = isDecisive(kind, plan)
  const isMentioned = JSON.stringify([plan.sequences, plan.history]).includes(`"fact":"${kind}"`)
  const isForTheReport = kind === 'DELIVERED' || kind === 'OPENED' || kind === 'RESPONDED'
  return { bringsLook, isFolded: !isForTheReport || bringsLook || isMentioned }
}

export const playLead = (lead: LeadToPlay, world: World, watch: Watch): void =>
  new Play(lead, world, watch).run(lead)

class Play {
  readonly #leadId: string
  readonly #world: World
  readonly #watch: Watch
  readonly #agenda: Planned[] = []
  readonly #placeMs: number
  /** `<enrolment>|<step>|<to>` of each RESPONDED. */
  readonly #responded = new Set<string>()
  /** The lead's one schedule. */
  #firesAtMs: number | undefined
  /** What the summary keeps of the last look. */
  #appointment: Appointment | undefined
  #nextTouch: Pick<PlannedTouch, 'enrolment' | 'step'> | undefined
  #handOffAskedAtMs: number | undefined
  /** At the last look. */
  #known: LeadState | undefined
  /** What came after that. */
  #news: Fact[]
  /** Forms that the lead has confirmed. */
  readonly #confirmed: Set<string>

  constructor({ leadId, facts }: LeadToPlay, world: World, watch: Watch) {
    this.#leadId = leadId
    this.#world = world
    this.#watch = watch
    this.#news = [...facts]
    this.#confirmed = new Set(facts.flatMap((fact) => (fact.kind === 'CONFIRMED' ? fact.form : [])))
    this.#placeMs = placeOf(leadId)
  }

  run({ submissions = [], fromMs }: LeadToPlay): void {
    for (const fact of submissions) this.#plan(fact.atMs, { kind: 'fact', fact })
    if (fromMs !== undefined) this.#look(fromMs)
    for (let count = 0; ; count += 1) {
      const next = this.#takeNext()
      if (!next || next.atMs > this.#world.untilMs) return
      this.#happen(next)
      if (count > mostEvents) throw new Error(`Lead ${this.#leadId} does not come to rest.`)
    }
  }

  #plan(atMs: number, event: Event): void {
    this.#agenda.push({ atMs, event })
  }

  /** The earliest; of two at one time, that which was planned first. There are never more than a handful. */
  #takeNext(): Planned | undefined {
    let at = -1
    for (let index = 0; index < this.#agenda.length; index += 1)
      if (at === -1 || (this.#agenda[index] as Planned).atMs < (this.#agenda[at] as Planned).atMs) at = index
    const planned = this.#agenda[at]
    const plannedMs = planned?.atMs ?? Number.POSITIVE_INFINITY
    const firesAtMs = this.#firesAtMs ?? Number.POSITIVE_INFINITY
    if (this.#firesAtMs !== undefined && firesAtMs < plannedMs) {
      const atMs = this.#firesAtMs
      this.#firesAtMs = undefined
      this.#watch.onWork('fired')
      return { atMs, event: { kind: 'due' } }
    }
    if (planned) this.#agenda.splice(at, 1)
    return planned
  }

  #happen({ atMs, event }: Planned): void {
    if (event.kind === 'fact') this.#record(event.fact, atMs)
    else if (event.kind === 'clicks') this.#click(event.clicked, event.sentAtMs)
    else if (event.kind === 'due') this.#sendIfDue(atMs)
    else if (event.kind === 'arrives') this.#arrive(event.touch, event.to, atMs)
    else this.#record(salesFact(event.act, event.cycle, event.source), atMs)
  }

  #record(fact: Fact, nowMs: number): void {
    if (fact.kind === 'CONFIRMED') {
      // Whoever presses the button in both of two confirmations says one thing: the table takes it once.
      if (this.#confirmed.has(fact.form)) return
      this.#confirmed.add(fact.form)
    }
    if (this.#world.weightOf(fact.kind).isFolded) this.#news.push(fact)
    this.#tell(fact, nowMs)
  }

  /** A fact in the table comes by the stream to score, which passes over what decides nothing: functions/reconcile.ts. */
  #tell(fact: Fact, nowMs: number): void {
    this.#watch.onFact(fact, nowMs)
    if (this.#world.weightOf(fact.kind).bringsLook) this.#look(nowMs)
  }

  #settle(nowMs: number) {
    const { plan } = this.#world
    const settled = settleFrom(
      this.#known
        ? foldOn(this.#known, this.#news, plan, nowMs)
        : fold(this.#leadId, this.#news, plan, nowMs),
      plan,
    )
    this.#known = settled.state
    this.#news = []
    for (const fact of settled.records) this.#tell(fact, nowMs)
    return settled
  }

  /** shared/flows/nurture/reconcile.ts */
  #look(nowMs: number): void {
    this.#watch.onWork('look')
    const { state, decision } = this.#settle(nowMs)
    const turn = qualificationChangeOf(state, decision, nowMs)
    if (turn) {
      this.#record(turn, nowMs)
      return
    }
    this.#watch.onLook?.(state, decision, nowMs)
    const atMs = appointmentOf(decision)
    const touch = decision.kind === 'send' ? decision.touch : undefined
    const isUnchanged =
      touch?.enrolment === this.#nextTouch?.enrolment &&
      touch?.step === this.#nextTouch?.step &&
      atMs === this.#appointment?.atMs
    if (!isUnchanged) this.#appointment = this.#arrange(atMs, nowMs)
    this.#nextTouch = touch
    const cycle = state.cycle
    if (!mustBeHandedOff(cycle)) {
      this.#handOffAskedAtMs = undefined
      return
    }
    // Asked for again only where the first time came to nothing, which here it never does.
    if (this.#handOffAskedAtMs !== undefined) return
    this.#handOffAskedAtMs = nowMs
    this.#handOff(state, cycle.qualified.cycle, nowMs)
  }

  /** shared/flows/nurture/appointment.ts */
  #arrange(atMs: number | undefined, nowMs: number): Appointment | undefined {
    if (atMs === undefined) {
      if (this.#appointment?.on === 'schedule') this.#firesAtMs = undefined
      return undefined
    }
    if (atMs - nowMs < soonMs) {
      this.#watch.onWork('queued')
      this.#plan(leavesQueueAtMs(atMs, nowMs), { kind: 'due' })
      return { atMs, on: 'queue' }
    }
    this.#watch.onWork('scheduled')
    this.#firesAtMs = firesAtMs(atMs, this.#placeMs)
    return { atMs, on: 'schedule' }
  }

  /** shared/flows/nurture/send.ts */
  #sendIfDue(nowMs: number): void {
    this.#watch.onWork('due')
    const { state, decision } = this.#settle(nowMs)
    const turn = qualificationChangeOf(state, decision, nowMs)
    if (turn) this.#record(turn, nowMs)
    else if (decision.kind === 'send' && decision.touch.dueAtMs <= nowMs)
      this.#send(state, decision.touch, nowMs)
    else {
      this.#watch.onLook?.(state, decision, nowMs)
      this.#appointment = this.#arrange(appointmentOf(decision), nowMs)
      this.#nextTouch = decision.kind === 'send' ? decision.touch : undefined
    }
  }

  #send(state: LeadState, touch: Touch, nowMs: number): void {
    const { behaviour, linksOf } = this.#world
    const { enrolment, step, email, variant, purpose } = touch
    const to = state.email ?? ''
    const carried = { enrolment, step, email, ...(variant !== undefined && { variant }) }
    this.#watch.onEmail({ purpose, leadId: this.#leadId, touch, state, atMs: nowMs })
    this.#plan(nowMs + deliveryMs, { kind: 'arrives', touch, to })
    const links = () => linksOf(email, state.profile)
    const acts = behaviour.reactions({
      to,
      purpose,
      enrolment,
      step,
      sentAtMs: nowMs,
      get links() {
        return links().length
      },
    })
    for (const act of acts) {
      if (act.kind === 'clicks') {
        const clicked = clickOf(act.atMs, carried, links()[act.link])
        this.#plan(act.atMs, { kind: 'clicks', clicked, sentAtMs: nowMs })
      } else this.#plan(act.atMs, { kind: 'fact', fact: factOf(act, carried) })
    }
    // SES's own Send event names the same fact.
    this.#watch.onWork('feedback')
    this.#record({ kind: 'SENT', ...carried, messageId: `forecast-${enrolment}-${step}`, atMs: nowMs }, nowMs)
  }

  /** shared/flows/nurture/feedback.ts: the first click on an email, and the first on its goal, say besides that it was answered. */
  #click(clicked: LinkClicked, sentAtMs: number): void {
    const { atMs, link, kind: _, ...touch } = clicked
    const goal = this.#world.goals[clicked.email ?? '']
    this.#respond('link', touch, sentAtMs, atMs)
    if (goal !== undefined && link.endsWith(goal)) this.#respond('goal', touch, sentAtMs, atMs)
    this.#record(clicked, atMs)
  }

  #respond(
    to: LeadResponded['to'],
    touch: Omit<LeadResponded, 'kind' | 'to' | 'atMs'>,
    sentAtMs: number,
    nowMs: number,
  ): void {
    const key = `${touch.enrolment}|${touch.step}|${to}`
    if (this.#responded.has(key)) return
    this.#responded.add(key)
    this.#record({ kind: 'RESPONDED', ...touch, to, atMs: sentAtMs }, nowMs)
  }

  /** local/services/ses/service.ts, and shared/flows/nurture/feedback.ts */
  #arrive({ enrolment, step, email, variant }: Touch, to: string, nowMs: number): void {
    const about = { enrolment, step, email, ...(variant !== undefined && { variant }), atMs: nowMs }
    const mailbox = this.#world.behaviour.mailbox(to, about)
    this.#watch.onWork('feedback')
    if (mailbox === 'bounce' || mailbox === 'transientBounce') {
      const bounce = mailbox === 'bounce' ? 'permanent' : 'transient'
      this.#record({ kind: 'BOUNCED', bounce, ...about }, nowMs)
      return
    }
    this.#record({ kind: 'DELIVERED', ...about }, nowMs)
    if (mailbox !== 'complain') return
    this.#watch.onWork('feedback')
    this.#record({ kind: 'COMPLAINED', ...about }, nowMs)
  }

  /** shared/flows/sales/handoff.ts; sales answers by the link in its email: shared/flows/sales/sales.ts */
  #handOff({ source }: LeadState, cycle: number, nowMs: number): void {
    const handOffId = `${this.#leadId}-${cycle}`
    this.#watch.onWork('handOff')
    this.#watch.onEmail({ purpose: 'sales', leadId: this.#leadId, atMs: nowMs })
    for (const act of this.#world.behaviour.answers(handOffId, nowMs))
      this.#plan(act.atMs, { kind: 'sales', act, cycle, source })
    this.#record({ kind: 'HANDEDOFF', cycle, handOffId, atMs: nowMs }, nowMs)
  }
}

type Carried = Pick<Touch, 'enrolment' | 'step' | 'email' | 'variant'>

const clickOf = (atMs: number, touch: Carried, link = ''): LinkClicked => ({
  kind: 'CLICKED',
  ...touch,
  link: link.split(/[?#]/, 1)[0] ?? link,
  atMs,
})

const factOf = (
  act: Exclude<Act, { kind: 'clicks' }>,
  { enrolment, step, email, variant }: Carried,
): Fact => {
  const { atMs } = act
  const touch = { enrolment, step, ...(variant !== undefined && { variant }) }
  switch (act.kind) {
    case 'opens':
      return { kind: 'OPENED', ...touch, email, atMs }
    case 'confirms':
      return { kind: 'CONFIRMED', form: formOfConfirmation(enrolment) ?? enrolment, atMs }
    case 'unsubscribes':
      return { kind: 'UNSUBSCRIBED', ...touch, via: 'oneClick', atMs }
  }
}

/** What the demo's salespeople say: they give back who is interested but not now, and tell what a customer was worth. */
const salesFact = ({ kind, atMs }: SalesAct, cycle: number, source: string): Fact => {
  const about = { cycle, source, atMs }
  switch (kind) {
    case 'accepts':
      return { kind: 'ACCEPTED', ...about }
    case 'returns':
      return { kind: 'RETURNED', reason: 'notNow', ...about }
    case 'wins':
      return { kind: 'WON', value: 1200, ...about }
    case 'loses':
      return { kind: 'LOST', ...about }
  }
}
