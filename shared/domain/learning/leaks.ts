/** Columns that know the outcome already: a card that learned from them would be brilliant in the report and blind in use. */
import { areaUnderCurve } from './measure.ts'
import { type Column, nameOf, type Sample } from './sample.ts'

export interface Leak {
  /** The column's name. */
  readonly column: string
  /** One value of it, where only that is suspect. */
  readonly value?: string
  readonly kind: 'tellsAlone' | 'certainValue' | 'writtenBySales' | 'tellingBlank'
  readonly evidence: string
}

/** A single column of what visitors answer hardly ranks better than this. */
const tellingArea = 0.8
/**
 * A value is nearly an outcome by another name where its leads win this many times less often than all leads, or lose this
 * many times less often. Relative: where one in a hundred wins, a value without a win is the rule.
 */
const nearlyNone = 20
const nearlyAll = 12
/** So many wins, or losses, that were to be expected of a value and did not come are no luck. */
const enoughExpected = 20
/** A field left blank this much more often by losers than by winners (or less) was filled in by whoever sold. */
const blankGap = 0.3

/** Words that only those who sell write down, whatever stands beside them. */
const salesWords = new Set(
  `tag tags owner assigned disposition outcome won lost closed deal deals opportunity opportunities revenue followup followups
  callback callbacks`.split(/\s+/),
)
/** Pairs of words that mean one of those. */
const salesPairs = new Set(['follow up', 'follow ups', 'call back', 'call backs'])
/** Words that people use of many things: they count alone, or beside what is sold and to whom. */
const commonWords = new Set(['status', 'stage', 'quality', 'rating', 'grade', 'reason', 'close'])
const salesContext = new Set([
  'lead',
  'leads',
  'sale',
  'sales',
  'crm',
  'prospect',
  'pipeline',
  'call',
  'last',
  'final',
])

/** Every suspicion, the strongest kind of each column or value only. `writtenBySales` are columns named as such by the user. */
export const findLeaks = (sample: Sample, writtenBySales: readonly string[]): Leak[] =>
  sample.columns.flatMap((column) => {
    const name = nameOf(column.subject)
    if (writtenBySales.includes(name))
      return [{ column: name, kind: 'writtenBySales' as const, evidence: 'named by --sales-field' }]
    const area = areaAlone(column, sample.won)
    if (area > tellingArea)
      return [
        {
          column: name,
          kind: 'tellsAlone' as const,
          evidence: `alone it ranks with an area of ${area.toFixed(2)}; above ${tellingArea.toFixed(2)} is not believed`,
        },
      ]
    const word = salesWordIn(name)
    if (word !== undefined)
      return [
        { column: name, kind: 'writtenBySales' as const, evidence: `"${word}" is a word of those who sell` },
      ]
    const gap = gapOfBlanks(column, sample.won)
    if (Math.abs(gap) >= blankGap)
      return [
        {
          column: name,
          kind: 'tellingBlank' as const,
          evidence: `it is blank in ${Math.round(Math.abs(gap) * 100)} in 100 more of the ${gap > 0 ? 'won' : 'lost'} than of the others`,
        },
      ]
    return certainValues(column, sample.won, name)
  })

/** `Lead_quality`, `leadQuality` and `Lead Quality` are read alike. */
const salesWordIn = (name: string): string | undefined => {
  const words = name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const pair = words.map((word, at) => `${word} ${words[at + 1] ?? ''}`).find((two) => salesPairs.has(two))
  const isOfSales = words.length === 1 || words.some((word) => salesContext.has(word))
  return pair ?? words.find((word) => salesWords.has(word) || (isOfSales && commonWords.has(word)))
}

/** Parts of the rows; each is ranked by what the others show. */
const folds = 5

/**
 * Area under the curve when each row is ranked by the share won among rows of its value, or its tenth, in the other folds.
 * Without its own row alone a winner would rank below the losers of its value.
 */
