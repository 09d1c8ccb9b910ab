/** What is wrong with a value, in the words of one who writes YAML by hand. */
import type * as z from 'zod'

const wanted: Readonly<Record<string, string>> = {
  array: 'must be a list such as [one, two]',
  boolean: 'must be true or false',
  int: 'must be a whole number',
  number: 'must be a number',
  object: 'must be keys with values',
  string: 'must be text',
}

/** For `safeParse`; what a schema says itself comes first. */
export const plainly: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  return issue.input === undefined || issue.input === null ? 'is missing' : wanted[issue.expected]
}
