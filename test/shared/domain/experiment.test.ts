import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ArmCount, compareArms, verdictText } from '../../../shared/domain/experiment.ts'
import { runs } from '../../support/runs.ts'

/** Trials and successes of arms a, b, c ... */
type Counts = readonly (readonly [number, number])[]
const arms = (counts: Counts): ArmCount[] =>
  counts.map(([trials, successes], at) => ({ id: 'abcd'.charAt(at), trials, successes }))

describe('what a marketer reads', () => {
  // Intervals and forecasts by scipy 1.17, as in intervals.test.ts; the text rounds them.
  test.each<[string, Counts, string]>([
    ['no arm', [], 'Nothing to compare: that takes two variants or more.'],
    ['one arm', [[500, 50]], 'Nothing to compare: that takes two variants or more.'],
    [
      'nothing sent',
      [
        [0, 0],
        [0, 0],
      ],
      'Not enough data yet: about 16,000 more emails per variant would show a difference of 1 point.',
    ],
    [
      'alike so far',
      [
        [2000, 200],
        [2000, 200],
      ],
      // 5,025
      'Not enough data yet: about 5,100 more emails per variant would show a difference of 2 points.',
    ],
    [
      'enough for two points, but it is about one',
      [
        [10_000, 1000],
        [10_000, 1000],
        [10_000, 1100],
        [10_000, 900],
      ],
      // 13,152
      'Not enough data yet: about 14,000 more emails per variant would show a difference of 2 points.',
    ],
    [
      'arms of unlike size',
      [
        [100, 2],
        [900, 27],
      ],
      // 22,060
      'Not enough data yet: about 23,000 more emails in a, the others in proportion, would show a difference of 0.5 points.',
    ],
    [
      'too few clicks over all',
      [
        [100_000, 0],
        [100_000, 9],
      ],
      // One more click in all, at (9 + 1) of (200,000 + 20): some 10,000; a tenth of what there is is as many.
      'Not enough data yet: about 11,000 more emails per variant would show a difference of 0.5 points.',
    ],
    [
      'ever so different, but an arm under fifty: a tenth more at least',
      [
        [49, 0],
        [5000, 4000],
      ],
      'Not enough data yet: about 5 more emails in a, the others in proportion, would show a difference of 0.5 points.',
    ],
    [
      'b better',
      [
        [4000, 400],
        [4000, 540],
      ],
      'b is better than a by 1.3 to 5.7 points.',
    ],
    [
      'better by little is better',
      [
        [20_000, 2000],
        [20_000, 2200],
      ],
      'b is better than a by 0.01 to 2 points.',
    ],
    [
      'both others worse',
      [
        [4000, 540],
        [4000, 400],
        [4000, 420],
      ],
      'b is worse than a by 1.1 to 5.9 points; c is worse than a by 0.61 to 5.4 points.',
    ],
    [
      'nothing that matters',
      [
        [20_000, 2000],
        [20_000, 2000],
      ],
      'No difference worth having: b differs from a by at most 0.97 points.',
    ],
    [
      'everyone clicks',
      [
        [1000, 1000],
        [1000, 1000],
      ],
      'No difference worth having: b differs from a by at most 0.47 points.',
    ],
    [
      'nobody of either, and all of the other',
      [
        [100, 0],
        [100, 100],
      ],
      'b is better than a by 89.2 to 100 points.',
    ],
  ])('%s', (_, counts, text) => {
    expect(verdictText(compareArms(arms(counts)))).toBe(text)
  })

  test('is told in leads where leads were counted', () => {
    const counts: Counts = [
      [2000, 200],
      [2000, 200],
    ]
    expect(verdictText(compareArms(arms(counts)), 'leads')).toContain('about 5,100 more leads per variant')
  })
})

describe('a verdict', () => {
  test('names the variant with most to gain for certain, of several that are better', () => {
    const { verdict } = compareArms(
      arms([
        [10_000, 1000],
        [10_000, 1300],
        [10_000, 1400],
      ]),
    )
    expect(verdict).toEqual({ kind: 'better', id: 'c' })
  })

  test('is better before worse: then there is a winner', () => {
    const { verdict } = compareArms(
      arms([
        [10_000, 1000],
        [10_000, 700],
        [10_000, 1400],
      ]),
    )
    expect(verdict).toEqual({ kind: 'better', id: 'c' })
  })

  test('names only those that are surely worse', () => {
    const { verdict } = compareArms(
      arms([
        [10_000, 1000],
        [10_000, 700],
        [10_000, 1000],
      ]),
    )
    expect(verdict).toEqual({ kind: 'worse', ids: ['b'] })
  })

  test('goes by the difference that the marketer says is worth having', () => {
    const counts = arms([
      [4000, 400],
      [4000, 400],
    ])
    expect(compareArms(counts, { worthHaving: 0.05 }).verdict).toMatchObject({
      kind: 'noDifferenceWorthHaving',
    })
    expect(compareArms(counts, { worthHaving: 0.01 }).verdict).toMatchObject({ kind: 'notEnoughData' })
  })

  test.each([0, -0.01, Number.NaN])('cannot go by %s', (worthHaving) => {
    expect(() => compareArms([], { worthHaving })).toThrow(RangeError)
  })
})

test.each<[string, Counts, number]>([
  ['a fifth of the rate of the control', [[1000, 150]], 0.03],
  ['half a point where few click', [[1000, 10]], 0.005],
  ['a guess while the control is small: a fifth of (3 + 1) of (20 + 20)', [[20, 3]], 0.02],
])('worth having is %s', (_, counts, worthHaving) => {
  expect(compareArms(arms(counts)).worthHaving).toBeCloseTo(worthHaving, 12)
})

test('each further comparison widens the others, so that all hold together', () => {
  const two = arms([
    [4000, 400],
    [4000, 520],
  ])
  const four = [...two, { id: 'c', trials: 4000, successes: 400 }, { id: 'd', trials: 4000, successes: 400 }]
  const widthOf = (given: readonly ArmCount[]) =>
    compareArms(given)
      .comparisons.filter(({ id }) => id === 'b')
      .map(({ low, high }) => high - low)
  // By the square root of the bounds: 11.6 or so to 9.3 or so is 1.12.
  const [narrow, wide] = [...widthOf(two), ...widthOf(four)]
  expect((wide ?? 0) / (narrow ?? 1)).toBeGreaterThan(1.1)
  expect((wide ?? 0) / (narrow ?? 1)).toBeLessThan(1.14)
})

test('whatever the counts, every number is one, and in order', () => {
  const arm = fc.record({ id: fc.constantFrom('a', 'b', 'c'), trials: fc.nat(5000), successes: fc.nat(5000) })
  fc.assert(
    fc.property(fc.array(arm, { maxLength: 4 }), (given) => {
      const result = compareArms(given)
      for (const { low, high, rate } of result.arms) {
        expect(0 <= low && low <= rate && rate <= high && high <= 1).toBe(true)
      }
      for (const { low, high, difference } of result.comparisons) {
        expect(-1 <= low && low <= difference && difference <= high && high <= 1).toBe(true)
      }
      if (result.verdict.kind === 'notEnoughData') {
        expect(Number.isSafeInteger(result.verdict.moreTrialsPerArm)).toBe(true)
        expect(result.verdict.moreTrialsPerArm).toBeGreaterThan(0)
      }
      expect(verdictText(result)).not.toMatch(/NaN|Infinity|undefined/)
    }),
    runs(300),
  )
})
