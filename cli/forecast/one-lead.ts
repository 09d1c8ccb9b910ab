/** One lead's way, line by line: every email with its time and why, what it decides on the way, and where it ends. */
import type { Campaign } from '../../shared/domain/campaign.ts'
import type { Decision } from '../../shared/domain/decide.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import type { LeadState } from '../../shared/domain/fold.ts'
import { InputError } from '../input-error.ts'
import type { Act, Behaviour, SalesAct, SentEmail } from '../people/model.ts'
import type { SalesEmail, SentTouch, Watch } from './play-lead.ts'
import { localTime, whyThen } from './why.ts'

export interface Line {
  readonly atMs: number
  readonly kind: 'email' | 'event'
  readonly text: string
  readonly why?: string
  /** Points once all of this moment is counted. */
  points?: number
  /** Names of the email, for JSON. */
  readonly touch?: {
    readonly enrolment: string
    readonly step: string
    readonly email: string
    readonly variant?: string
  }
}

export class Trace implements Watch {
  readonly lines: Line[] = []
  readonly #plan: Campaign
  #state: LeadState | undefined
  #decision: Decision | undefined

  constructor(plan: Campaign) {
    this.#plan = plan
  }

  get timeZone(): string {
    return this.#state?.timeZone ?? this.#plan.timeZone
  }

  onFact(fact: Fact): void {
    const text = eventText(fact)
    if (text !== undefined) this.lines.push({ atMs: fact.atMs, kind: 'event', text })
  }

