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

export interface SendWindow {
  /** ISO weekdays, 1 is Monday. */
  readonly weekdays: readonly number[]
  /** Minutes after local midnight, from inclusive, to exclusive. */
  readonly fromMinutes: number
  readonly toMinutes: number
}

export interface Scoring {
  readonly rules: readonly ScoreRule[]
  /** A lead qualifies at this total, in points. */
  readonly qualifyAt: number
}

export interface ScoreRule {
  readonly id: string
  readonly dimension: 'fit' | 'engagement' | 'negative'
  readonly when: Condition
  /** -10 to 10. */
  readonly points: number
  /** For rules on facts: each fact's points halve over this many days. */
  readonly halfLifeDays?: number
  /** For rules on facts: the line never exceeds this many points, either side of zero. */
  readonly cap?: number
  readonly reason: string
}

export type Condition =
  | { readonly field: string; readonly in: readonly string[] }
  | { readonly field: string; readonly atLeast: number }
  | { readonly source: readonly string[] }
  | { readonly fact: 'CAPTURED' | 'CONFIRMED' | 'DELIVERED' | 'OPENED' | 'CLICKED'; readonly link?: string }
