import { describe, expect, test } from 'vitest'
import { boundSquared, differenceInterval, rateInterval } from '../../../shared/domain/intervals.ts'

describe("Wilson's interval of one rate", () => {
  test.each<[string, number, number, number, number]>([
    // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3; and scipy.stats.binomtest, method 'wilson'.
    ['81 of 263', 81, 263, 0.2553, 0.3662],
    ['15 of 148', 15, 148, 0.0624, 0.1605],
    ['none of 20', 0, 20, 0, 0.1611],
    ['1 of 29', 1, 29, 0.0061, 0.1718],
    ['all of 20', 20, 20, 0.8389, 1],
    ['200 of 2,000', 200, 2000, 0.0876, 0.1139],
    ['13 of 13,000', 13, 13000, 0.0006, 0.0017],
  ])('is as published: %s', (_, successes, trials, low, high) => {
    const found = rateInterval({ successes, trials })
    expect(found.low).toBeCloseTo(low, 4)
    expect(found.high).toBeCloseTo(high, 4)
  })

  test('holds the rate', () => {
    expect(rateInterval({ trials: 148, successes: 37 }).rate).toBe(0.25)
  })

  test('of nothing tried is everything', () => {
    expect(rateInterval({ trials: 0, successes: 0 })).toEqual({ rate: 0, low: 0, high: 1 })
  })

  test('counts what worked as tried, where the news that it was tried has been lost', () => {
    expect(rateInterval({ trials: 3, successes: 5 }).rate).toBe(1)
  })

  test.each([
    ['a negative count', -1, 0],
    ['half a trial', 10.5, 1],
    ['not a number', Number.NaN, 0],
  ])('refuses %s', (_, trials, successes) => {
    expect(() => rateInterval({ trials, successes })).toThrow(RangeError)
  })
})

test.each([
  // (1 + 125/m) ln((1 + m/125) / error²), by numpy.
  ['is narrowest at 1,000 paired trials', 1000, 0.05, 9.212275],
  ['is wide while there is little', 25, 0.05, 37.042717],
  ['grows slowly when there is much', 100_000, 0.05, 12.693172],
  ['is wider for one of three comparisons', 1000, 0.05 / 3, 11.684153],
])('the bound %s', (_, paired, error, bound) => {
  expect(boundSquared(paired, error)).toBeCloseTo(bound, 5)
})

describe('the always-valid interval of a difference', () => {
  type Case = [string, [number, number], [number, number], number, [number, number]]
  test.each<Case>([
    // By scipy 1.17: the roots (brentq) of the profile likelihood ratio (minimize_scalar) less the bound.
    ['10 against 13 % of 2,000', [2000, 200], [2000, 260], 0.05, [-0.000582754, 0.060754875]],
    ['10 against 13 % of 4,000', [4000, 400], [4000, 520], 0.05, [0.008194958, 0.05189379]],
    ['the other way round', [4000, 540], [4000, 400], 0.025, [-0.058775255, -0.011338764]],
    ['none of either', [50, 0], [50, 0], 0.05, [-0.309560665, 0.309560665]],
    ['all of both', [300, 300], [300, 300], 0.05, [-0.020503317, 0.020503317]],
    ['none against all', [100, 0], [100, 100], 0.05, [0.892271073, 1]],
    ['a small arm and a large', [1000, 20], [9000, 270], 0.05, [-0.007228431, 0.022357006]],
    ['few against none', [40, 3], [60, 0], 0.05, [-0.529433048, 0.231656975]],
    ['one of three comparisons', [500, 5], [500, 25], 0.05 / 3, [0.001525555, 0.086782157]],
  ])('is as worked out elsewhere: %s', (_, [aTrials, a], [bTrials, b], error, [low, high]) => {
    const found = differenceInterval(
      { trials: aTrials, successes: a },
      { trials: bTrials, successes: b },
      error,
    )
    expect(found.low).toBeCloseTo(low, 7)
    expect(found.high).toBeCloseTo(high, 7)
  })

  test('of an arm in which nothing was tried is everything', () => {
    const found = differenceInterval({ trials: 0, successes: 0 }, { trials: 500, successes: 50 }, 0.05)
    expect(found).toEqual({ difference: 0, low: -1, high: 1 })
  })
})
