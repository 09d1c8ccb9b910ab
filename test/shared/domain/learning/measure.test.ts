import { describe, expect, test } from 'vitest'
import { calibrate, pointsForChance } from '../../../../shared/domain/learning/calibrate.ts'
import { calibrationGap, shiftOfScores, stabilityIndex } from '../../../../shared/domain/learning/drift.ts'
import { fitLogistic } from '../../../../shared/domain/learning/logistic.ts'
import {
  areaUnderCurve,
  brierOf,
  calibrationErrorOf,
  logLossOf,
  measure,
  reliabilityOf,
  winsAmongBest,
} from '../../../../shared/domain/learning/measure.ts'
import { patternsOf } from '../../../../shared/domain/learning/patterns.ts'
import { fitLineTo, roundWeights } from '../../../../shared/domain/learning/round.ts'

const won = (...outcomes: number[]) => Uint8Array.from(outcomes)

describe('the area under the curve', () => {
  test.each<[string, number[], number[], number]>([
    ['is 1 where all winners stand above', [4, 3, 2, 1], [1, 1, 0, 0], 1],
    ['is 0 where all stand below', [1, 2, 3, 4], [1, 1, 0, 0], 0],
    ['is a half where nothing is told apart', [5, 5, 5, 5], [1, 0, 1, 0], 0.5],
    // Pairs of winner and loser: 3>2, 3>1, 2=2 for a half, 2>1: 3.5 of 4.
    ['counts ties half', [3, 2, 2, 1], [1, 0, 1, 0], 0.875],
  ])('%s', (_, scores, outcomes, area) => {
    expect(areaUnderCurve(scores, won(...outcomes))).toBe(area)
  })

  test('is not a number where all are alike in outcome', () => {
    expect(areaUnderCurve([1, 2], won(1, 1))).toBeNaN()
  })
})

test('the log loss of even chances is the logarithm of two', () => {
  expect(logLossOf([0.5, 0.5, 0.5], won(1, 0, 1))).toBeCloseTo(Math.LN2, 6)
})

test('the log loss punishes a sure mistake, and does not run to infinity', () => {
  // -ln 0.000001
  expect(logLossOf([1], won(0))).toBeCloseTo(13.8155, 4)
})

test('the Brier score is the mean squared distance', () => {
  // (0.2² + 0.4²) / 2
  expect(brierOf([0.8, 0.4], won(1, 0))).toBeCloseTo(0.1, 12)
})

test('bins are of equal size, and rows alike that lie across an edge are shared out', () => {
  // Two bins of two: the three rows at 0.2 give two to the lower bin and one to the upper, a third won each.
  const bins = reliabilityOf([0.2, 0.2, 0.2, 0.8], won(1, 0, 0, 1), 2)
  expect(bins.map(({ rows }) => rows)).toEqual([2, 2])
  expect(bins[0]?.meanChance).toBeCloseTo(0.2, 12)
  expect(bins[0]?.shareWon).toBeCloseTo(1 / 3, 12)
  expect(bins[1]?.meanChance).toBeCloseTo(0.5, 12)
  expect(bins[1]?.shareWon).toBeCloseTo(2 / 3, 12)
  // Half of 0.1333 and half of 0.1667.
  expect(calibrationErrorOf(bins)).toBeCloseTo(0.15, 12)
})

test('among the best, a group that does not fit whole gives its share', () => {
  // The best is won; of the two alike, one of them won, one place is left: half a win.
  expect(winsAmongBest([9, 5, 5, 1], won(1, 1, 0, 1), 2)).toBe(1.5)
})

test('lift in the best tenth is its share won over that of all', () => {
  const scores = Array.from({ length: 20 }, (_, row) => 20 - row)
  const outcomes = won(1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1)
  const figures = measure(scores, new Float64Array(20).fill(0.25), outcomes, 0.3)
  // Two of two won, against five of twenty; six places catch three of five.
  expect(figures).toMatchObject({ precisionTopTenth: 1, liftTopTenth: 4, captureAtCapacity: 0.6 })
})

