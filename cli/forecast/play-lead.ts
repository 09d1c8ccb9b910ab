/** Plays one lead on a clock of its own: carries out what the pipeline's looks decide, without AWS. */
import type { Campaign } from '../../shared/domain/campaign.ts'
import { type Decision, isDecisive, recipientOf, type Touch } from '../../shared/domain/decide.ts'
import { formOfConfirmation } from '../../shared/domain/enrolment-id.ts'
import { type Fact, type FactKind, factKey } from '../../shared/domain/facts.ts'
import { fold, foldOn, type LeadState } from '../../shared/domain/fold.ts'
import { settleFrom } from '../../shared/domain/settle.ts'
import {
  type Arranged,
  dueEffects,
  type Effect,
  type Look,
  reconcileEffects,
} from '../../shared/flows/nurture/effects.ts'
import { type CarriedTouch, clickFacts, type Goals } from '../../shared/flows/nurture/feedback.ts'
import { unsubscribedFact } from '../../shared/flows/nurture/preferences.ts'
import { sentFact } from '../../shared/flows/nurture/send-touch.ts'
import { handedOffFact } from '../../shared/flows/sales/handoff.ts'
import { answerFact, type GivenAnswer } from '../../shared/flows/sales/sales.ts'
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

/** `look`: by reconcile, for a fact. `due`: by send, for a message. `scheduled`, `fired`: the lead's schedule. */
export type Work = 'look' | 'due' | 'scheduled' | 'fired' | 'queued' | 'feedback' | 'handOff'