const areaAlone = (column: Column, won: Uint8Array): number => {
  const groups = groupsOf(column)
  const count = groups.reduce((most, group) => Math.max(most, group), 0) + 1
  const rows = new Float64Array(count * folds)
  const wins = new Float64Array(count * folds)
  groups.forEach((group, row) => {
    const place = group * folds + foldOf(row)
    rows[place] = (rows[place] as number) + 1
    wins[place] = (wins[place] as number) + (won[row] as number)
  })
  const rate = won.reduce((sum, one) => sum + one, 0) / won.length
  const scores = Float64Array.from(groups, (group, row) => {
    let [all, own] = [0, 0]
    for (let fold = 0; fold < folds; fold += 1) {
      if (fold === foldOf(row)) continue
      all += rows[group * folds + fold] as number
      own += wins[group * folds + fold] as number
    }
    // A group's share is pulled towards that of all by ten rows.
    return (own + 10 * rate) / (all + 10)
  })
  return areaUnderCurve(scores, won)
}

/** By a hash of the row, so that no order of the file matters. */
const foldOf = (row: number): number => (Math.imul(row + 1, 2654435761) >>> 0) % folds

/**
 * Each row's value as a small number; blank is a value of its own. Numbers go by tenths, and a value at which one tenth ends
 * and another begins stands alone: a number that most leads share is a value like any other.
 */
const groupsOf = (column: Column): Uint32Array => {
  if (column.kind === 'text') return Uint32Array.from(column.codes, (code) => code + 1)
  const known = column.values.filter((value) => !Number.isNaN(value)).sort()
  const tenths = Array.from({ length: 9 }, (_, at) => known[Math.floor(((at + 1) * known.length) / 10)] ?? 0)
  const cuts = [...new Set(tenths)]
  return Uint32Array.from(column.values, (value) =>
    Number.isNaN(value)
      ? 0
      : 1 + cuts.filter((cut) => value >= cut).length + cuts.filter((cut) => value > cut).length,
  )
}

const gapOfBlanks = (column: Column, won: Uint8Array): number => {
  const blanks = [0, 0]
  const rows = [0, 0]
  const isBlank = (row: number) =>
    column.kind === 'number' ? Number.isNaN(column.values[row] as number) : (column.codes[row] as number) < 0
  for (let row = 0; row < won.length; row += 1) {
    const outcome = won[row] as number
    rows[outcome] = (rows[outcome] as number) + 1
    if (isBlank(row)) blanks[outcome] = (blanks[outcome] as number) + 1
  }
  return (blanks[1] as number) / (rows[1] as number) - (blanks[0] as number) / (rows[0] as number)
}

const certainValues = (column: Column, won: Uint8Array, name: string): Leak[] => {
  if (column.kind === 'number') return []
  const allRows = new Uint32Array(column.texts.length)
  const allWins = new Uint32Array(column.texts.length)
  column.codes.forEach((code, row) => {
    if (code < 0) return
    allRows[code] = (allRows[code] as number) + 1
    allWins[code] = (allWins[code] as number) + (won[row] as number)
  })
  const rate = won.reduce((sum, one) => sum + one, 0) / won.length
  return column.texts.flatMap((value, code) => {
    const [rows, wins] = [allRows[code] as number, allWins[code] as number]
    const [expectedWins, expectedLosses] = [rows * rate, rows * (1 - rate)]
    return (expectedWins >= enoughExpected && wins < expectedWins / nearlyNone) ||
      (expectedLosses >= enoughExpected && rows - wins < expectedLosses / nearlyAll)
      ? [
          {
            column: name,
            value,
            kind: 'certainValue' as const,
            evidence: `${wins} of ${rows} were won`,
          },
        ]
      : []
  })
}

/** The sample without what leaks, but for columns that are forced. A suspect value is read as blank. */
export const withoutLeaks = (sample: Sample, leaks: readonly Leak[], forced: readonly string[]): Sample => {
  const held = leaks.filter(({ column }) => !forced.includes(column))
  const whole = new Set(held.filter(({ value }) => value === undefined).map(({ column }) => column))
  return {
    ...sample,
    columns: sample.columns
      .filter(({ subject }) => !whole.has(nameOf(subject)))
      .map((column) => {
        const values = held.filter((leak) => leak.column === nameOf(column.subject)).map(({ value }) => value)
        if (column.kind === 'number' || values.length === 0) return column
        const isHeld = column.texts.map((text) => values.includes(text))
        return { ...column, codes: column.codes.map((code) => (isHeld[code] ? -1 : code)) }
      }),
  }
}
