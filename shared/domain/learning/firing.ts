/** In which past leads a condition fires, just as `scoreLead` would have it. */
import type { Condition } from '../conditions.ts'
import type { Column } from './sample.ts'

/** The rows, by index, in which a condition on this column's subject fires; ascending. */
export const firingRows = (when: Condition, column: Column): Uint32Array => {
  const rows: number[] = []
  if (column.kind === 'number') {
    for (let row = 0; row < column.values.length; row += 1)
      if (isMetByNumber(when, column.values[row] as number)) rows.push(row)
  } else {
    const named = 'in' in when ? when.in : 'source' in when ? when.source : undefined
    const isMet = column.texts.map((text) =>
      'known' in when ? when.known : (named?.includes(text) ?? isMetByNumber(when, Number(text))),
    )
    const isMetByBlank = 'known' in when && !when.known
    for (let row = 0; row < column.codes.length; row += 1) {
      const code = column.codes[row] as number
      if (code < 0 ? isMetByBlank : (isMet[code] as boolean)) rows.push(row)
    }
  }
  return Uint32Array.from(rows)
}

const isMetByNumber = (when: Condition, value: number): boolean => {
  if ('known' in when) return when.known !== Number.isNaN(value)
  if ('fact' in when) return value >= (when.times ?? 1)
  if ('in' in when) return when.in.some((text) => text !== '' && Number(text) === value)
  if (!('field' in when) || Number.isNaN(value)) return false
  return (
    value >= (when.atLeast ?? Number.NEGATIVE_INFINITY) && value < (when.below ?? Number.POSITIVE_INFINITY)
  )
}
