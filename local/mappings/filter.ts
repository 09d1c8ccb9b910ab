/** Event filters, as Lambda reads them on an event-source mapping: what does not match is dropped. */

/** Throws for an operator that is not served, naming it. */
export const matchesAny = (record: unknown, patterns: readonly unknown[]): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matchesPattern(record, pattern))

const matchesPattern = (value: unknown, pattern: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((rule) => matchesRule(value, rule))
  if (typeof pattern !== 'object' || pattern === null)
    throw new Error(`A filter pattern has ${JSON.stringify(pattern)} where a list of values belongs.`)
  return Object.entries(pattern).every(([field, inner]) => matchesPattern(fieldOf(value, field), inner))
}

const matchesRule = (value: unknown, rule: unknown): boolean => {
  if (typeof rule !== 'object' || rule === null) return value === rule
  const [operator, operand] = Object.entries(rule)[0] ?? []
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand))
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand))
    case 'exists':
      return (value !== undefined) === operand
    case 'anything-but':
      return value !== undefined && ![operand].flat().includes(value)
    default:
      throw new Error(
        `The filter operator ${operator} is not served on one machine; add it to local/mappings/filter.ts.`,
      )
  }
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined
