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
/** Shares won beyond these are nearly an outcome by another name. */
const nearlyAll = 0.95
const nearlyNone = 0.02
/** Rows that make such a share more than luck. */
const enoughRows = 100
/** A field left blank this much more often by losers than by winners (or less) was filled in by whoever sold. */
const blankGap = 0.3

/** Words by which people name what they write down after they have talked to the lead. */
const salesWords =
  /\b(tags?|quality|status|stage|owner|assigned|disposition|outcome|rating|grade|reason|lost|won|closed?|deal|opportunity|revenue|follow.?up|call.?back)\b/i

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
    const word = salesWords.exec(name.replace(/([a-z])([A-Z])/g, '$1 $2'))?.[0]
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

/** Area under the curve when each row is ranked by the share won among the other rows of its value, or its tenth. */
const areaAlone = (column: Column, won: Uint8Array): number => {
  const groups = groupsOf(column)
  const count = groups.reduce((most, group) => Math.max(most, group), 0) + 1
  const rows = new Float64Array(count)
  const wins = new Float64Array(count)
  groups.forEach((group, row) => {
    rows[group] = (rows[group] as number) + 1
    wins[group] = (wins[group] as number) + (won[row] as number)
  })
  const rate = won.reduce((sum, one) => sum + one, 0) / won.length
  // A group's share is pulled towards that of all by ten rows, and a row does not count itself.
  const scores = Float64Array.from(groups, (group, row) => {
    const [all, own] = [(rows[group] as number) - 1, (wins[group] as number) - (won[row] as number)]
    return (own + 10 * rate) / (all + 10)
  })
  return areaUnderCurve(scores, won)
}

/** Each row's value as a small number; blank is a value of its own, and numbers go by tenths. */
const groupsOf = (column: Column): Uint32Array => {
  if (column.kind === 'text') return Uint32Array.from(column.codes, (code) => code + 1)
  const known = column.values.filter((value) => !Number.isNaN(value)).sort()
  const cuts = Array.from({ length: 9 }, (_, at) => known[Math.floor(((at + 1) * known.length) / 10)] ?? 0)
  return Uint32Array.from(column.values, (value) =>
    Number.isNaN(value) ? 0 : 1 + cuts.filter((cut) => value >= cut).length,
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
  return column.texts.flatMap((value, code) => {
    const [rows, wins] = [allRows[code] as number, allWins[code] as number]
    const share = wins / rows
    return rows >= enoughRows && (share > nearlyAll || share < nearlyNone)
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
    won: sample.won,
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
