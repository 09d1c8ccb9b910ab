/** Two cards on leads whose outcome is known: learned and judged on rows that they have not seen, old from new and at random. */
import type { Calibration, ScoreRule, Scoring } from '../campaign.ts'
import type { Condition } from '../conditions.ts'
import { calibrate, chancesOf } from './calibrate.ts'
import { type CalibrationGap, calibrationGap, type Shift, shiftOfScores, stabilityIndex } from './drift.ts'
import { firingRows } from './firing.ts'
import { checkChances, checkDrift, checkShipped, checkStands, judge, type Verdict } from './gate.ts'
import { type LearnedCard, type LearnOptions, learnCard } from './learn-card.ts'
import { lossOf } from './logistic.ts'
import { type Figures, measure } from './measure.ts'
import { fitLineTo } from './round.ts'
import { nameOf, rowsOf, type Sample, subjectOf } from './sample.ts'

/** Row numbers of one way to part the data; each list the oldest first. */
export interface Split {
  readonly name: 'outOfTime' | 'hash'
  readonly train: readonly number[]
  readonly calibration: readonly number[]
  readonly test: readonly number[]
}

export interface SplitResult {
  readonly name: Split['name']
  readonly trainRows: number
  readonly challenger: Figures & { readonly calibration: Calibration }
  readonly champion: Figures & { readonly calibration: Calibration }
}

export interface RuleLift {
  readonly when: Condition
  readonly points: number
  /** On the leads the card was judged on. */
  readonly rows: number
  readonly shareWon: number
  /** Share won with the rule over share won without it. */
  readonly lift: number
}

export interface StageChange {
  readonly leads: number
  readonly shareWon: number
}

export interface Backtest {
  readonly splits: readonly SplitResult[]
  readonly verdict: Verdict
  /** The card that would ship: learned by the same method from all but the newest tenth, calibrated on that tenth. */
  readonly card: LearnedCard
  readonly calibration: Calibration
  readonly rules: readonly RuleLift[]
  /** Points at which as many of the newest leads pass as sales has room for. */
  readonly enterAtCapacity: number
  /** Of the newest leads at both cards' thresholds. */
  readonly stages: {
    readonly both: StageChange
    readonly onlyChampion: StageChange
    readonly onlyChallenger: StageChange
    readonly neither: StageChange
  }
  readonly drift: {
    readonly score: number
    readonly rules: readonly Shift[]
    readonly gap: CalibrationGap
  }
}

export interface BacktestInput {
  /** What the challenger may learn from. */
  readonly sample: Sample
  /** What the champion may read: the same rows, with every column. */
  readonly whole: Sample
  readonly splits: readonly Split[]
  /** Why a split is missing, for the gate to say. */
  readonly missing: readonly string[]
  readonly champion: Scoring
  /** The champion's points by row, where more is known than the columns show; without them its rules are read on `whole`. */
  readonly championTotals?: Float64Array
  readonly learn: LearnOptions
  /** Share of leads that sales has room for. */
  readonly capacity: number
  readonly seed: number
}

export const backtest = (input: BacktestInput): Backtest => {
  const { sample, whole, splits, champion, learn, capacity, seed } = input
  const ofAll = input.championTotals ?? totalsOf(champion.rules, whole)
  const ofChampion = (rows: readonly number[]) => Float64Array.from(rows, (row) => ofAll[row] as number)
  const lineOfChampion = (rows: readonly number[]) => {
    const trained = ofChampion(rows)
    const line = fitLineTo(trained, {
      rows: new Float64Array(trained.length).fill(1),
      wins: Float64Array.from(rows, (row) => whole.won[row] as number),
    })
    return line.slope > 0 ? line : { ...line, slope: 1e-4 }
  }
  const judged = splits.map((split) => {
    const { train, calibration, test } = split
    const card = learnCard(rowsOf(sample, train), learn)
    const challenger = judgeCard(card.rules, card, sample, split, capacity)
    const curve = calibrate(ofChampion(calibration), rowsOf(whole, calibration).won, lineOfChampion(train))
    const totals = ofChampion(test)
    const won = rowsOf(whole, test).won
    const chances = chancesOf(totals, curve)
    const figures = { ...measure(totals, chances, won, capacity), calibration: curve }
    return { split, card, challenger, champion: { totals, chances, figures }, won }
  })
  const last = judged.find(({ split }) => split.name === 'outOfTime') ?? judged[0]
  if (!last) throw new Error('A back-test needs at least one split.')
  const { card, calibration, seen, unseen } = finalCard(sample, last.split, learn)
  const shipped = {
    champion: ofChampion(unseen),
    challenger: totalsOf(card.rules, rowsOf(sample, unseen)),
    won: rowsOf(sample, unseen).won,
  }
  const lossBy = (totals: Float64Array, { intercept, slope }: { intercept: number; slope: number }) =>
    lossOf(
      totals.map((total) => intercept + slope * total),
      { rows: new Float64Array(totals.length).fill(1), wins: Float64Array.from(shipped.won) },
    ) / totals.length
  const held = last.split.name === 'outOfTime' ? 'newest tenth' : 'a tenth held back'
  const drift = driftOf(last.card, sample, last.split, last.challenger.chances, last.won)
  const verdict = judge(
    judged.map(({ split, challenger, champion: other, won }) => ({
      name: split.name === 'outOfTime' ? 'newest fifth' : 'hash split',
      contest: { champion: other.totals, challenger: challenger.totals, won },
      logLoss: { champion: other.figures.logLoss, challenger: challenger.figures.logLoss },
    })),
    input.missing,
    seed,
    [
      checkShipped(held, shipped),
      checkStands(
        held,
        shipped,
        judged.map(({ challenger }) => challenger.figures.areaUnderCurve),
      ),
      checkChances(held, {
        champion: lossBy(shipped.champion, lineOfChampion(seen)),
        challenger: lossBy(shipped.challenger, card),
      }),
      checkDrift(drift.gap, calibrationGap(last.champion.chances, last.won)),
    ],
  )
  const newest = rowsOf(sample, last.split.test)
  const newestTotals = totalsOf(card.rules, newest)
  const enterAtCapacity = pointsAtCapacity(newestTotals, capacity)
  return {
    splits: judged.map(({ split, challenger, champion: other }) => ({
      name: split.name,
      trainRows: split.train.length,
      challenger: challenger.figures,
      champion: other.figures,
    })),
    verdict,
    card,
    calibration,
    rules: card.rules.map((rule) => liftOf(rule, newest)),
    enterAtCapacity,
    stages: stagesOf(
      last.champion.totals,
      champion.thresholds.enter,
      last.challenger.totals,
      pointsAtCapacity(last.challenger.totals, capacity),
      last.won,
    ),
    drift,
  }
}

