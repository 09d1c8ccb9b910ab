import { describe, expect, test } from 'vitest'
import { fractionOf, isInHoldOut, variantOf } from '../../../shared/domain/assign.ts'

const leads = Array.from({ length: 10_000 }, (_, at) => `lead-${at}`)
const shareOf = (isOne: (lead: string) => boolean): number => leads.filter(isOne).length / leads.length

/** A share of ten thousand strays by less than this, two and a half standard deviations of a half. */
const stray = 0.0125
const expectShare = (share: number, expected: number): void =>
  expect(Math.abs(share - expected)).toBeLessThan(stray)

describe('a variant', () => {
  const variants = [
    { id: 'a', email: 'one', weight: 1 },
    { id: 'b', email: 'two', weight: 1 },
    { id: 'c', email: 'three', weight: 2 },
  ]

  test('goes to its share of the leads, by the weights', () => {
    const shares = variants.map(({ id }) => shareOf((lead) => variantOf(lead, 'day', variants)?.id === id))
    for (const [at, expected] of [0.25, 0.25, 0.5].entries()) expectShare(shares[at] ?? 0, expected)
  })

  test('of a lead stays where another is added, or goes to that one', () => {
    const more = [...variants, { id: 'd', email: 'four', weight: 1 }]
    const moved = leads.filter((lead) => {
      const after = variantOf(lead, 'day', more)?.id
      return after !== 'd' && after !== variantOf(lead, 'day', variants)?.id
    })
    expect(moved).toEqual([])
    expectShare(
      shareOf((lead) => variantOf(lead, 'day', more)?.id === 'd'),
      0.2,
    )
  })

  test('does not depend on the order in which the file names them, and differs from step to step', () => {
    const turned = variants.toReversed()
    expect(shareOf((lead) => variantOf(lead, 'day', turned) === variantOf(lead, 'day', variants))).toBe(1)
    const same = shareOf((lead) => variantOf(lead, 'day', variants) === variantOf(lead, 'cost', variants))
    // Chance alone makes 1/16 + 1/16 + 1/4 of them alike.
    expectShare(same, 0.375)
  })
})

describe('the hold-out', () => {
  test.each([0, 10, 50, 100])('of %i percent holds out that share of the leads', (percent) => {
    expectShare(
      shareOf((lead) => isInHoldOut(lead, percent)),
      percent / 100,
    )
  })

  test('only grows with its share', () => {
    const freed = leads.filter((lead) => isInHoldOut(lead, 10) && !isInHoldOut(lead, 20))
    expect(freed).toEqual([])
  })

  test('of 0 percent is nobody, and of 100 everybody', () => {
    expect(shareOf((lead) => isInHoldOut(lead, 0))).toBe(0)
    expect(shareOf((lead) => isInHoldOut(lead, 100))).toBe(1)
  })
})

test('a fraction depends on every letter of every word, and on where one word ends', () => {
  const all = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abd'], ['bac'], ['c', 'ab']].map((words) =>
    fractionOf(...(words as [string, ...string[]])),
  )
  expect(new Set(all).size).toBe(all.length)
  for (const fraction of all) {
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
  }
})