  onEmail(email: SentTouch | SalesEmail): void {
    const { atMs } = email
    if (email.purpose === 'sales') {
      this.lines.push({ atMs, kind: 'email', text: 'to sales: the lead is ready, with the reasons' })
      return
    }
    const { enrolment, step, email: name, variant } = email.touch
    this.lines.push({
      atMs,
      kind: 'email',
      text: `${step} of ${enrolment}: the email ${name}${variant === undefined ? '' : `, variant ${variant}`}`,
      why: whyThen(email.touch, email.state, this.#plan, atMs),
      touch: { enrolment, step, email: name, ...(variant !== undefined && { variant }) },
    })
  }

  onLook(state: LeadState, decision: Decision, atMs: number): void {
    this.#state = state
    this.#decision = decision
    for (let at = this.lines.length - 1; at >= 0; at -= 1) {
      const line = this.lines[at]
      if (!line || line.points !== undefined || line.atMs < atMs) break
      line.points = state.score.totalHundredths / 100
    }
  }

  onWork(): void {}

  /** Where it stands when the forecast ends. */
  ending(untilMs: number): string {
    const state = this.#state
    const decision = this.#decision
    if (!state || !decision) return 'It was never captured within these days.'
    const points = state.score.totalHundredths / 100
    const gates = state.score.gates.map(({ because }) => because).join(', ')
    const score = `${points} points${gates === '' ? '' : `, kept from sales: ${gates}`}`
    const stage = state.suppression ? `suppressed (${state.suppression.reason})` : state.stage
    const next =
      decision.kind === 'send'
        ? `; the next email would be ${decision.touch.step} of ${decision.touch.enrolment}, from ${localTime(decision.touch.dueAtMs, state.timeZone)}`
        : decision.kind === 'wait'
          ? `; it waits for ${decision.reason === 'branch' ? 'its next branch' : 'the confirmation'}`
          : ''
    return `On ${localTime(untilMs, state.timeZone)} it is ${stage}, with ${score}${next}.`
  }
}

const eventText = (fact: Fact): string | undefined => {
  switch (fact.kind) {
    case 'CAPTURED':
      return `submits the form ${fact.form}`
    case 'CONFIRMED':
      return `confirms the form ${fact.form}`
    case 'ENROLLED':
      return `begins ${fact.enrolment}${fact.isHeldOut ? ', held out: it gets only what is for all' : ''}`
    case 'BRANCHED':
      return `at the branch ${fact.step} of ${fact.enrolment}: ${fact.arm === undefined ? 'no arm fits, it passes by' : `takes the arm ${fact.arm}`}`
    case 'SKIPPED':
      return `${fact.step} of ${fact.enrolment} is passed over: ${skipReasons[fact.reason]}`
    case 'ENDED':
      return `${fact.enrolment} ends: ${fact.reason === 'goal' ? 'its goal is reached' : 'an exit is met'}`
    case 'OPENED':
      return `opens ${fact.step}`
    case 'CLICKED':
      return `clicks in ${fact.step}: ${fact.link}`
    case 'BOUNCED':
      return `${fact.step} bounces (${fact.bounce})`
    case 'COMPLAINED':
      return `complains about ${fact.step}`
    case 'UNSUBSCRIBED':
      return `unsubscribes by ${fact.step}`
    case 'QUALIFIED':
      return `qualifies with ${fact.totalHundredths / 100} points`
    case 'COOLED':
      return 'has cooled, and is nurtured again'
    case 'ACCEPTED':
      return 'sales accepts the lead'
    case 'RETURNED':
      return 'sales gives the lead back'
    case 'WON':
      return 'is won'
    case 'LOST':
      return 'is lost'
    case 'SNOOZED':
      return 'asks for a pause'
    // The rest is the pipeline's own, and has no line: an email says that it was sent.
    default:
      return undefined
  }
}

const skipReasons = {
  condition: 'its condition is not met',
  late: 'it is too late',
  hadAlready: 'the lead had this email already',
} as const

export const traceText = (trace: Trace, leadId: string, untilMs: number): string => {
  const { lines, timeZone } = trace
  return [
    '',
    `Lead ${leadId}, on its own clock in ${timeZone}`,
    '',
    ...lines.flatMap(({ atMs, kind, text, why, points }) => {
      const when = localTime(atMs, timeZone)
      const score = points === undefined ? '' : `   [${points} points]`
      return [
        `${when}  ${kind === 'email' ? '✉ ' : '· '}${text}${score}`,
        ...(why === undefined ? [] : [`${' '.repeat(when.length)}    ${why}`]),
      ]
    }),
    '',
    trace.ending(untilMs),
    '',
  ].join('\n')
}

/** `welcome`, or `adviser=/book-a-call` for the link that ends so. */
export interface Click {
  readonly step: string
  readonly link?: string
}

export const readClicks = (text: string, plan: Campaign): Click[] =>
  text.split(',').map((part) => {
    const [step = '', link] = part.trim().split(/=(.*)/s)
    const known = Object.values(plan.sequences).flatMap(({ steps }) => steps.map(({ id }) => id))
    if (!known.includes(step))
      throw new InputError(
        `--clicks names the step "${step}", which no sequence has; the steps are ${[...new Set(known)].join(', ')}.`,
      )
    return { step, ...(link !== undefined && { link }) }
  })

const hourMs = 3_600_000

/**
 * Opens and clicks at the steps it is told, three hours after the email; does nothing else, and sales does not
 * answer.
 */
export class Scripted implements Behaviour {
  readonly #clicks: readonly Click[]
  readonly #linksOf: (step: string) => readonly string[]

  constructor(clicks: readonly Click[], linksOf: (step: string) => readonly string[]) {
    this.#clicks = clicks
    this.#linksOf = linksOf
  }

  mailbox(): 'deliver' {
    return 'deliver'
  }

  reactions(email: SentEmail): Act[] {
    const { step, purpose, sentAtMs } = email
    if (purpose === 'confirmation') return [{ kind: 'confirms', atMs: sentAtMs + hourMs }]
    const click = this.#clicks.find((one) => one.step === step)
    if (!click || email.links === 0) return []
    const { link = '' } = click
    const at = this.#linksOf(step).findIndex((target) => (target.split(/[?#]/, 1)[0] ?? '').endsWith(link))
    if (at === -1)
      throw new InputError(
        `--clicks "${step}=${link}": that email has no link that ends so; its links are ${this.#linksOf(step).join(', ')}.`,
      )
    return [
      { kind: 'opens', atMs: sentAtMs + 3 * hourMs - 60_000 },
      { kind: 'clicks', atMs: sentAtMs + 3 * hourMs, link: at },
    ]
  }

  answers(): SalesAct[] {
    return []
  }
}
