/** Whether a learned card may take the place of the one in use: only if it clearly beats it, on new leads and on others. */
import type { CalibrationGap } from './drift.ts'
import { areaUnderCurve, tied } from './measure.ts'
import { randomFrom } from './random.ts'

/** Two cards, and what became of the leads both scored. */
export interface Contest {
  readonly champion: ArrayLike<number>
  readonly challenger: ArrayLike<number>
  readonly won: Uint8Array
}

export interface Difference {
  /** Of areas under the curve, challenger less champion. */
  readonly mean: number
  /** One-sided 97.5 % bounds. */
  readonly lower: number
  readonly upper: number
}

/** A requirement with its figures. */
export interface Check {
  readonly isMet: boolean
  readonly text: string
}

export interface Verdict {
  readonly ships: boolean
  /** Each requirement, met or not. */
  readonly checks: readonly Check[]
}

/** Outcomes and wins below which any figure is mostly chance. */
export const leastOutcomes = 100
export const leastWins = 20
const draws = 1000

/** The difference of the two areas over `draws` samples of the same leads with replacement: paired, so luck cancels. */
export const bootstrapDifference = ({ champion, challenger, won }: Contest, seed: number): Difference => {
  const random = randomFrom(seed)
  const one = tied(champion, won)
  const other = tied(challenger, won)
  const differences = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = new Uint16Array(won.length)
    for (let row = 0; row < won.length; row += 1) {
      const at = Math.floor(random() * won.length)
      drawn[at] = (drawn[at] as number) + 1
    }
    differences[draw] = areaOf(other, drawn, won) - areaOf(one, drawn, won)
  }
  // A sample without wins, or without losses, says nothing of either card.
  const sorted = differences.filter((difference) => !Number.isNaN(difference)).sort()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return {
    mean: sorted.reduce((sum, difference) => sum + difference, 0) / sorted.length,
    lower: at(0.025),
    upper: at(0.975),
  }
}

/** As `areaUnderCurve`, with each row counted as often as it was drawn. */
const areaOf = (
  { groups, groupOf }: ReturnType<typeof tied>,
  drawn: Uint16Array,
  won: Uint8Array,
): number => {
  const wins = new Float64Array(groups.length)
  const losses = new Float64Array(groups.length)
  for (let row = 0; row < won.length; row += 1) {
    const counts = won[row] ? wins : losses
    const group = groupOf[row] as number
    counts[group] = (counts[group] as number) + (drawn[row] as number)
  }
  let allWins = 0
  let allLosses = 0
  let above = 0
  for (let group = groups.length - 1; group >= 0; group -= 1) {
    above += (wins[group] as number) * (allLosses + (losses[group] as number) / 2)
    allWins += wins[group] as number
    allLosses += losses[group] as number
  }
  return above / (allWins * allLosses)
}

/** One split of the data on which the challenger must win. */
export interface Round {
  readonly name: string
  readonly contest: Contest
  /** Log loss of both, calibrated alike. */
  readonly logLoss: { readonly champion: number; readonly challenger: number }
}

/**
 * The rounds judge a method, by cards learned from older leads; the card that ships was learned from more. On the leads it
 * has not seen either it must rank no worse than the card in use. Where these have but one outcome, nothing is shown.
 */
export const checkShipped = (name: string, { champion, challenger, won }: Contest): Check => {
  const [own, other] = [areaUnderCurve(challenger, won), areaUnderCurve(champion, won)]
  return {
    isMet: own >= other,
    text: Number.isNaN(own)
      ? `${name}: all ${won.length} leads ended alike, which ranks no card.`
      : `${name}: the card that would ship ranks with an area of ${own.toFixed(3)} against ${other.toFixed(3)}; it must not be lower.`,
  }
}

/** A card that is as good as those that the splits judged ranks within this of them, but for chance. */
const standsWithin = 0.02

/**
 * Whether the card that would ship is of the kind that was judged: learning can fail on the last data as it failed on none
 * before. `shown` are the areas that its method reached on the splits.
 */
export const checkStands = (name: string, { challenger, won }: Contest, shown: readonly number[]): Check => {
  const area = areaUnderCurve(challenger, won)
  const wins = won.reduce((sum, one) => sum + one, 0)
  const least = Math.min(...shown)
  // Two standard errors of an area, by the rarer outcome.
  const chance = 2 * Math.sqrt((area * (1 - area)) / Math.max(1, Math.min(wins, won.length - wins)))
  const margin = Math.max(standsWithin, chance)
  return {
    isMet: area >= least - margin,
    text: Number.isNaN(area)
      ? `${name}: all ${won.length} leads ended alike, which ranks no card.`
      : `${name}: the card that would ship ranks with an area of ${area.toFixed(3)}; the splits showed ${least.toFixed(3)}, and it must not fall short by more than ${margin.toFixed(3)}.`,
  }
}

/** Log loss of both by the lines that the leads before gave them: chances that nobody has fitted to these leads. */
export const checkChances = (name: string, logLoss: Round['logLoss']): Check => ({
  isMet: logLoss.challenger <= logLoss.champion,
  text: `${name}: the log loss of the card that would ship is ${logLoss.challenger.toFixed(3)} against ${logLoss.champion.toFixed(3)}; it must not be higher.`,
})

/** The chances of the newest leads must hold, or be off by no more than those of the card in use. */
export const checkDrift = (
  { predicted, shareWon, isAlarm }: CalibrationGap,
  champion: Pick<CalibrationGap, 'predicted' | 'shareWon'>,
): Check => {
  const off = Math.abs(predicted - shareWon)
  const other = Math.abs(champion.predicted - champion.shareWon)
  return {
    isMet: !isAlarm || off <= other,
    text: `newest leads: the chances are off by ${(100 * off).toFixed(1)} in a hundred, those of the card in use by ${(100 * other).toFixed(1)}; an alarm stops a card whose chances are off further.`,
  }
}

/**
 * The challenger ships if, on every round, there are outcomes enough, the lower bound of its lead in area is above zero, and
 * its chances predict no worse. `missing` names rounds that the data did not allow: what was not judged does not ship.
 * `more` is what must be met beside the rounds.
 */
export const judge = (
  rounds: readonly Round[],
  missing: readonly string[],
  seed: number,
  more: readonly Check[] = [],
): Verdict => {
  const checks: Check[] = [
    ...missing.map((text) => ({ isMet: false, text })),
    ...rounds.flatMap(({ name, contest, logLoss }) => {
      const outcomes = contest.won.length
      const wins = contest.won.reduce((sum, one) => sum + one, 0)
      const enough = outcomes >= leastOutcomes && wins >= leastWins
      const difference = bootstrapDifference(contest, seed)
      const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
      return [
        {
          isMet: enough,
          text: `${name}: ${outcomes} outcomes and ${wins} wins; ${leastOutcomes} and ${leastWins} are needed.`,
        },
        {
          isMet: difference.lower > 0,
          text: `${name}: the area under the curve differs by ${signed(difference.mean)} (interval ${signed(difference.lower)} to ${signed(difference.upper)}); the lower end must be above 0.`,
        },
        {
          isMet: logLoss.challenger <= logLoss.champion,
          text: `${name}: the log loss is ${logLoss.challenger.toFixed(3)} against ${logLoss.champion.toFixed(3)}; it must not be higher.`,
        },
      ]
    }),
    ...more,
  ]
  return { ships: checks.every(({ isMet }) => isMet), checks }
}
