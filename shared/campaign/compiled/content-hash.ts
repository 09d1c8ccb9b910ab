/** Content as the functions carry it, and the hash that names a version of it. */
import { createHash } from 'node:crypto'

/** The first `length` hexadecimal digits of SHA-256 over the value's JSON. */
export const hash = (value: unknown, length: number): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length)

/** What is absent in the file is absent in the result: the functions carry JSON. */
export const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  JSON.parse(JSON.stringify(value)) as Defined<T>

type Defined<T> = T extends object ? { [K in keyof T]: Defined<Exclude<T[K], undefined>> } : T
