/** What a sequence may ask of a lead, as a marketer writes it: the conditions of scoring.yaml, and some of its own. */
import * as z from 'zod'
import type { StepCondition } from '../../domain/conditions.ts'
import { condition, conditionKeys } from './condition-schema.ts'
import { closestName } from './did-you-mean.ts'
import { inPlainWords } from './schema-messages.ts'

const example = 'a condition such as { clicked: /pricing } or { field: occupation, in: [Student] }'

/** Opens and deliveries are no reason to do anything: programs open emails too. */
const lyingFacts: readonly string[] = ['OPENED', 'DELIVERED']

export const stepCondition: z.ZodType<StepCondition> = z
  .unknown()
  .transform((value, context): StepCondition => {
    const said = shapeProblem(value)
    if (said !== undefined) {
      context.addIssue({ code: 'custom', message: said })
      return z.NEVER
    }
    const read = readerOf(value).safeParse(value, { error: inPlainWords })
    if (read.success) {
      if ('fact' in read.data && lyingFacts.includes(read.data.fact)) {
        context.addIssue({
          code: 'custom',
          path: ['fact'],
          message: `must not be ${read.data.fact}: email clients cause it without a person; wait for a click`,
        })
        return z.NEVER
      }
      return read.data
    }
    for (const issue of read.error.issues)
      context.addIssue({
        code: 'custom',
        path: [...issue.path],
        message:
          issue.code === 'unrecognized_keys' ? unknownKey(issue.keys[0] ?? '', issue.path) : issue.message,
      })
    return z.NEVER
  })

const several = z.array(stepCondition).min(1, 'must list at least one condition')
const ownConditions: Readonly<Record<string, z.ZodType<StepCondition>>> = {
  clicked: z
    .strictObject({ clicked: z.string().startsWith('/', 'must be the end of a path, such as /book-a-call') })
    .transform(({ clicked }) => ({ fact: 'CLICKED' as const, link: clicked })),
  score: z.strictObject({
    score: z
      .strictObject(
        { atLeast: z.number().optional(), below: z.number().optional() },
        {
          error: ({ code, input }) =>
            code === 'invalid_type'
              ? `must look like { atLeast: ${typeof input === 'number' ? input : 12} } or { below: 5 }`
              : undefined,
        },
      )
      .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, 'needs atLeast or below')
      .refine(
        ({ atLeast, below }) => atLeast === undefined || below === undefined || atLeast < below,
        'needs a below that is above its atLeast',
      )
      .transform(({ atLeast, below }) => ({
        ...(atLeast !== undefined && { atLeast }),
        ...(below !== undefined && { below }),
      })),
  }),
  form: z.strictObject({ form: z.array(z.string()).min(1, 'must list at least one form') }),
  all: z.strictObject({ all: several }),
  any: z.strictObject({ any: several }),
  not: z.strictObject({ not: stepCondition }),
}

const kinds = [...Object.keys(ownConditions), ...conditionKeys]

/** What is wrong with the shape as a whole, before any part of it is read. */
const shapeProblem = (value: unknown): string | undefined => {
  if (Array.isArray(value))
    return 'must be one condition; for several write { all: [ ... ] } or { any: [ ... ] }'
  if (typeof value !== 'object' || value === null) return `must be ${example}`
  const keys = Object.keys(value)
  const known = keys.filter((key) => kinds.includes(key))
  if (known.length > 1) {
    const [first = '', second = ''] = known
    return `asks for ${first} and ${second} in one condition; write { all: [ { ${first}: ... }, { ${second}: ... } ] }`
  }
  if (known.length === 1) return undefined
  const [key = ''] = keys
  if (/^(opened|open|opens|delivered)$/i.test(key))
    return 'must not wait for opens: email clients cause them without a person; wait for a click'
  const meant = closestName(key, kinds)
  const [answer] = Object.values(value).flat()
  if (meant === undefined && keys.length === 1 && typeof answer === 'string')
    return `must be ${example}; for an answer write { field: ${key}, in: [${answer}] }`
  return meant === undefined
    ? `must be ${example}; the kinds are ${kinds.join(', ')}`
    : `must be ${example}; did you mean ${meant}?`
}

const unknownKey = (key: string, path: readonly PropertyKey[]): string =>
  path.at(-1) === 'score'
    ? `has no setting ${key}; write atLeast or below`
    : `has no setting ${key}; for several conditions write { all: [ ... ] }`

const readerOf = (value: unknown): z.ZodType<StepCondition> => {
  const kind =
    typeof value === 'object' && value !== null
      ? Object.keys(ownConditions).find((key) => key in value)
      : undefined
  return (kind === undefined ? undefined : ownConditions[kind]) ?? condition
}
