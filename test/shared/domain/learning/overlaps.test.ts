/** Each row of a card stands for itself: no two say the same, none names a value twice, and together they keep the cap. */
import { describe, expect, test } from 'vitest'
import { type LearnedRule, learnCard, readable } from '../../../../shared/domain/learning/learn-card.ts'
import { randomFrom } from '../../../../shared/domain/learning/random.ts'
import type { Column, Sample } from '../../../../shared/domain/learning/sample.ts'

const rows = 2000

/** `odds` gives a value's log-odds; the values are drawn by their shares and are never blank. */
const sampleOf = (
  shares: Readonly<Record<string, number>>,
  odds: Readonly<Record<string, number>>,
  number: (value: number) => number,
): Sample => {
  const random = randomFrom(5)
  const texts = Object.keys(shares)
  const draw = () => {
    let left = random() * Object.values(shares).reduce((sum, share) => sum + share, 0)
    return texts.findIndex((text) => {
      left -= shares[text] ?? 0
      return left < 0
    })
  }
  const codes = Int32Array.from({ length: rows }, draw)
  const values = Float64Array.from({ length: rows }, () => Math.floor(random() * 60))
  const columns: Column[] = [
    { subject: { field: 'kind' }, kind: 'text', texts, codes },
    { subject: { field: 'minutes' }, kind: 'number', values },
  ]
  const won = Uint8Array.from(codes, (code, row) => {
    const odd = (odds[texts[code] ?? ''] ?? 0) + number(values[row] as number)
    return Number(random() < 1 / (1 + Math.exp(-odd)))
  })
  return { columns, won }
}

const samples: Readonly<Record<string, Sample>> = {
  'a text of three values, of which one is most': sampleOf(
    { A: 0.6, B: 0.25, C: 0.15 },
    { A: -1, B: 0.8, C: 1.6 },
    () => 0,
  ),
  'a text of nine values': sampleOf(
    { A: 3, B: 1, C: 1, D: 1, E: 1, F: 1, G: 1, H: 1, I: 1 },
    { A: -1, B: 1, C: 1, D: 1.3, E: 2, F: -2, G: 0, H: 0.2, I: -1.5 },
    () => 0,
  ),
  'a number that rises and falls': sampleOf({ A: 1, B: 1 }, { A: -1 }, (value) => 2.5 * Math.sin(value / 9)),
  'a number that rises steeply': sampleOf({ A: 1, B: 1 }, { A: -1 }, (value) => value / 8 - 4),
}

/** What a rule names, by column. */
const spansOf = (rules: readonly LearnedRule[], field: string) =>
  rules.flatMap(({ when, points }) => ('field' in when && when.field === field ? [{ when, points }] : []))

describe.each(Object.entries(samples))('%s', (_, sample) => {
  const { rules } = learnCard(sample, readable)

  test('makes rules that differ, and whose counts are of rows there are', () => {
    expect(new Set(rules.map(({ when }) => JSON.stringify(when))).size).toBe(rules.length)
    for (const rule of rules) {
      expect(rule.rows).toBeLessThanOrEqual(rows)
      expect(rule.wins).toBeLessThanOrEqual(rule.rows)
    }
  })

  test('names no value twice, in one rule or in two', () => {
    const named = spansOf(rules, 'kind').flatMap(({ when }) => ('in' in when ? when.in : []))
    expect(new Set(named).size).toBe(named.length)
  })

  test('has ranges of a number that do not overlap, and gives no lead more than ten points for it', () => {
    for (let value = 0; value < 60; value += 1) {
      const met = spansOf(rules, 'minutes').filter(
        ({ when }) =>
          !('in' in when) &&
          !('known' in when) &&
          value >= (when.atLeast ?? Number.NEGATIVE_INFINITY) &&
          value < (when.below ?? Number.POSITIVE_INFINITY),
      )
      expect(met.length, String(value)).toBeLessThanOrEqual(1)
      expect(Math.abs(met[0]?.points ?? 0)).toBeLessThanOrEqual(10)
    }
  })
})
