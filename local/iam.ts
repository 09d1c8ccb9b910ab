/** Decides whether a policy allows a call, and words a denial so that the statement to add can be copied. */
import type { PolicyStatement } from './inventory.ts'
import type { Permission } from './service.ts'

/** What conditions may ask about a call. */
export type Context = Readonly<Record<string, string>>

/** IAM's order: a matching Deny wins, else a matching Allow is needed. */
export const isAllowed = (
  statements: readonly PolicyStatement[],
  permission: Permission,
  context: Context = {},
): boolean => {
  const matching = statements.filter(
    (statement) =>
      statement.actions.some((pattern) => matches(pattern.toLowerCase(), permission.action.toLowerCase())) &&
      statement.resources.some((pattern) => matches(pattern, permission.resource)) &&
      conditionsHold(statement, context),
  )
  return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow')
}

/** Whether a service may act on a resource by that resource's own policy. */
export const isServiceAllowed = (
  policy: readonly PolicyStatement[],
  service: string,
  permission: Permission,
  context: Context,
): boolean =>
  isAllowed(
    policy.filter(({ principals = [] }) => principals.includes(service) || principals.includes('*')),
    permission,
    context,
  )

/** The statement that would allow the call, as it stands in a policy. */
export const missingStatement = ({ action, resource }: Permission): string =>
  JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource })

/** `*` stands for any run of characters, `?` for one. */
export const matches = (pattern: string, text: string): boolean => {
  if (!/[*?]/.test(pattern)) return pattern === text
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}

/** On one machine every call counts as made over TLS: there is no network to protect it on. */
const everywhere: Context = { 'aws:SecureTransport': 'true' }

const conditionsHold = ({ conditions = {} }: PolicyStatement, given: Context): boolean => {
  const context = new Map(
    Object.entries({ ...everywhere, ...given }).map(([key, value]) => [key.toLowerCase(), value]),
  )
  return Object.entries(conditions).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => {
      const actual = context.get(key.toLowerCase())
      const patterns = typeof values === 'string' ? [values] : values
      return actual !== undefined && patterns.some((pattern) => compare(operator, pattern, actual))
    }),
  )
}

const compare = (operator: string, pattern: string, actual: string): boolean => {
  switch (operator) {
    case 'StringEquals':
    case 'ArnEquals':
    case 'Bool':
      return operator === 'ArnEquals' ? matches(pattern, actual) : pattern === actual
    case 'StringLike':
    case 'ArnLike':
      return matches(pattern, actual)
    default:
      throw new Error(
        `A policy uses the condition ${operator}, which is not evaluated here; add it to local/iam.ts.`,
      )
  }
}
