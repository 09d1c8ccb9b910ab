/** How people take email and how sales answers: one seeded model without clock or mail, for demo and forecast. */
import { fractionOf } from '../../shared/domain/assign.ts'
import { hourMs } from '../../shared/domain/cadence.ts'
import { sequenceOf } from '../../shared/domain/enrolment-id.ts'

/**
 * Chances per email unless said otherwise; invented, of the order that mailbox benchmarks report for opted-in
 * educational mail. `interest` scales clicking between people: most hardly click, a few click often.
 */
const chances = {
  addressBouncesForGood: 0.02,
  bouncesForNow: 0.005,
  complains: 0.0005,
  opens: 0.42,
  clicks: 0.3,
  unsubscribes: 0.008,
  confirms: 0.7,
  /** What sales does with a lead; an accepted one is won or lost within weeks. */
  accepts: 0.75,
  wins: 0.4,
} as const

/** What stands in for the model's own chances at one step. */
export interface StepChances {
  readonly opens: number
  /** Of those who open, before `interest` scales it. */
  readonly clicks: number
  readonly unsubscribes: number
  /** For good, by email instead of by address. */
  readonly bouncesForGood: number
  readonly bouncesForNow: number
}

/** How a mailbox takes an email, in the words of the local SES. */
type Mailbox = 'deliver' | 'bounce' | 'transientBounce' | 'complain'

export interface SentEmail {
  readonly to: string
  readonly purpose: 'marketing' | 'confirmation'
  readonly enrolment: string
  readonly step: string
  readonly sentAtMs: number
  /** Links that SES tracks; asked for only where somebody would click, since finding them takes long. */
  readonly links: number
}

/** What a recipient does. Times are whole milliseconds: the virtual clock knows no others. */
export type Act =
  | { readonly kind: 'confirms' | 'opens' | 'unsubscribes'; readonly atMs: number }
  | { readonly kind: 'clicks'; readonly atMs: number; readonly link: number }

export interface SalesAct {
  readonly kind: 'accepts' | 'returns' | 'wins' | 'loses'
  readonly atMs: number
}

export interface Behaviour {
  mailbox(address: string, touch?: { readonly enrolment: string; readonly step: string }): Mailbox
  reactions(email: SentEmail): Act[]
  /** A salesperson answers within two days, and reports the outcome of an accepted lead within a month. */
  answers(handOffId: string, sentAtMs: number): SalesAct[]
}

export class People implements Behaviour {
  readonly #seed: string
  readonly #byStep: ReadonlyMap<string, StepChances>

  /** `byStep` has chances by `<sequence>|<step>`; the model's own hold for every other step. */
  constructor(seed: string, byStep: ReadonlyMap<string, StepChances> = new Map()) {
    this.#seed = seed
    this.#byStep = byStep
  }

  /** A number in [0, 1) that only what it is for decides, never the order in which things are asked. */
  chance(...about: readonly string[]): number {
    return fractionOf(this.#seed, ...about)
  }

  mailbox(address: string, touch?: { readonly enrolment: string; readonly step: string }): Mailbox {
    const own = touch && this.#ownChances(touch)
    const bounces =
      own && touch
        ? this.chance(address, touch.enrolment, touch.step, 'bounces') < own.bouncesForGood
        : this.chance(address, 'bounces') < chances.addressBouncesForGood
    if (bounces) return 'bounce'
    if (this.chance(address, 'complains') < chances.complains) return 'complain'
    const bouncesForNow =
      own && touch
        ? this.chance(address, touch.enrolment, touch.step, 'bouncesForNow') < own.bouncesForNow
        : this.chance(address, 'bouncesForNow') < chances.bouncesForNow
    return bouncesForNow ? 'transientBounce' : 'deliver'
  }

  reactions(email: SentEmail): Act[] {
    const { to, purpose, enrolment, step, sentAtMs } = email
    if (this.mailbox(to, email) !== 'deliver') return []
    const draw = (what: string) => this.chance(to, enrolment, step, what)
    const after = (what: string, fromHours: number, toHours: number) =>
      this.#after(sentAtMs, fromHours, toHours, this.chance(to, enrolment, step, what, 'when'))
    if (purpose === 'confirmation')
      return draw('confirms') < chances.confirms
        ? [{ kind: 'confirms', atMs: after('confirms', 0.2, 30) }]
        : []
    const own = this.#ownChances(email) ?? chances
    const acts: Act[] = []
    if (draw('opens') < own.opens) {
      acts.push({ kind: 'opens', atMs: after('opens', 0.1, 40) })
      const interest = 2 * this.chance(to, 'interest') ** 2
      const links = draw('clicks') < own.clicks * interest ? email.links : 0
      if (links > 0)
        acts.push({
          kind: 'clicks',
          atMs: after('clicks', 41, 70),
          link: Math.floor(draw('link') * links),
        })
    }
    if (draw('unsubscribes') < own.unsubscribes)
      acts.push({ kind: 'unsubscribes', atMs: after('unsubscribes', 0.1, 40) })
    return acts
  }

  answers(handOffId: string, sentAtMs: number): SalesAct[] {
    const after = (what: string, fromHours: number, toHours: number) =>
      this.#after(sentAtMs, fromHours, toHours, this.chance(handOffId, what, 'when'))
    const answersAtMs = after('answers', 2, 48)
    if (this.chance(handOffId, 'accepts') >= chances.accepts) return [{ kind: 'returns', atMs: answersAtMs }]
    const wins = this.chance(handOffId, 'wins') < chances.wins
    return [
      { kind: 'accepts', atMs: answersAtMs },
      { kind: wins ? 'wins' : 'loses', atMs: after('ends', 100, 700) },
    ]
  }

  #ownChances(touch: { readonly enrolment: string; readonly step: string }): StepChances | undefined {
    return this.#byStep.size === 0 ? undefined : this.#byStep.get(stepOf(touch))
  }

  #after(sentAtMs: number, fromHours: number, toHours: number, fraction: number): number {
    return Math.ceil(sentAtMs + (fromHours + fraction * (toHours - fromHours)) * hourMs)
  }
}

/**
 * What the model does at a step it knows nothing else about; the shares of emails, where a share is of those that
 * arrive.
 */
export const modelShares = {
  bouncesForGood: chances.addressBouncesForGood,
  bouncesForNow: chances.bouncesForNow,
} as const

/**
 * The chance before `interest` scales it that makes a share of `clicksOfOpens` of all openers click. Interest is 2u²
 * of a uniform u, and no chance exceeds 1: the mean is 2c/3 up to c = 1/2, beyond it 1 - 2/3 sqrt(1/2c).
 */
export const clickChance = (clicksOfOpens: number): number => {
  const share = Math.min(clicksOfOpens, 0.99)
  return share <= 1 / 3 ? share * 1.5 : 1 / (2 * (1.5 * (1 - share)) ** 2)
}

const stepOf = ({ enrolment, step }: { readonly enrolment: string; readonly step: string }): string =>
  `${sequenceOf(enrolment)}|${step}`
