/** What a schema has against a value, in words that say what to write instead. */
import { distance } from 'fastest-levenshtein'
import type * as z from 'zod'

export const isMissing = 'is missing'

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [one, two]',
  object: 'a group of settings, each on its own line',
}

/** Stands in where a schema brings no words of its own: zod's are for programmers. */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return isMissing
      if (issue.input === null)
        return `is empty; write ${kinds[issue.expected] ?? issue.expected}, or remove the line`
      return `must be ${kinds[issue.expected] ?? issue.expected}${hint(issue.input, issue.expected)}`
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'too_small':
      if (issue.origin === 'string')
        return Number(issue.minimum) === 1
          ? 'must not be empty'
          : `must have ${issue.minimum} characters or more`
      if (issue.origin === 'array') return `must list ${issue.minimum} or more`
      return `must be ${issue.minimum} or more`
    case 'too_big':
      if (issue.origin === 'string') return `must have ${issue.maximum} characters or fewer`
      if (issue.origin === 'array') return `must list ${issue.maximum} or fewer`
      return `must be ${issue.maximum} or less`
    default:
      return undefined
  }
}

/** YAML reads 2026 as a number and yes as text: what looks right needs a word more. */
const hint = (input: unknown, expected: string): string => {
  if (expected === 'array' && typeof input === 'object') return '; start each item with "- "'
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return `; put it in quotation marks: "${input}"`
  if (expected === 'boolean' && typeof input === 'string') return ', without quotation marks'
  return ''
}

/**
 * A value that may have one of several shapes is judged by the one that was meant, where that is plain, because less is
 * wrong by it: the others would only say that they are others.
 */
export const meantIssues = (issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
  issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue]
    const meant = issue.errors.filter((branch) =>
      branch.every(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
    )
    const [branch, other] = meant.toSorted((a, b) => wrongness(a) - wrongness(b))
    if (!branch || (other && wrongness(branch) === wrongness(other))) return [issue]
    return meantIssues(branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
  })

/** A wrong key of the value itself suggests that another shape was meant; a mistake deep inside it does not. */
const wrongness = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => {
    if (issue.path.length > 1) return sum + 1
    if (issue.code === 'unrecognized_keys')
      return sum + (issue.path.length === 0 ? 100 * issue.keys.length : 1)
    return sum + (issue.message === isMissing ? 50 : 10)
  }, 0)

/** What others call a setting, by the names that it may have here. */
const otherWords: ReadonlyMap<string, readonly string[]> = new Map([
  ['after', ['afterDays', 'wait']],
  ['condition', ['when']],
  ['days', ['weekdays']],
  ['delay', ['wait']],
  ['exit', ['exits']],
  ['id', ['arm']],
  ['if', ['when']],
  ['mail', ['email']],
  ['name', ['id', 'arm']],
  ['next', ['goTo']],
  ['options', ['arms']],
  ['paths', ['arms']],
  ['template', ['email']],
  ['then', ['goTo']],
])

/** A key that is known in another kind of part than this one. */
const misplaced: Readonly<Record<string, string>> = {
  arms: 'A step with arms is a branch: write branch instead of id.',
  branch: 'An arm contains only emails: put the branch after this one, and lead to it with goTo.',
  email: 'A branch sends nothing itself: put the email into an arm, or into a step before the branch.',
  id: 'A branch takes its name from branch: write branch instead of id.',
  window: 'A branch sends nothing itself: put the window into the steps of its arms.',
}

/** A sentence that names the one known key which `key` is a slip of, if there is one. */
export const keyHelp = (
  key: string,
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): string | undefined => {
  if (/^\S+:\S/.test(key)) return 'Write a space after the colon.'
  const known = keysOf(path.reduce<z.core.$ZodType | undefined>(within, schema))
  if (known.includes(key) || key === 'branch') return misplaced[key]
  const other = otherWords.get(key)?.find((word) => known.includes(word))
  if (other !== undefined) return `Did you mean ${other}?`
  const [nearest] = known.toSorted((a, b) => distance(a, key) - distance(b, key))
  return nearest !== undefined && distance(nearest.toLowerCase(), key.toLowerCase()) <= 2
    ? `Did you mean ${nearest}?`
    : undefined
}

/** The schema of a part: what wraps it (a default, a list's place) is looked through. */
const within = (schema: z.core.$ZodType | undefined, part: PropertyKey): z.core.$ZodType | undefined => {
  const { def } = bare(schema) ?? {}
  if (def?.type === 'array') return def.element
  return objects(schema)
    .map(({ shape }) => shape[String(part)])
    .find((inner) => inner !== undefined)
}

const keysOf = (schema: z.core.$ZodType | undefined): string[] =>
  objects(schema).flatMap(({ shape }) => Object.keys(shape))

/** The object that a schema is, or those that it may be. */
const objects = (schema: z.core.$ZodType | undefined): readonly z.core.$ZodObjectDef[] => {
  const def = bare(schema)?.def
  if (def?.type === 'object') return [def]
  return def?.type === 'union' ? def.options.flatMap(objects) : []
}

const bare = (
  schema: z.core.$ZodType | undefined,
): { readonly def: z.core.$ZodTypes['_zod']['def'] } | undefined => {
  const def = (schema as z.core.$ZodTypes | undefined)?._zod.def
  if (!def) return undefined
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault') return bare(def.innerType)
  return def.type === 'pipe' ? bare(def.in) : { def }
}
