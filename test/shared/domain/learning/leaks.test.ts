import { expect, test } from 'vitest'
import { findLeaks } from '../../../../shared/domain/learning/leaks.ts'
import { randomFrom } from '../../../../shared/domain/learning/random.ts'
import type { Column, Sample } from '../../../../shared/domain/learning/sample.ts'

/** A school's leads: what a form asks, what a site counts, and what salespeople wrote down beside it. Four in ten are won. */
const school = (): Sample => {
  const random = randomFrom(31)
  const rows = 3000
  const won = Uint8Array.from({ length: rows }, () => Number(random() < 0.385))
  const text = (field: string, of: (isWon: boolean, chance: number) => string): Column => {
    const values = [...won].map((one) => of(one === 1, random()))
    const texts = [...new Set(values)].filter((value) => value !== '').sort()
    const codes = Int32Array.from(values, (value) => texts.indexOf(value))
    return { subject: field === 'source' ? { source: true } : { field }, kind: 'text', texts, codes }
  }
  const number = (field: string, of: (isWon: boolean, chance: number) => number): Column => ({
    subject: { field },
    kind: 'number',
    values: Float64Array.from(won, (one) => of(one === 1, random())),
  })
  return {
    won,
    columns: [
      // Written after the talk: a fifth is blank, the rest says nearly all.
      text('Tags', (isWon, chance) =>
        chance < 0.2 ? '' : isWon ? (chance < 0.9 ? 'Will come back after reading' : 'Ringing') : 'Ringing',
      ),
      text('Lead Quality', (isWon, chance) => (chance < 0.5 ? '' : isWon ? 'High in relevance' : 'Might be')),
      // Asked in the talk: blank where there was none.
      text('Current occupation', (isWon, chance) =>
        chance < (isWon ? 0.12 : 0.42) ? '' : chance < 0.9 ? 'Unemployed' : 'Working Professional',
      ),
      // Honest, and some of it strong.
      text('source', (isWon, chance) =>
        isWon && chance < 0.15
          ? 'Reference'
          : chance < 0.02
            ? 'Reference'
            : chance < 0.6
              ? 'Google'
              : 'Direct',
      ),
      text('Origin', (isWon, chance) => (chance < (isWon ? 0.3 : 0.4) ? 'API' : 'Landing page')),
      text('Last activity', (isWon, chance) =>
        chance < (isWon ? 0.5 : 0.15) ? 'SMS sent' : chance < 0.6 ? 'Email opened' : 'Page visited',
      ),
      text('City', (isWon, chance) =>
        chance < (isWon ? 0.05 : 0.2) ? '' : chance < 0.7 ? 'Mumbai' : 'Thane',
      ),
      text('Specialization', (isWon, chance) =>
        chance < (isWon ? 0.3 : 0.4) ? '' : `field ${chance > 0.7}`,
      ),
      text('Country', (_, chance) => (chance < 0.95 ? 'India' : 'elsewhere')),
      text('Do not email', (isWon, chance) => (chance < (isWon ? 0.03 : 0.11) ? 'Yes' : 'No')),
      number('Total visits', (isWon, chance) => Math.floor(chance * (isWon ? 8 : 7))),
      number('Seconds on site', (isWon, chance) => Math.floor(chance ** (isWon ? 0.8 : 2) * 2200)),
      number('Page views per visit', (_, chance) => Math.floor(chance * 6)),
    ],
  }
}

test('of a school’s columns the lint names tags, quality and the blank occupation, and no other', () => {
  expect(findLeaks(school(), []).map(({ column, kind }) => [column, kind])).toEqual([
    ['Tags', 'tellsAlone'],
    ['Lead Quality', 'writtenBySales'],
    ['Current occupation', 'tellingBlank'],
  ])
})
