/** How large an item is to DynamoDB: "DynamoDB item sizes and formats" in its guide. */
import type { StoredBytes } from './components.ts'

/** Of items as the document client gives them. */
export const storedBytesOf = (items: readonly Readonly<Record<string, unknown>>[]): StoredBytes => ({
  items: items.length,
  bytes: items.reduce((sum, item) => sum + itemBytes(item), 0),
})

const itemBytes = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0)

const valueBytes = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return numberBytes(value)
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Set) return [...value].reduce<number>((sum, one) => sum + valueBytes(one), 0)
  // A list or a map takes three bytes, and one for each entry.
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + valueBytes(one), 3)
  if (typeof value === 'object' && value !== null) return 3 + Object.keys(value).length + itemBytes(value)
  return 1
}

/** A byte for two significant digits, and one beside them. */
const numberBytes = (value: number): number => {
  const digits = String(Math.abs(value))
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '')
  return Math.ceil(digits.length / 2) + 1
}
