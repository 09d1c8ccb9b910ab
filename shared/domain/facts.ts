/** What happened to a lead: past tense, immutable, and named by a natural key so that writing it twice is one fact. */
import { keyPart } from './text.ts'

/** Names one planned email of one enrolment; the ledger, the SES tags and the facts about an email all carry it. */
export interface TouchRef {
  /** For example `learn-1`; see enrolment-id.ts. */
  readonly enrolment: string
  /** The step's stable id within its sequence. */
  readonly step: string
}

/** What a touch carried; the counts of a test go by it. Absent in facts of before it was kept, and for a step without variants. */
interface Carried {
  /** The email's id. */
  readonly email?: string
  readonly variant?: string
}

interface At {
  /** When it happened, epoch milliseconds. */
  readonly atMs: number
}

export interface LeadCaptured extends At {
  readonly kind: 'CAPTURED'
  /** The submission's id: the idempotency key it came with, or the request's own id. */
  readonly submission: string
  readonly form: string
  readonly formVersion: string
  /** The address as SES is given it; identity may see through a plus tag or dots in it. */
  readonly email: string
  /** The address was made to be thrown away, by the list of the day. */
  readonly isDisposable?: true
  /** What the form asked for and the visitor answered, by field name, without the address. */
  readonly profile: Readonly<Record<string, string>>
  readonly source: string
  /** IANA name, when the page knew it. */
  readonly timeZone?: string
  /** BCP 47, when the page knew it. */
  readonly language?: string
  /** How the person came: the first time this browser was seen, and this time. */
  readonly attribution?: { readonly first?: Visit; readonly last?: Visit }
  /** Keyed hash of the range of addresses that it was posted from: confirmations are capped by it. */
  readonly network?: string
  readonly consent: Consent
}

/** What the form's page knew of a visit, by the names of its fields: `utm_source`, `referrer`, `gclid` ... */
export type Visit = Readonly<Record<string, string>>

/** What the person agreed to. The form and its version, and the time, stand with the fact. */
export interface Consent {
  readonly wordingHash: string
  /** The page the form stood on, without its query. */
  readonly page?: string
  /** For leads that came by import: where and how they agreed, in the importer's words. */
  readonly basis?: string
}

export interface OptInConfirmed extends At {
  readonly kind: 'CONFIRMED'
  readonly form: string
  /** The submission that the question was about, and by it the address; absent in facts of before it was kept. */
  readonly submission?: string
}

/** The lead was put on a sequence. `atMs` is when that began, by the submission or its confirmation. */
export interface LeadEnrolled extends At {
  readonly kind: 'ENROLLED'
  readonly enrolment: string
  /** The version of the sequence in force. */
  readonly version: string
  /** The lead's first: the hold-out is counted by leads. */
  readonly isFirst?: true
  /** The lead gets only what it asked for, so that the others can be compared with it. */
  readonly isHeldOut?: true
}

/** A lead came to a branch, and took this way. */
export interface BranchTaken extends At, TouchRef {
  readonly kind: 'BRANCHED'
  /** The arm's id; absent where no arm's condition was met. */
  readonly arm?: string
}

/** A step's time came and it was passed over; it is not sent any more. */
export interface StepSkipped extends At, TouchRef {
  readonly kind: 'SKIPPED'
  /** Its condition was not met; it was too late; or the lead had its email already. */
  readonly reason: 'condition' | 'late' | 'hadAlready'
}

/** The sequence has no more to say to this lead. */
export interface EnrolmentEnded extends At {
  readonly kind: 'ENDED'
  readonly enrolment: string
  readonly reason: 'goal' | 'exit'
}

/** The lead asked for a pause: no marketing email until then. A later one replaces it, and may end it. */
export interface LeadSnoozed extends At, TouchRef {
  readonly kind: 'SNOOZED'
  readonly untilMs: number
}

export interface EmailSent extends At, TouchRef, Carried {
  readonly kind: 'SENT'
  readonly messageId: string
}

/** A claim whose fate SES never reported: it is never sent again, and the sequence moves on past it. */
export interface SendUnresolved extends At, TouchRef, Carried {
  readonly kind: 'UNRESOLVED'
}

export interface EmailDelivered extends At, TouchRef, Carried {
  readonly kind: 'DELIVERED'
}

export interface EmailOpened extends At, TouchRef, Carried {
  readonly kind: 'OPENED'
}

export interface LinkClicked extends At, TouchRef, Carried {
  readonly kind: 'CLICKED'
  /** The link's target without its query string. */
  readonly link: string
}

/**
 * The lead clicked in this email: one fact for all its clicks, so that leads can be counted and not clicks. `atMs` is when
 * the email was sent, because the clicks may become known in any order and each must write the same fact; what is counted
 * by it are the emails of a day that were clicked, whenever that was.
 */
export interface LeadResponded extends At, TouchRef, Carried {
  readonly kind: 'RESPONDED'
  /** `link`: any link. `goal`: the one that the email is for. */
  readonly to: 'link' | 'goal'
}

export interface EmailBounced extends At, TouchRef, Carried {
  readonly kind: 'BOUNCED'
  readonly bounce: 'permanent' | 'transient' | 'undetermined'
  /** The address that it was sent to; absent in facts of before it was kept, which stand for every address of the lead. */
  readonly address?: string
}

