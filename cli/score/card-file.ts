/** A learned card as a scoring.yaml that a marketer can read, edit and compare with the one before. */
import { Document, isMap, visit } from 'yaml'
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import type { Calibration, PointRule, Scoring, Thresholds } from '../../shared/domain/campaign.ts'
import type { Condition } from '../../shared/domain/conditions.ts'
import type { LearnedCard, LearnedRule } from '../../shared/domain/learning/learn-card.ts'
import { subjectOf } from '../../shared/domain/learning/sample.ts'

/** The rules of a card as the campaign writes them; what the champion calls a field's dimension stays so. */
export const rulesOf = (card: LearnedCard, champion: Scoring): PointRule[] => {
  const dimensions = new Map(
    champion.rules.flatMap((rule) =>
      rule.dimension === 'fit' || rule.dimension === 'engagement'
        ? [[subjectOf(rule.when), rule.dimension] as const]
        : [],
    ),
  )
  const taken = new Set(champion.rules.flatMap(({ id, dimension }) => (dimension === 'gate' ? [id] : [])))
  return card.rules.map((rule) => {
    const { when, points } = rule
    const guess = 'atLeast' in when || 'below' in when || 'fact' in when ? 'engagement' : 'fit'
    return {
      id: idOf(when, taken),
      dimension: points < 0 ? 'negative' : (dimensions.get(subjectOf(when)) ?? guess),
      when,
      points,
      reason: reasonOf(rule),
    }
  })
}

/** The gates of the champion stay: they are decisions of people, not of data. */
export const scoringOf = (
  card: LearnedCard,
  champion: Scoring,
  enter: number,
  calibration: Calibration,
): Scoring => ({
  thresholds: thresholdsAt(enter, champion.thresholds),
  calibration,
  rules: [...champion.rules.filter((rule) => rule.dimension === 'gate'), ...rulesOf(card, champion)],
})

/** `about` is one line on where the card comes from. */
export const cardText = (scoring: Scoring, about: string): string => {
  const rules = scoring.rules.map(({ id, dimension, ...rest }) => ({ id, dimension, ...rest }))
  const document = new Document({ ...scoring, rules })
  // A condition stands in one line, as a person writes it.
  visit(document, {
    Pair: (_, { key, value }) => {
      if (String(key) === 'when' && isMap(value)) value.flow = true
    },
  })
  return `# ${about}\n${document.toString({ lineWidth: 110 })}`
}

const thresholdsAt = (enter: number, before: Thresholds): Thresholds => {
  const atLeastOne = Math.max(1, enter)
  // As far below, in proportion, as the champion has it.
  return { ...before, enter: atLeastOne, leave: Math.floor((atLeastOne * before.leave) / before.enter) }
}

const idOf = (when: Condition, taken: Set<string>): string => {
  const slug = `${subjectOf(when)}-${tellingPart(when)}`
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const whole = slug.length <= mostLetters ? slug : slug.slice(0, mostLetters + 1).replace(/-[^-]*$/, '')
  const short = whole.slice(0, mostLetters) || 'rule'
  let id = short
  for (let number = 2; taken.has(id); number += 1) id = `${short}-${number}`
  taken.add(id)
  return id
}

/** The campaign's schema allows 40; the rest is room for a number. */
const mostLetters = 36

const tellingPart = (when: Condition): string => {
  if ('fact' in when) return when.times === undefined || when.times === 1 ? 'once' : `${when.times}-times`
  if ('known' in when) return when.known ? 'known' : 'blank'
  if ('atLeast' in when || 'below' in when)
    return when.atLeast === undefined
      ? `under-${when.below}`
      : when.below === undefined
        ? `from-${when.atLeast}`
        : `${when.atLeast}-to-${when.below}`
  const named = 'in' in when ? when.in : 'source' in when ? when.source : []
  return named.length < 3 ? named.join('-or-') : `${named[0]}-and-${named.length - 1}-more`
}

const reasonOf = ({ when, rows, wins }: LearnedRule): string => {
  const text = conditionText(when)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}: ${Math.round((100 * wins) / rows)} in 100 such leads were won`
}