describe('logistic regression', () => {
  // Ten leads without the rule, two won; ten with it, eight won.
  const masks = Uint32Array.from({ length: 20 }, (_, row) => Number(row >= 10))
  const outcomes = won(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
  const patterns = patternsOf(masks, 1, outcomes)

  test('of one rule gives the log-odds of both groups', () => {
    const fit = fitLogistic(patterns, { ridge: 0, lower: [-9], upper: [9] })
    // ln(2/8), and ln(8/2) less that.
    expect(fit.intercept).toBeCloseTo(-1.386294, 4)
    expect(fit.weights[0]).toBeCloseTo(2.772589, 4)
  })

  test('keeps a weight within its bounds', () => {
    expect(fitLogistic(patterns, { ridge: 0, lower: [-9], upper: [0] }).weights[0]).toBe(0)
    expect(fitLogistic(patterns, { ridge: 0, lower: [0], upper: [1] }).weights[0]).toBe(1)
  })

  test('rows alike are one pattern', () => {
    expect([...patterns.masks]).toEqual([0, 1])
    expect([...patterns.rows]).toEqual([10, 10])
    expect([...patterns.wins]).toEqual([2, 8])
  })

  test('a line through totals finds the same two log-odds', () => {
    const { intercept, slope } = fitLineTo(Float64Array.of(0, 4), patterns)
    expect(intercept).toBeCloseTo(-1.386294, 4)
    // 2.772589 over four points.
    expect(slope).toBeCloseTo(Math.LN2, 4)
  })
})

test('weights in the proportion two to one become points in that proportion', () => {
  // A thousand leads per pattern; log-odds of -1, 1, 0 and 2 are 26.89, 73.11, 50 and 88.08 in 100 won.
  const patterns = {
    size: 2,
    masks: Uint32Array.of(0, 1, 2, 3),
    rows: Float64Array.of(1000, 1000, 1000, 1000),
    wins: Float64Array.of(268.9, 731.1, 500, 880.8),
    ofRow: new Uint32Array(),
  }
  const fit = {
    intercept: -1,
    weights: Float64Array.of(2, 1),
    logOdds: Float64Array.of(-1, 1, 0, 2),
    objective: 0,
  }
  expect([...roundWeights(fit, patterns)]).toEqual([10, 5])
})

describe('calibration', () => {
  const totals = (count: number) => Float64Array.from({ length: count }, (_, row) => row % 10)
  // Of ten in a row, those with 5 points and more win: but each fifth does not, and each fifth of the others does.
  const outcomes = (count: number) =>
    Uint8Array.from({ length: count }, (_, row) => Number(row % 10 >= 5 !== row % 5 < 1))

  test('is never isotonic under a thousand outcomes', () => {
    expect(calibrate(totals(990), outcomes(990), { intercept: 0, slope: 0.1 }).method).not.toBe('isotonic')
  })

  test('takes steps where steps foretell better, from a thousand on', () => {
    expect(calibrate(totals(1500), outcomes(1500), { intercept: 0, slope: 0.1 }).method).toBe('isotonic')
  })

  test('moves the intercept where only the share of winners differs', () => {
    // Evenly won, whatever the points; the raw line foretells far too few.
    const flat = Uint8Array.from({ length: 400 }, (_, row) => Number(row % 4 < 2))
    const curve = calibrate(new Float64Array(400).fill(0), flat, { intercept: -3, slope: 0.5 })
    expect(curve).toMatchObject({ slope: 0.5 })
    expect('intercept' in curve && curve.intercept).toBeCloseTo(0, 2)
  })

  test('tells the points from which a chance is reached', () => {
    // -4 + 0.5 x points = 0 at eight points.
    expect(pointsForChance(0.5, { method: 'platt', intercept: -4, slope: 0.5 })).toBe(8)
    const steps = [
      { points: 1, chance: 0.1 },
      { points: 6, chance: 0.4 },
    ]
    expect(pointsForChance(0.3, { method: 'isotonic', steps })).toBe(6)
    expect(pointsForChance(0.5, { method: 'isotonic', steps })).toBeUndefined()
  })
})

describe('drift', () => {
  test('is nothing where the shares are the same', () => {
    expect(stabilityIndex([10, 30], [20, 60])).toBe(0)
  })

  test('of a half that becomes nine tenths is large', () => {
    // 0.4 ln(0.9/0.5) - 0.4 ln(0.1/0.5)
    expect(stabilityIndex([50, 50], [90, 10])).toBeCloseTo(0.8789, 4)
  })

  test('of scores goes by the tenths of the earlier ones', () => {
    const before = Float64Array.from({ length: 100 }, (_, row) => row)
    expect(shiftOfScores(before, before)).toBe(0)
    expect(
      shiftOfScores(
        before,
        before.map((score) => score + 60),
      ),
    ).toBeGreaterThan(0.25)
  })

  test.each([
    ['a chance that holds', 0.2, 20, false],
    ['one that is off by less than misleads', 0.2, 22, false],
    ['one that is far off', 0.2, 40, true],
  ])('%s', (_, chance, wins, isAlarm) => {
    const outcomes = Uint8Array.from({ length: 100 }, (__, row) => Number(row < wins))
    expect(calibrationGap(new Float64Array(100).fill(chance), outcomes).isAlarm).toBe(isAlarm)
  })
})
