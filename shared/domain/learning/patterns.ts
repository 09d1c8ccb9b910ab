/** Rows in which the same rules fire are one pattern: a few hundred patterns stand for thousands of leads. */

export interface Patterns {
  /** How many rules there are; rule r is bit r of a mask, so there are 31 at most. */
  readonly size: number
  /** Which rules fire, by pattern. */
  readonly masks: Uint32Array
  /** Rows and won rows, by pattern. */
  readonly rows: Float64Array
  readonly wins: Float64Array
  /** The pattern of each row. */
  readonly ofRow: Uint32Array
}

/** Groups rows by mask, in the order in which each mask first appears. `won` may hold shares of a win; a row counts as one unless `worth` says otherwise. */
export const patternsOf = (
  rowMasks: Uint32Array,
  size: number,
  won: ArrayLike<number>,
  worth?: Float64Array,
): Patterns => {
  const capacity = 2 ** Math.ceil(Math.log2(2 * rowMasks.length + 2))
  const slots = new Int32Array(capacity)
  const masks = new Uint32Array(rowMasks.length)
  const rows = new Float64Array(rowMasks.length)
  const wins = new Float64Array(rowMasks.length)
  const ofRow = new Uint32Array(rowMasks.length)
  let count = 0
  for (let row = 0; row < rowMasks.length; row += 1) {
    const mask = rowMasks[row] as number
    let slot = (Math.imul(mask, 0x9e3779b1) >>> 7) & (capacity - 1)
    // An open table: a slot holds a pattern's number plus one, 0 is free.
    while (slots[slot] !== 0 && masks[(slots[slot] as number) - 1] !== mask)
      slot = (slot + 1) & (capacity - 1)
    if (slots[slot] === 0) {
      masks[count] = mask
      count += 1
      slots[slot] = count
    }
    const pattern = (slots[slot] as number) - 1
    rows[pattern] = (rows[pattern] as number) + (worth?.[row] ?? 1)
    wins[pattern] = (wins[pattern] as number) + (won[row] as number) * (worth?.[row] ?? 1)
    ofRow[row] = pattern
  }
  return {
    size,
    masks: masks.slice(0, count),
    rows: rows.slice(0, count),
    wins: wins.slice(0, count),
    ofRow,
  }
}