/** Each row's points under these rules, in points. A gate puts a row below all others. Rules on what the data does not hold give nothing. */
export const totalsOf = (
  rules: readonly (Pick<ScoreRule, 'when'> & { readonly points?: number })[],
  sample: Sample,
): Float64Array => {
  const totals = new Float64Array(sample.won.length)
  for (const { when, points = belowAll } of rules) {
    const column = sample.columns.find(({ subject }) => nameOf(subject) === subjectOf(when))
    if (!column) continue
    for (const row of firingRows(when, column)) totals[row] = (totals[row] as number) + points
  }
  return totals
}

/** What a gate takes away: more than all rules together give. */
export const belowAll = -10_000

const judgeCard = (
  rules: LearnedCard['rules'],
  raw: LearnedCard,
  sample: Sample,
  { calibration, test }: Split,
  capacity: number,
) => {
  const held = rowsOf(sample, calibration)
  const curve = calibrate(totalsOf(rules, held), held.won, raw)
  const tested = rowsOf(sample, test)
  const totals = totalsOf(rules, tested)
  const chances = chancesOf(totals, curve)
  return {
    totals,
    chances,
    figures: { ...measure(totals, chances, tested.won, capacity), calibration: curve },
  }
}

const finalCard = (sample: Sample, { train, calibration, test }: Split, learn: LearnOptions) => {
  const all = [...train, ...calibration, ...test]
  const cut = Math.floor(all.length * 0.9)
  const [seen, unseen] = [all.slice(0, cut), all.slice(cut)]
  const card = learnCard(rowsOf(sample, seen), learn)
  const newest = rowsOf(sample, unseen)
  return { card, calibration: calibrate(totalsOf(card.rules, newest), newest.won, card), seen, unseen }
}

/** The fewest whole points that at most this share of the leads reach. */
const pointsAtCapacity = (totals: Float64Array, capacity: number): number => {
  const sorted = totals.slice().sort().reverse()
  const room = Math.floor(sorted.length * capacity)
  const firstOut = sorted[room]
  return firstOut === undefined ? (sorted.at(-1) ?? 0) : firstOut + 1
}

const liftOf = ({ when, points }: LearnedCard['rules'][number], sample: Sample): RuleLift => {
  const column = sample.columns.find(({ subject }) => nameOf(subject) === subjectOf(when))
  const firing = column ? firingRows(when, column) : new Uint32Array()
  let wins = 0
  for (const row of firing) wins += sample.won[row] as number
  const others = sample.won.length - firing.length
  const otherWins = sample.won.reduce((sum, one) => sum + one, 0) - wins
  const shareWon = wins / firing.length
  return { when, points, rows: firing.length, shareWon, lift: shareWon / (otherWins / others) }
}

const stagesOf = (
  champion: Float64Array,
  championEnter: number,
  challenger: Float64Array,
  challengerEnter: number,
  won: Uint8Array,
): Backtest['stages'] => {
  const change = (isChampion: boolean, isChallenger: boolean): StageChange => {
    let leads = 0
    let wins = 0
    for (let row = 0; row < won.length; row += 1) {
      if ((champion[row] as number) >= championEnter !== isChampion) continue
      if ((challenger[row] as number) >= challengerEnter !== isChallenger) continue
      leads += 1
      wins += won[row] as number
    }
    return { leads, shareWon: leads === 0 ? 0 : wins / leads }
  }
  return {
    both: change(true, true),
    onlyChampion: change(true, false),
    onlyChallenger: change(false, true),
    neither: change(false, false),
  }
}

const driftOf = (
  card: LearnedCard,
  sample: Sample,
  { train, test }: Split,
  chances: Float64Array,
  won: Uint8Array,
): Backtest['drift'] => {
  const [before, after] = [rowsOf(sample, train), rowsOf(sample, test)]
  const shifts = card.rules.map((rule): Shift => {
    const fired = (part: Sample) => {
      const column = part.columns.find(({ subject }) => nameOf(subject) === subjectOf(rule.when))
      const count = column ? firingRows(rule.when, column).length : 0
      return [count, part.won.length - count]
    }
    return { what: subjectOf(rule.when), index: stabilityIndex(fired(before), fired(after)) }
  })
  // Several rules on one column count as one shift: the largest.
  const rules = [...new Set(shifts.map(({ what }) => what))].map((what) => ({
    what,
    index: Math.max(...shifts.flatMap((shift) => (shift.what === what ? [shift.index] : []))),
  }))
  return {
    score: shiftOfScores(totalsOf(card.rules, before), totalsOf(card.rules, after)),
    rules,
    gap: calibrationGap(chances, won),
  }
}
