/** What marketing wrote, as the domain needs it: the rules of scoring and of who is sent what and when. */
import type { Condition, StepCondition } from './conditions.ts'

import type { SoftBounceLimit } from './contact.ts'

export interface Campaign {
  /** `[a-z0-9-]+`; the tally is kept by it. */
  readonly name: string
  /** Hash of the compiled content. */
  readonly version: string
  /** IANA name: the zone of a lead whose own zone is not known. */
  readonly timeZone: string
  /** Marketing emails to one lead are at least this far apart, over all sequences. */
  readonly minimumGapHours: number
  /** Over all sequences, a lead gets at most this many marketing emails in this many days. */
  readonly frequencyCap?: { readonly emails: number; readonly days: number }
  /** The same email is not sent to a lead again within this many days, whichever sequence names it. */
  readonly repeatAfterDays: number
  readonly calendar: Calendar
  /** Share of leads that get only what they asked for, so that the rest can be compared with them; 0: none. */
  readonly holdOutPercent: number
  /** Over 30 days and all forms, one address is asked to confirm at most this many times. */
  readonly confirmationsPerAddress: number
  /** When an address is given up whose mail keeps coming back; absent: as usual. */
  readonly softBounces?: SoftBounceLimit
  readonly forms: Readonly<Record<string, FormRules>>
  readonly sequences: Readonly<Record<string, Sequence>>
  readonly scoring: Scoring
  /** Releases by sequence, oldest first, as the deployed pipeline has seen them; the last is the one in force. */
  readonly history?: Readonly<Record<string, readonly Release[]>>
}

export interface FormRules {
  readonly id: string
  /** The sequence that a submission of this form enrols the lead in. */
  readonly sequence: string
  /** With double opt-in, the confirmation is the only email before the lead confirms. */
  readonly doubleOptIn: boolean
}

/** An ordered nurture programme. */
export interface Sequence {
  readonly id: string
  /** Hash of all that stands here; a change of it is a release. */
  readonly version: string
  /** Where two sequences want one lead at one time, the higher goes first. */
  readonly priority: number
  /**
   * What becomes of leads under way when the sequence changes: `migrate` goes on from where they stand, `pin` stays on
   * the version they go by, `restart` walks the new one from its beginning. No email comes twice in any of them.
   */
  readonly onChange: 'migrate' | 'pin' | 'restart'
  /** A new submission this many days after the start enrols again; absent: never. */
  readonly reentryAfterDays?: number
  /** What the sequence is for: a lead that does it has no need of the rest. */
  readonly goal?: StepCondition
  /** Any of them takes a lead out. */
  readonly exits: readonly StepCondition[]
  /** In the order of the file; the steps of a branch's arms follow their branch. */
  readonly steps: readonly Step[]
}

export type Step = EmailStep | Branch

interface Waiting {
  /** Stable: facts name it. `[a-z0-9-]+`. */
  readonly id: string
  /** What the step was called before. */
  readonly formerly: readonly string[]
  /** After the last step that was done; for the first, after enrolment. */
  readonly wait: Wait
  /** The arm of a branch that it belongs to. */
  readonly arm?: { readonly branch: string; readonly arm: string }
}

export interface EmailStep extends Waiting {
  /** The email's file name without its ending; of a test, the first variant's. */
  readonly email: string
  /** An A/B/n test: two or more, of which each lead gets one. */
  readonly variants?: readonly Variant[]
  /** When it may be sent, in the lead's own time zone; absent: at any time. */
  readonly window?: SendWindow
  /** Asked when the step is due; where it is not met the step is passed over. */
  readonly when?: StepCondition
  /** Also for leads in the hold-out: what they asked for. */
  readonly isForAll: boolean
  readonly lateness: Lateness
}

export interface Variant {
  /** Stable: facts name it. */
  readonly id: string
  readonly email: string
  /** Its share, against the sum of all weights. */
  readonly weight: number
}

/** How late a step may go out, and what becomes of it when it is later. */
export interface Lateness {
  readonly maximumHours: number
  /** `skip` passes it over; `retime` waits for the next moment of the kind it was planned for; `spread` gives each lead a moment of its own in the next windows. */
  readonly beyond: 'skip' | 'retime' | 'spread'
}

/** Asks, when its wait is over, which arm a lead takes; a lead takes one and keeps to it. */
export interface Branch extends Waiting {
  readonly arms: readonly Arm[]
}

export interface Arm {
  /** Stable: facts name it. */
  readonly id: string
  /** The first arm whose condition is met is taken; absent: otherwise. Where none is met the lead passes the branch by. */
  readonly when?: StepCondition
  /** Where it goes on after the arm's own steps: a later step, or the end; absent: after the branch. */
  readonly goTo?: string
}

/** In `Arm.goTo`: the sequence is over. */
export const sequenceEnd = 'end'

/** From when on a version of a sequence was in force. */
export interface Release {
  readonly sinceMs: number
  readonly sequence: Sequence
}

/** How long a step waits after what came before it. What is given applies in this order: hours, days, business days, until. */
export interface Wait {
  /** Hours that pass, whatever the clocks do. */
  readonly hours?: number
  /** Days on the lead's calendar: the same wall time, that many dates later. Whole. */
  readonly days?: number
  /** Days on which business is done: the same wall time, that many of them later. Whole. */
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

/** Chance of winning at a total of points. */
export type Calibration =
  /** 1 / (1 + exp(-(intercept + slope x points))). */
  | { readonly method: 'raw' | 'intercept' | 'platt'; readonly intercept: number; readonly slope: number }
  /** The chance of the last step whose points the total reaches; below the first, the first's. Ascending. */
  | {
      readonly method: 'isotonic'
      readonly steps: readonly { readonly points: number; readonly chance: number }[]
    }
