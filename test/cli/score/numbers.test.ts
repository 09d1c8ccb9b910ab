import { describe, expect, test } from 'vitest'
import { isNoAnswer, numbersOf } from '../../../cli/score/numbers.ts'

const isBlank = (text: string) => text === '' || isNoAnswer(text)
const read = (...texts: string[]) => {
  const column = numbersOf(texts, isBlank)
  return column && [...column.values]
}

describe('a column of numbers', () => {
  test.each<[string, string[], number[]]>([
    ['plain', ['1', '2.5', '-3', '1e3'], [1, 2.5, -3, 1000]],
    ['with decimal commas', ['8,5', '12', '0,25'], [8.5, 12, 0.25]],
    ['with decimal commas, some before three digits', ['8,5', '1,234'], [8.5, 1.234]],
    ['with commas between thousands', ['1,234', '12,000', '7'], [1234, 12_000, 7]],
    ['with commas and points', ['1,234.50', '2,000'], [1234.5, 2000]],
    ['with points between thousands', ['1.234,50', '2.000', '3,5'], [1234.5, 2000, 3.5]],
    ['with spaces between thousands', ['1 234', '12 000,5'], [1234, 12_000.5]],
    ['with currency', ['€ 1.234,50', '$20', '£3', '4 EUR'], [1234.5, 20, 3, 4]],
    ['with per cent', ['12 %', '7%'], [12, 7]],
  ])('%s is read', (_, texts, values) => {
    expect(read(...texts)).toEqual(values)
  })

  test('has blanks where nothing is known', () => {
    expect(read('5', '', 'NA', 'n/a', '6', '-')).toEqual([
      5,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      6,
      Number.NaN,
    ])
  })

  test('counts the few texts that are none, and is no column of numbers where they are many', () => {
    const numbers = Array.from({ length: 98 }, (_, at) => String(at))
    expect(numbersOf([...numbers, 'soon', 'later'], isBlank)?.unread).toBe(2)
    expect(numbersOf(['1', '2', 'soon', 'later'], isBlank)).toBeUndefined()
    expect(numbersOf(['', 'NA'], isBlank)).toBeUndefined()
  })
})

test.each([
  ['Select', true],
  ['--Select--', true],
  ['Please select', true],
  ['Select your course', true],
  ['Choose an option', true],
  ['NULL', true],
  ['#N/A', true],
  ['Selected works', false],
  ['Choose Chicago', false],
  ['no', false],
  ['Nan Brown', false],
])('%s is nobody’s answer: %s', (text, expected) => {
  expect(isNoAnswer(text)).toBe(expected)
})
