/** A learned card as a scoring.yaml that a marketer can read, edit and compare with the one before. */
import { stringify } from 'yaml'
import type { Calibration, Condition, PointRule, Scoring, Thresholds } from '../../shared/domain/campaign.ts'
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
  const taken = new Set<string>()
  return card.rules.map((rule) => {
    const { when, points } = rule
    const guess = 'atLeast' in when || 'fact' in when ? 'engagement' : 'fit'
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
export const cardText = (scoring: Scoring, about: string): string =>
  `# ${about}\n${stringify(scoring, { lineWidth: 110, flowCollectionPadding: true })}`

/** A condition in the words of a report. */
export const conditionText = (when: Condition): string => {
  if ('fact' in when) return `${when.fact.toLowerCase()} ${when.times ?? 1} times or more`
  if ('source' in when) return `source is ${listText(when.source)}`
  if ('emailDomain' in when) return `the address is at ${listText(when.emailDomain)}`
  if ('addressKind' in when) return `the address is ${when.addressKind.join(' or ')}`
  if ('known' in when) return `${when.field} is ${when.known ? 'known' : 'blank'}`
  if ('in' in when) return `${when.field} is ${listText(when.in)}`
  const from = when.atLeast === undefined ? '' : ` from ${when.atLeast}`
  const to = when.below === undefined ? '' : ` to under ${when.below}`
  return `${when.field}${from}${to}`
}

const listText = (texts: readonly string[]): string =>
  texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`

const thresholdsAt = (enter: number, before: Thresholds): Thresholds => {
  const atLeastOne = Math.max(1, enter)
  // As far below, in proportion, as the champion has it.
  return { ...before, enter: atLeastOne, leave: Math.floor((atLeastOne * before.leave) / before.enter) }
}

const idOf = (when: Condition, taken: Set<string>): string => {
  const what =
    'in' in when
      ? when.in[0]
      : 'source' in when
        ? when.source[0]
        : 'atLeast' in when
          ? `from-${when.atLeast}`
          : 'known' in when
            ? 'blank'
            : ''
  const slug = `${subjectOf(when)}-${what}`
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 36)
    .replace(/-$/, '')
  let id = slug
  for (let number = 2; taken.has(id); number += 1) id = `${slug}-${number}`
  taken.add(id)
  return id
}

const reasonOf = ({ when, rows, wins }: LearnedRule): string => {
  const text = conditionText(when)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}: ${Math.round((100 * wins) / rows)} in 100 such leads were won`
}
