/** Reads facts as the table has them, and carries along as opaque what this release cannot read: docs/releases.md. */
import type * as z from 'zod/mini'
import type { Fact, FactKind } from '../domain/facts.ts'
import { firstProblem } from './first-problem.ts'
import { factSchemas } from './stored.ts'

/** As the table gives it, keys and all. */
type Item = Readonly<Record<string, unknown>>

/** A fact that this release cannot read. It stays in the table as it is, and decides nothing. */
export interface OpaqueFact {
  readonly kind: 'OPAQUE'
  /** Its natural key, which no other fact can take. */
  readonly key: string
  /** What kind it says it is: a word of code, or `other` where it is not even that. */
  readonly of: string
  /**
   * `unknownKind` and `unknownValue` are what a later release writes. `malformed` is what no release writes: it was
   * changed by hand or by a defect, and a person must look.
   */
  readonly why: 'unknownKind' | 'unknownValue' | 'malformed'
  /** Where, and what was expected there; nothing that it holds. */
  readonly problem: string
}

export const isOpaque = (read: Fact | OpaqueFact): read is OpaqueFact => read.kind === 'OPAQUE'

/** The fact of a stored item, without the table's keys and fields of later releases; or that it is opaque. */
export const readFact = (item: Item): Fact | OpaqueFact => {
  const { kind } = item
  if (!isFactKind(kind)) {
    const isWord = typeof kind === 'string' && /^[A-Z]{1,30}$/.test(kind)
    return isWord
      ? opaque(item, kind, 'unknownKind', 'its kind is not known')
      : opaque(item, 'other', 'malformed', 'it has no kind')
  }
  const read = factSchemas[kind].safeParse(item)
  if (read.success) return read.data
  const isOfTomorrow = read.error.issues.every((issue) => isNewWord(issue, item))
  return opaque(item, kind, isOfTomorrow ? 'unknownValue' : 'malformed', firstProblem(read.error))
}

/** A lead's facts, and those that cannot be read beside them. */
export const readFacts = (
  items: Iterable<Item>,
): { readonly facts: readonly Fact[]; readonly opaque: readonly OpaqueFact[] } => {
  const facts: Fact[] = []
  const unread: OpaqueFact[] = []
  for (const item of items) {
    const read = readFact(item)
    if (isOpaque(read)) unread.push(read)
    else facts.push(read)
  }
  return { facts, opaque: unread }
}

const opaque = (item: Item, of: string, why: OpaqueFact['why'], problem: string): OpaqueFact => ({
  kind: 'OPAQUE',
  key: String(item.sk).replace(/^FACT#/, ''),
  of,
  why,
  problem,
})

export const isFactKind = (kind: unknown): kind is FactKind =>
  typeof kind === 'string' && Object.hasOwn(factSchemas, kind)

/** A word where a list of words is known: lists grow from release to release, and nothing else about a field does. */
const isNewWord = (issue: z.core.$ZodIssue, item: Item): boolean =>
  issue.code === 'invalid_value' &&
  issue.values.every((value) => typeof value === 'string') &&
  typeof valueAt(item, issue.path) === 'string'

const valueAt = (item: Item, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    item,
  )