export interface LeadComplained extends At, TouchRef, Carried {
  readonly kind: 'COMPLAINED'
}

export interface LeadUnsubscribed extends At, Carried {
  readonly kind: 'UNSUBSCRIBED'
  /** The email whose link was used. */
  readonly enrolment: string
  readonly step: string
  readonly via: 'oneClick' | 'page'
  /** By a link that had served before the lead asked for email again: this is another no. */
  readonly isAgain?: true
}

export interface LeadQualified extends At {
  readonly kind: 'QUALIFIED'
  /** 1 for the first qualification of a lead; a returned lead may qualify again. */
  readonly cycle: number
  /** The total and its lines as they stood, in hundredths of a point, so that sales can be told why. */
  readonly totalHundredths: number
  readonly lines: readonly ScoreLine[]
  /** Copied from the lead so that the tallies need no second read. */
  readonly source: string
  readonly isHeldOut?: true
  /** When the lead was first enrolled: the hold-out counts it among the leads it began with. */
  readonly enrolledAtMs?: number
}

export interface LeadHandedOff extends At {
  readonly kind: 'HANDEDOFF'
  readonly cycle: number
  /** Makes repeats visible to whoever receives the hand-off. */
  readonly handOffId: string
}

/** A qualified lead's points fell below the threshold before sales accepted it: it is nurtured again. */
export interface LeadCooled extends At {
  readonly kind: 'COOLED'
  readonly cycle: number
}

interface BySales extends At {
  readonly cycle: number
  /** Copied from the lead so that the tally per source needs no second read. */
  readonly source: string
}

export interface LeadAccepted extends BySales {
  readonly kind: 'ACCEPTED'
}

/** Sales gave the lead back: good, but not now, or not for us. */
export interface LeadReturned extends BySales {
  readonly kind: 'RETURNED'
  /** One of the reasons sales was offered. */
  readonly reason: string
}

export interface LeadWon extends BySales {
  readonly kind: 'WON'
  /** In the currency sales reckons in, where sales gave it. */
  readonly value?: number
}

export interface LeadLost extends BySales {
  readonly kind: 'LOST'
}

export type Fact =
  | LeadCaptured
  | OptInConfirmed
  | LeadEnrolled
  | BranchTaken
  | StepSkipped
  | EnrolmentEnded
  | LeadSnoozed
  | EmailSent
  | SendUnresolved
  | EmailDelivered
  | EmailOpened
  | LinkClicked
  | LeadResponded
  | EmailBounced
  | LeadComplained
  | LeadUnsubscribed
  | LeadQualified
  | LeadHandedOff
  | LeadCooled
  | LeadAccepted
  | LeadReturned
  | LeadWon
  | LeadLost

export type FactKind = Fact['kind']

/** One reason for a score. The lines of a score sum to its total. */
export interface ScoreLine {
  readonly rule: string
  readonly dimension: 'fit' | 'engagement' | 'negative'
  /** Hundredths of a point: integers, so that a sum of lines is exact. */
  readonly hundredths: number
  /** The marketer's words, for a salesperson to read. */
  readonly reason: string
  /** What fired the rule: a field and its value, or a kind of fact and how often. */
  readonly because: string
  /** From when on the line gives less than half a point, if nothing more happens; absent where it does not fade. */
  readonly fadesAtMs?: number
}

/** `<enrolment>#<step>`: the part of a natural key that names a touch. */
export const touchKey = (touch: TouchRef): string => `${touch.enrolment}#${touch.step}`

/** The fact's natural key, `<kind>#<what makes it this one>`: equal keys are one fact. */
export const factKey = (fact: Fact): string => {
  switch (fact.kind) {
    case 'CAPTURED':
      return `CAPTURED#${fact.submission}`
    case 'CONFIRMED':
      return fact.submission === undefined
        ? `CONFIRMED#${fact.form}`
        : `CONFIRMED#${fact.form}#${fact.submission}`
    case 'CLICKED':
      return `CLICKED#${touchKey(fact)}#${keyPart(fact.link)}`
    case 'RESPONDED':
      return `RESPONDED#${touchKey(fact)}#${fact.to}`
    case 'BOUNCED':
      return `BOUNCED#${touchKey(fact)}#${fact.bounce}`
    case 'UNSUBSCRIBED':
      return `UNSUBSCRIBED#${touchKey(fact)}${fact.isAgain ? `#${fact.atMs}` : ''}`
    case 'QUALIFIED':
    case 'HANDEDOFF':
    case 'COOLED':
    case 'ACCEPTED':
    case 'RETURNED':
    case 'WON':
    case 'LOST':
      return `${fact.kind}#${fact.cycle}`
    case 'ENROLLED':
    case 'ENDED':
      return `${fact.kind}#${fact.enrolment}`
    case 'SNOOZED':
      return `SNOOZED#${touchKey(fact)}#${fact.untilMs}`
    case 'BRANCHED':
    case 'SKIPPED':
    case 'SENT':
    case 'UNRESOLVED':
    case 'DELIVERED':
    case 'OPENED':
    case 'COMPLAINED':
      return `${fact.kind}#${touchKey(fact)}`
  }
}
