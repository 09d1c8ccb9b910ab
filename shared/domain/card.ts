/** A score card as scoring reads it: every rule in one shape, with its own words, made once per card and not once per lead. */
import type { Scoring } from './campaign.ts'
import {
  type CountedFact,
  type FactCondition,
  type Profile,
  type ProfileCondition,
  readerOf,
} from './conditions.ts'

export interface CardRule {
  readonly id: string
  readonly dimension: 'fit' | 'engagement' | 'negative' | 'gate'
  readonly reason: string
  /** 0 for a gate. */
  readonly points: number
  /** Infinite where the rule has no cap. */
  readonly limitHundredths: number
  readonly halfLifeDays: number | undefined
  readonly counts: FactsRule | undefined
  /** Absent where the rule counts facts. */
  readonly reads: ProfileRule | undefined
  /** What was counted; empty where the rule counts nothing. */
  readonly words: string
}

export interface FactsRule {
  readonly when: FactCondition
  readonly times: number
  readonly withinDays: number | undefined
  readonly quietDays: number | undefined
  /** Whether the rule is met or not, instead of giving its points for each fact. */
  readonly isMetOnce: boolean
}

/** A condition on what a lead is known by, with how it is read: found once per card. */
export interface ProfileRule {
  readonly isMet: (profile: Profile) => boolean
  readonly because: (profile: Profile) => string
}

const cards = new WeakMap<Scoring, readonly CardRule[]>()

/** Engines read objects of one shape several times faster than the many shapes that a card's rules come in. */
export const cardOf = (scoring: Scoring): readonly CardRule[] => {
  let card = cards.get(scoring)
  if (!card) {
    card = scoring.rules.map(cardRule)
    cards.set(scoring, card)
  }
  return card
}

const cardRule = (rule: Scoring['rules'][number]): CardRule => {
  const { id, dimension, reason, when } = rule
  const isGate = rule.dimension === 'gate'
  const cap = isGate ? undefined : rule.cap
  return {
    id,
    dimension,
    reason,
    points: isGate ? 0 : rule.points,
    limitHundredths: cap === undefined ? Number.POSITIVE_INFINITY : Math.round(cap * 100),
    halfLifeDays: isGate ? undefined : rule.halfLifeDays,
    counts: 'fact' in when ? factsRule(when) : undefined,
    reads: 'fact' in when ? undefined : profileRule(when),
    words: 'fact' in when ? wordsFor(when) : '',
  }
}

const factsRule = (when: FactCondition): FactsRule => ({
  when,
  times: when.times ?? 1,
  withinDays: when.withinDays,
  quietDays: when.quietDays,
  isMetOnce: when.times !== undefined || when.withinDays !== undefined,
})

const profileRule = (when: ProfileCondition): ProfileRule => {
  const reader = readerOf(when)
  return {
    isMet: (profile) => reader.isMet(when, profile),
    because: (profile) => reader.because(when, profile),
  }
}

const wordsFor = ({ fact, link, quietDays }: FactCondition): string => {
  const act = link === undefined ? verbs[fact] : `${verbs[fact]} ${link}`
  if (quietDays === undefined) return act
  return `not ${act} in the last ${quietDays === 1 ? 'day' : `${quietDays} days`}`
}

const verbs: Readonly<Record<CountedFact, string>> = {
  CAPTURED: 'captured',
  CONFIRMED: 'confirmed',
  DELIVERED: 'delivered',
  OPENED: 'opened',
  CLICKED: 'clicked',
  BOUNCED: 'bounced',
  RETURNED: 'returned',
}
