/** Plays leads by the real fold and decide, and beside them by one plain threshold on the same score; counts the swings. */
import type { Campaign } from '../../shared/domain/campaign.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import { fold, type LeadState } from '../../shared/domain/fold.ts'
import { scoreLead } from '../../shared/domain/score.ts'
import { settle } from '../../shared/domain/settle.ts'
import { day, hour } from '../support/leads.ts'
import { happeningsOf, salesAnswer, yearDays } from './engagement.ts'

export interface Played {
  /** When each rule changed its mind, from not ready to ready and back, by the score. */
  readonly ripen: readonly number[]
  readonly plain: readonly number[]
  /** Changes that sales made by giving the lead back, and the promotions that ended them. */
  readonly bySales: number
  /** Promotions that a person's act made due, by how many events later Ripen made them. */
  readonly delaysEvents: readonly number[]
  /** Acts that would have promoted, held back by the cool-down. */
  readonly coolingDown: number
  /** Promotions at a time at which nobody did anything, and no cool-down ended. */
  readonly promotedByTime: number
}

const isHuman = ({ kind }: Fact): boolean => kind === 'CAPTURED' || kind === 'CLICKED'
const isWithSales = (state: LeadState): boolean => state.cycle?.status === 'open'
/** At the threshold or above, with no gate closed: what the plain rule goes by, of one score. */
const isAbove = ({ evidence }: LeadState, { scoring }: Campaign, atMs: number): boolean => {
  const { totalHundredths, gates } = scoreLead(evidence, scoring, atMs)
  return totalHundredths >= scoring.thresholds.enter * 100 && gates.length === 0
}

/** One lead's year, played event by event, hour by hour for the plain rule, and look by look for Ripen. */
export const playLead = (lead: number, seed: number, campaign: Campaign): Played =>
  new Play(lead, seed, campaign).run()

class Play {
  readonly #lead: number
  readonly #seed: number
  readonly #campaign: Campaign
  /** What has happened, and what is still to come, in order of time. */
  readonly #facts: Fact[] = []
  readonly #coming: Fact[]
  readonly #ripen: number[] = []
  readonly #plain: number[] = []
  readonly #delaysEvents: number[] = []
  /** Acts that made a promotion due, each with the events since. */
  #due: number[] = []
  #bySales = 0
  #coolingDown = 0
  #promotedByTime = 0
  #state: LeadState
  #lookAtMs: number | undefined
  #wasAbove = false

  constructor(lead: number, seed: number, campaign: Campaign) {
    this.#lead = lead
    this.#seed = seed
    this.#campaign = campaign
    this.#coming = happeningsOf(lead, seed)
    this.#state = fold('lead', [], campaign, 0)
  }

  run(): Played {
    const startMs = this.#coming[0]?.atMs ?? 0
    const endMs = startMs + yearDays * day
    for (let nowMs = startMs; nowMs < endMs; ) {
      const fact = this.#coming[0]?.atMs === nowMs ? this.#coming.shift() : undefined
      if (fact) this.#happen(fact, nowMs)
      else if (this.#lookAtMs === nowMs) this.#look(nowMs, undefined)
      const nextMs = Math.min(this.#coming[0]?.atMs ?? endMs, this.#lookAtMs ?? endMs, endMs)
      for (let atMs = nowMs + hour; atMs < nextMs; atMs += hour) this.#watch(atMs)
      this.#watch(nextMs)
      nowMs = nextMs
    }
    return {
      ripen: this.#ripen,
      plain: this.#plain,
      bySales: this.#bySales,
      delaysEvents: [...this.#delaysEvents, ...this.#due.map(() => Number.POSITIVE_INFINITY)],
      coolingDown: this.#coolingDown,
      promotedByTime: this.#promotedByTime,
    }
  }

  /** The plain rule looks. */
  #watch(nowMs: number): boolean {
    const above = isAbove(this.#state, this.#campaign, nowMs)
    if (above !== this.#wasAbove) this.#plain.push(nowMs)
    this.#wasAbove = above
    return above
  }

  #happen(fact: Fact, nowMs: number): void {
    const wasWithSales = isWithSales(this.#state)
    const wasAbove = isAbove(this.#state, this.#campaign, nowMs)
    this.#facts.push(fact)
    this.#state = fold('lead', this.#facts, this.#campaign, nowMs)
    if (fact.kind === 'RETURNED' && wasWithSales) this.#bySales += 1
    const isCrossing = isHuman(fact) && !wasWithSales && this.#watch(nowMs) && !wasAbove
    this.#watch(nowMs)
    if (isCrossing && this.#isCoolingDown(nowMs)) this.#coolingDown += 1
    else if (isCrossing) this.#due.push(-1)
    this.#due = this.#due.map((events) => events + 1)
    this.#look(nowMs, fact)
  }

  #isCoolingDown(nowMs: number): boolean {
    const { cycle } = this.#state
    const { coolDownDays } = this.#campaign.scoring.thresholds
    return cycle?.status === 'returned' && nowMs < cycle.sinceMs + coolDownDays * day
  }

  /** Looks until nothing more is decided, as the stream makes the score function do. */
  #look(nowMs: number, fact: Fact | undefined): void {
    for (;;) {
      const { records, state, decision } = settle('lead', this.#facts, this.#campaign, nowMs)
      this.#facts.push(...records)
      this.#state = state
      if (decision.kind === 'qualify') this.#promote(decision.cycle, nowMs, fact)
      else if (decision.kind === 'cool') {
        this.#facts.push({ kind: 'COOLED', cycle: decision.cycle, atMs: nowMs })
        this.#ripen.push(nowMs)
      } else {
        this.#lookAtMs = decision.lookAgainAtMs
        return
      }
    }
  }

  #promote(cycle: number, nowMs: number, fact: Fact | undefined): void {
    const isAfterReturn = this.#state.cycle?.status === 'returned'
    if (!(fact && isHuman(fact)) && !isAfterReturn) this.#promotedByTime += 1
    const { totalHundredths, lines } = this.#state.rise?.score ?? this.#state.score
    const { source } = this.#state
    this.#facts.push({ kind: 'QUALIFIED', cycle, totalHundredths, lines, source, atMs: nowMs })
    if (isAfterReturn) this.#bySales += 1
    else this.#ripen.push(nowMs)
    this.#delaysEvents.push(...this.#due)
    this.#due = []
    const answer = salesAnswer(this.#lead, cycle, this.#seed)
    if (answer) insert(this.#coming, answer.fact(Math.round(nowMs + answer.afterDays * day)))
  }
}

/** Keeps the order of time. */
const insert = (facts: Fact[], fact: Fact): void => {
  const at = facts.findIndex(({ atMs }) => atMs > fact.atMs)
  facts.splice(at < 0 ? facts.length : at, 0, fact)
}
