/** What a schema has against a value, for a log or an operator: where, and what was expected; never what the value holds. */
import type * as z from 'zod/mini'

/** Of several problems the first. `whole` names the value where all of it is wrong. */
export const firstProblem = ({ issues: [issue] }: z.core.$ZodError, whole = 'the whole'): string =>
  `${issue?.path.join('.') || whole}: ${issue ? wordsFor(issue) : 'it does not fit'}`

// zod's own messages depend on the language that some other module may have set, and may quote the value.
const wordsFor = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`
    default:
      return issue.code.replaceAll('_', ' ')
  }
}
