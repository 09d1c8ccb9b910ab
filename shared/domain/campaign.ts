/** What marketing wrote, as the domain needs it: the rules of scoring and of who is sent what and when. */

export interface Campaign {
  /** `[a-z0-9-]+`; the tally is kept by it. */
  readonly name: string
  /** Hash of the compiled content. */
  readonly version: string
  /** IANA name: the zone of a lead whose own zone is not known. */
  readonly timeZone: string
  /** Marketing emails to one lead are at least this far apart, over all sequences. */
  readonly minimumGapHours: number
  /** Over 30 days and all forms, one address is asked to confirm so often at most. */
  readonly confirmationsPerAddress: number
  readonly forms: Readonly<Record<string, FormRules>>
  readonly sequences: Readonly<Record<string, Sequence>>
  readonly scoring: Scoring
}

export interface FormRules {
  readonly id: string
  /** The sequence that a submission of this form enrols the lead in. */
  readonly sequence: string
  /** With double opt-in, the confirmation is the only email before the lead confirms. */
  readonly doubleOptIn: boolean
}

export interface Sequence {
  readonly id: string
  readonly steps: readonly Step[]
}

export interface Step {
  /** Stable: facts name it. `[a-z0-9-]+`. */
  readonly id: string
  /** The email's file name without its ending. */
  readonly email: string
  /** Days after the previous step was sent; for the first step, after enrolment. */
  readonly delayDays: number
  /** When it may be sent, in the lead's own time zone; absent: at any time. */
  readonly window?: SendWindow
}

/** How long a step waits after what came before it. What is given applies in this order: hours, days, business days, until. */
export interface Wait {
  /** Hours that pass, whatever the clocks do. */
  readonly hours?: number
  /** Days on the lead's calendar: the same wall time, so many dates later. Whole. */
  readonly days?: number
  /** Days on which business is done: the same wall time, so many of them later. Whole. */
  readonly businessDays?: number
  /** Then on to the next such moment; one that has come already counts. Never on a holiday. */
  readonly until?: {
    /** ISO, 1 is Monday; absent: on any day. */
    readonly weekday?: number
    /** Minutes after local midnight. */
    readonly minutes: number
  }
}

/** Days on which no business is done and nothing goes out inside a window. */
export interface Calendar {
  /** ISO weekdays of business, 1 is Monday. */
  readonly businessDays: readonly number[]
  /** Dates on the lead's own calendar: `2026-12-25` of one year, `12-25` of every year. */
  readonly holidays: readonly string[]
}

export interface SendWindow {
  /** ISO weekdays, 1 is Monday. */
  readonly weekdays: readonly number[]
  /** Minutes after local midnight, from inclusive, to exclusive. */
  readonly fromMinutes: number
  readonly toMinutes: number
}

export interface Scoring {
  readonly rules: readonly ScoreRule[]
  readonly thresholds: Thresholds
  /** How a total reads as a chance of winning; absent until it was learned from outcomes. */
  readonly calibration?: Calibration
}

/** When a lead passes to sales, and when it comes back. Two thresholds, so that a lead near one does not swing. */
export interface Thresholds {
  /** Points at which a lead qualifies, by something a person did. */
  readonly enter: number
  /** A lead that sales has not accepted is nurtured again once it has fewer points than this. */
  readonly leave: number
  /** How long a qualified lead stays so at least. */
  readonly minimumDwellDays: number
  /** After sales returned a lead, it qualifies again at the earliest after this. */
  readonly coolDownDays: number
}

export type ScoreRule = PointRule | GateRule

export interface PointRule {
  readonly id: string
  readonly dimension: 'fit' | 'engagement' | 'negative'
  readonly when: Condition
  /** -10 to 10. */
  readonly points: number
  /** For rules on facts: what a fact gives halves over this many days. */
  readonly halfLifeDays?: number
  /** For rules on facts: the line never exceeds this many points, either side of zero. */
  readonly cap?: number
  readonly reason: string
}

/** While it applies, the lead does not qualify, whatever its points. */
export interface GateRule {
  readonly id: string
  readonly dimension: 'gate'
  readonly when: Condition
  readonly reason: string
}

export type Condition =
  | { readonly field: string; readonly in: readonly string[] }
  /** From `atLeast` inclusive to `below` exclusive; one of them may be absent. */
  | { readonly field: string; readonly atLeast?: number; readonly below?: number }
  | { readonly field: string; readonly known: boolean }
  | { readonly source: readonly string[] }
  /** The part of the address after the `@`, or a domain above it. */
  | { readonly emailDomain: readonly string[] }
  | { readonly addressKind: readonly AddressKind[] }
  | FactCondition

/** `role`: a desk reads it, not one person (info@). `disposable`: it was made to be thrown away. */
export type AddressKind = 'role' | 'disposable'

/** Counts facts. With `times` or `withinDays` it is met or not; with neither, each fact gives the rule's points anew. */
export interface FactCondition {
  readonly fact: CountedFact
  /** For CLICKED: how the link's path ends. */
  readonly link?: string
  /** At least so many. */
  readonly times?: number
  /** Counting only the last so many days. */
  readonly withinDays?: number
  /** None of them in the last so many days, counted from the first capture. Excludes `times` and `withinDays`. */
  readonly quietDays?: number
}

export type CountedFact =
  | 'CAPTURED'
  | 'CONFIRMED'
  | 'DELIVERED'
  | 'OPENED'
  | 'CLICKED'
  | 'BOUNCED'
  | 'RETURNED'

/** Chance of winning at a total of points. */
export type Calibration =
  /** 1 / (1 + exp(-(intercept + slope x points))). */
  | { readonly method: 'raw' | 'intercept' | 'platt'; readonly intercept: number; readonly slope: number }
  /** The chance of the last step whose points the total reaches; below the first, the first's. Ascending. */
  | {
      readonly method: 'isotonic'
      readonly steps: readonly { readonly points: number; readonly chance: number }[]
    }
