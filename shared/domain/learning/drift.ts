/** Whether the leads of today are those a card was made for: shifts are noticed, chances that no longer hold alarm. */

export interface Shift {
  readonly what: string
  /** Population stability index: under 0.1 still, from 0.1 a shift, from 0.25 another population. */
  readonly index: number
}

/** Shares are pulled off zero by this much, or one empty bin would make the index endless. */
const least = 1e-3

/** Index over bins; `before` and `after` are counts by bin. */
export const stabilityIndex = (before: ArrayLike<number>, after: ArrayLike<number>): number => {
  const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((total, count) => total + count, 0)
  const [allBefore, allAfter] = [sum(before), sum(after)]
  let index = 0
  for (let bin = 0; bin < before.length; bin += 1) {
    const was = Math.max(least, (before[bin] as number) / allBefore)
    const is = Math.max(least, (after[bin] as number) / allAfter)
    index += (is - was) * Math.log(is / was)
  }
  return index
}

/** Index of a score's distribution, by tenths of the earlier one. */
export const shiftOfScores = (before: Float64Array, after: Float64Array): number => {
  const sorted = before.slice().sort()
  const cuts = [
    ...new Set(
      Array.from({ length: 9 }, (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / 10)] ?? 0),
    ),
  ]
  const countsOf = (scores: Float64Array) => {
    const counts = new Float64Array(cuts.length + 1)
    for (const score of scores) {
      const bin = cuts.filter((cut) => score >= cut).length
      counts[bin] = (counts[bin] as number) + 1
    }
    return counts
  }
  return stabilityIndex(countsOf(before), countsOf(after))
}

export interface CalibrationGap {
  readonly predicted: number
  readonly shareWon: number
  /** Beyond what chance explains, and large enough to mislead: recalibrate. */
  readonly isAlarm: boolean
}

/** Chances that are off by less than this mislead nobody. */
const tolerable = 0.03

/** Mean chance against share won among the newest leads. */
export const calibrationGap = (chances: Float64Array, won: Uint8Array): CalibrationGap => {
  const rows = won.length
  const predicted = chances.reduce((sum, chance) => sum + chance, 0) / rows
  const shareWon = won.reduce((sum, one) => sum + one, 0) / rows
  const spread = Math.sqrt(chances.reduce((sum, chance) => sum + chance * (1 - chance), 0)) / rows
  const gap = Math.abs(predicted - shareWon)
  return { predicted, shareWon, isAlarm: gap > tolerable && gap > 2 * spread }
}
