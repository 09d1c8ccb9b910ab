import { describe, expect, test } from 'vitest'
import { findLeaks, withoutLeaks } from '../../../../shared/domain/learning/leaks.ts'
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
    ['Lead Quality', 'tellsAlone'],
    ['Current occupation', 'tellingBlank'],
  ])
})

/** Leads of which this share was won, with columns made from the outcome and chance. */
const made = (
  rate: number,
  columns: Readonly<Record<string, (isWon: boolean, random: () => number) => string | number>>,
  rows = 4000,
): Sample => {
  const random = randomFrom(17)
  const won = Uint8Array.from({ length: rows }, () => Number(random() < rate))
  return {
    won,
    columns: Object.entries(columns).map(([field, of]): Column => {
      const values = [...won].map((one) => of(one === 1, random))
      if (values.every((value) => typeof value === 'number'))
        return { subject: { field }, kind: 'number', values: Float64Array.from(values) }
      const texts = [...new Set(values.map(String))].filter((value) => value !== '').sort()
      const codes = Int32Array.from(values, (value) => texts.indexOf(String(value)))
      return { subject: { field }, kind: 'text', texts, codes }
    }),
  }
}
const kinds = (sample: Sample) => findLeaks(sample, []).map(({ column, kind }) => [column, kind])

describe('a column that ranks too well alone', () => {
  test('is found where twelve in a hundred of a copied outcome are turned round', () => {
    const copy = (isWon: boolean, random: () => number) => (random() < 0.12 !== isWon ? 'yes' : 'no')
    expect(kinds(made(0.4, { answer: copy }))).toEqual([['answer', 'tellsAlone']])
  })

  test('is found where its many values have few rows each', () => {
    // Two hundred values; those of winners are drawn from the upper ones nearly always: an area of .82 by construction.
    const upper = (isWon: boolean, random: () => number) =>
      `v${Math.floor(100 * random()) + (random() < 0.82 === isWon ? 100 : 0)}`
    expect(kinds(made(0.5, { code: upper }))).toEqual([['code', 'tellsAlone']])
  })

  test('is found where it is a number that is 0 but for most winners', () => {
    const paid = (isWon: boolean, random: () => number) => (isWon && random() < 0.75 ? 1 + random() * 100 : 0)
    expect(kinds(made(0.08, { paid }))).toEqual([['paid', 'tellsAlone']])
  })

  test('is not found among columns of chance, however many their values', () => {
    const sample = made(0.3, {
      few: (_, random) => `v${Math.floor(5 * random())}`,
      many: (_, random) => `v${Math.floor(1500 * random())}`,
      number: (_, random) => random(),
    })
    expect(kinds(sample)).toEqual([])
  })
})

describe('a value that is nearly an outcome', () => {
  test('is none where one lead in a hundred wins, whatever its share', () => {
    const region = (_: boolean, random: () => number) => `region ${Math.floor(20 * random())}`
    expect(kinds(made(0.01, { region }, 8000))).toEqual([])
  })

  test('is found where its leads hardly ever win, and others do', () => {
    const junk = (isWon: boolean, random: () => number) =>
      !isWon && random() < 0.2 ? 'invalid number' : 'other'
    expect(findLeaks(made(0.3, { note: junk }), [])).toMatchObject([
      { column: 'note', value: 'invalid number', kind: 'certainValue' },
    ])
  })
})

test.each([
  ['MaritalStatus', false],
  ['Education stage', false],
  ['Water quality at home', false],
  ['Status', true],
  ['lead_status', true],
  ['leadQuality', true],
  ['Followups', true],
  ['No. of follow-ups', true],
  ['CallBack', true],
  ['Heritage', false],
  ['Wonderland visitor', false],
  ['Closeness to campus', false],
])('the name %s is one of those who sell: %s', (name, isOfSales) => {
  const noise = (_: boolean, random: () => number) => `v${Math.floor(3 * random())}`
  expect(kinds(made(0.4, { [name]: noise }))).toEqual(isOfSales ? [[name, 'writtenBySales']] : [])
})

test('leads that come the oldest first still do so without what leaks', () => {
  const sample = { ...made(0.4, { Tags: (isWon) => (isWon ? 'a' : 'b') }), isOldestFirst: true }
  expect(withoutLeaks(sample, findLeaks(sample, []), [])).toMatchObject({ isOldestFirst: true, columns: [] })
})
