/** Leads won by a known law, with as many columns as a real export has; seeded. */
import { randomFrom } from '../../shared/domain/learning/random.ts'
import type { Column, Sample } from '../../shared/domain/learning/sample.ts'

/** Twenty-one text columns of three to nine values and three numbers; a third of them count, the others are noise. */
export const plantedSample = (rows: number, seed: number): Sample => {
  const random = randomFrom(seed)
  const odds = new Float64Array(rows).fill(-1)
  const columns = Array.from({ length: 24 }, (_, at): Column => {
    const weight = at % 3 === 0 ? 1.2 - at / 24 : 0
    const subject = { field: `field${at}` }
    if (at % 8 !== 0) {
      const texts = Array.from(
        { length: 3 + (at % 7) },
        (__, code) => `value ${String(code).padStart(2, '0')}`,
      )
      const codes = Int32Array.from({ length: rows }, () => Math.floor(random() * (texts.length + 1)) - 1)
      codes.forEach((code, row) => {
        odds[row] = (odds[row] as number) + (code % 3 === 0 ? weight : -weight / 2)
      })
      return { subject, kind: 'text', texts, codes }
    }
    const values = Float64Array.from({ length: rows }, () => Math.floor(random() ** 2 * 1000))
    values.forEach((value, row) => {
      odds[row] = (odds[row] as number) + (value >= 300 ? weight : 0)
    })
    return { subject, kind: 'number', values }
  })
  const won = Uint8Array.from(odds, (odd) => Number(random() < 1 / (1 + Math.exp(-odd))))
  return { won, columns }
}