type Event =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'click'; readonly touch: CarriedTouch; readonly link: string; readonly sentAtMs: number }
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
  /** Whether a decision can ever depend on one. What cannot is passed to the watch and not folded: two facts of five. */
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
  /** Keys of the facts that may come twice here; the table would take each once. */
  readonly #once: Set<string>
  /** The lead's one schedule. */
  #firesAtMs: number | undefined
  /** What the lead's summary would keep of the last look. */
  #arranged: Arranged = {}
  /** At the last look. */
  #known: LeadState | undefined
  /** What came after that. */
  #news: Fact[]

  constructor({ leadId, facts }: LeadToPlay, world: World, watch: Watch) {
    this.#leadId = leadId
    this.#world = world
    this.#watch = watch
    this.#news = [...facts]
    this.#once = new Set(facts.flatMap((fact) => (mayRepeat(fact) ? factKey(fact) : [])))
    this.#placeMs = placeOf(leadId)
  }

  run({ submissions = [], fromMs }: LeadToPlay): void {
    for (const fact of submissions) this.#plan(fact.atMs, { kind: 'fact', fact })
    if (fromMs !== undefined) this.#reconcile(fromMs)
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
    else if (event.kind === 'click') this.#click(event, atMs)
    else if (event.kind === 'due') this.#due(atMs)
    else if (event.kind === 'arrives') this.#arrive(event.touch, event.to, atMs)
    else this.#record(salesFact(event.act, event.cycle, event.source), atMs)
  }

  #record(fact: Fact, nowMs: number): void {
    if (mayRepeat(fact)) {
      const key = factKey(fact)
      if (this.#once.has(key)) return
      this.#once.add(key)
    }
    if (this.#world.weightOf(fact.kind).isFolded) this.#news.push(fact)
    this.#announce(fact, nowMs)
  }

  /** A fact in the table comes by the stream to reconcile, which passes over what decides nothing: functions/reconcile.ts. */
  #announce(fact: Fact, nowMs: number): void {
    this.#watch.onFact(fact, nowMs)
    if (this.#world.weightOf(fact.kind).bringsLook) this.#reconcile(nowMs)
  }

  /** functions/reconcile.ts */
  #reconcile(nowMs: number): void {
    this.#watch.onWork('look')
    const look = this.#look(nowMs)
    this.#carryOut(reconcileEffects(look, { trustsSummary: true }), look)
  }

  /** functions/send.ts */
  #due(nowMs: number): void {
    this.#watch.onWork('due')
    const look = this.#look(nowMs)
    this.#carryOut(dueEffects(look), look)
  }

  #look(nowMs: number): Look {
    const { plan } = this.#world
    const state = this.#known
      ? foldOn(this.#known, this.#news, plan, nowMs)
      : fold(this.#leadId, this.#news, plan, nowMs)
    const settled = settleFrom(state, plan)
    this.#known = settled.state
    this.#news = []
    return { ...settled, arranged: this.#arranged }
  }

  #carryOut(effects: readonly Effect[], { state, decision }: Look): void {
    const nowMs = state.asOfMs
    let handOff: number | undefined
    for (const effect of effects)
      switch (effect.kind) {
        case 'record':
          if (effect.isFolded) this.#announce(effect.fact, nowMs)
          else this.#record(effect.fact, nowMs)
          break
        case 'schedule':
          this.#watch.onWork('scheduled')
          this.#firesAtMs = firesAtMs(effect.atMs, this.#placeMs)
          break
        case 'unschedule': {
          const withdrawnMs = firesAtMs(effect.atMs, this.#placeMs)
          if (this.#firesAtMs === withdrawnMs) this.#firesAtMs = undefined
          break
        }
        case 'enqueue':
          this.#watch.onWork('queued')
          this.#plan(leavesQueueAtMs(effect.atMs, nowMs), { kind: 'due' })
          break
        case 'askForHandOff':
          handOff = effect.cycle
          break
        case 'send':
          this.#send(state, effect.touch, nowMs)
          break
        case 'summarise':
          this.#arranged = effect.arranged
          this.#watch.onLook?.(state, decision, nowMs)
          break
      }
    // The message waits on its queue until the look is over.
    if (handOff !== undefined) this.#handOff(state, handOff, nowMs)
  }

  /** SES takes every email here, and its own Send event names the same fact. */
  #send(state: LeadState, touch: Touch, nowMs: number): void {
    const { behaviour, linksOf } = this.#world
    const { enrolment, step, email, variant, purpose } = touch
    const to = recipientOf(touch, state) ?? ''
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
    for (const act of acts)
      if (act.kind === 'clicks') {
        const link = links()[act.link] ?? ''
        this.#plan(act.atMs, { kind: 'click', touch: carried, link, sentAtMs: nowMs })
      } else this.#plan(act.atMs, { kind: 'fact', fact: factOf(act, carried) })
    this.#watch.onWork('feedback')
    this.#record(sentFact(touch, `forecast-${enrolment}-${step}`, nowMs), nowMs)
  }

  #click({ touch, link, sentAtMs }: Extract<Event, { kind: 'click' }>, nowMs: number): void {
    const { clicked, responded } = clickFacts(touch, link, nowMs, sentAtMs, this.#world.goals)
    for (const fact of responded) this.#record(fact, nowMs)
    this.#record(clicked, nowMs)
  }

  /** What a mailbox makes of an email, as SES reports it: local/services/ses/service.ts. */
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

  /** functions/handoff.ts; sales answers by the link in its email. */
  #handOff({ source }: LeadState, cycle: number, nowMs: number): void {
    const handedOff = handedOffFact(this.#leadId, cycle, nowMs)
    this.#watch.onWork('handOff')
    this.#watch.onEmail({ purpose: 'sales', leadId: this.#leadId, atMs: nowMs })
    for (const act of this.#world.behaviour.answers(handedOff.handOffId, nowMs))
      this.#plan(act.atMs, { kind: 'sales', act, cycle, source })
    this.#record(handedOff, nowMs)
  }
}

/** Confirming by the button of either of two emails is one act, and so is answering an email twice. */
const mayRepeat = ({ kind }: Fact): boolean => kind === 'CONFIRMED' || kind === 'RESPONDED'

const factOf = (act: Exclude<Act, { kind: 'clicks' }>, touch: CarriedTouch): Fact => {
  const { enrolment, step, email, variant } = touch
  const { atMs } = act
  switch (act.kind) {
    case 'opens':
      return {
        kind: 'OPENED',
        enrolment,
        step,
        ...(variant !== undefined && { variant }),
        ...(email !== undefined && { email }),
        atMs,
      }
    case 'confirms':
      return { kind: 'CONFIRMED', form: formOfConfirmation(enrolment) ?? enrolment, atMs }
    case 'unsubscribes':
      return unsubscribedFact(touch, 'oneClick', atMs)
  }
}

/** What the demo's salespeople say: they give back a lead that is interested but not now, and name what a customer was worth. */
const answers: Readonly<Record<SalesAct['kind'], GivenAnswer>> = {
  accepts: { answer: 'accept' },
  returns: { answer: 'return', reason: 'notNow' },
  wins: { answer: 'won', value: '1200' },
  loses: { answer: 'lost' },
}

const salesFact = ({ kind, atMs }: SalesAct, cycle: number, source: string): Fact =>
  answerFact(answers[kind], { cycle, source, atMs })
