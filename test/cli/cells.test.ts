import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markCell, unmarkCell } from '../../cli/cells.ts'
import { runs } from '../support/runs.ts'

describe('a cell leaves so that no spreadsheet runs it', () => {
  test.each([
    ['a formula', '=1+1', "'=1+1"],
    ['a formula that calls a program', '=cmd|"/c calc"!A1', `'=cmd|"/c calc"!A1`],
    ['a plus', '+44 20 7946 0018', "'+44 20 7946 0018"],
    ['a minus before a formula', '-2+3+cmd|A', "'-2+3+cmd|A"],
    ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab', '\t=1', "'\t=1"],
    ['a carriage return', '\r=1', "'\r=1"],
    ['a line feed', '\n=1', "'\n=1"],
    ['a full-width equals sign', '＝1+1', "'＝1+1"],
    ['a full-width plus', '＋1', "'＋1"],
    ['a full-width minus', '－1', "'－1"],
    ['a full-width at sign', '＠SUM', "'＠SUM"],
    ['a quote of its own before a formula', "'=1", "''=1"],
    ['a negative number stays a number', '-5', '-5'],
    ['a negative fraction stays a number', '-0.25', '-0.25'],
    ['two minus signs are no number', '--5', "'--5"],
    ['a sign later on does no harm', 'a=b', 'a=b'],
    ['a quote alone does no harm', "'tis", "'tis"],
    ['nothing stays nothing', '', ''],
  ])('%s', (_, text, cell) => {
    expect(markCell(text)).toBe(cell)
    expect(unmarkCell(cell)).toBe(text)
  })
})

test('whatever the text, it comes back as it left', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("'", '=', '-', '+', '@', '\t', '5', '.', '＝', 'a') }),
  )
  fc.assert(
    fc.property(text, (given) => unmarkCell(markCell(given)) === given),
    runs(2000),
  )
})
