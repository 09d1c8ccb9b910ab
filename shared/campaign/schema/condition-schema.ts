/** The shape of a condition as a marketer writes it: one schema for each kind, for score rules and for sequences. */
import * as z from 'zod'
import { type Condition, type ConditionKind, kindOfCondition } from '../../domain/conditions.ts'
import { inPlainWords } from './schema-messages.ts'

interface ConditionShape {
  /** As messages show it. */
  readonly shown: readonly string[]
  readonly schema: z.ZodType
}

/** In the order in which messages list them. */
const shapes: Readonly<Record<ConditionKind, ConditionShape>> = {
  in: {
    shown: ['{ field, in }'],
    schema: z.strictObject({
      field: z.string().min(1),
      in: z.array(z.coerce.string()).min(1, 'must list at least one value'),
    }),
  },
  range: {
    shown: ['{ field, atLeast, below }'],
    schema: z
      .strictObject({
        field: z.string().min(1),
        atLeast: z.number().optional(),
        below: z.number().optional(),
      })
      .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, {
        path: ['field'],
        message: 'needs something to compare with: add in, atLeast, below or known',
      })
      .refine(({ atLeast, below }) => atLeast === undefined || below === undefined || atLeast < below, {
        path: ['below'],
        message: 'must be above atLeast, or the rule never applies',
      }),
  },
  known: {
    shown: ['{ field, known }'],
    schema: z.strictObject({ field: z.string().min(1), known: z.boolean('must be true or false') }),
  },
  source: {
    shown: ['{ source }'],
    schema: z.strictObject({
      source: z.array(z.string().min(1)).min(1, 'must list at least one source'),
    }),
  },
  emailDomain: {
    shown: ['{ emailDomain }'],
    schema: z.strictObject({
      emailDomain: z
        .array(
          z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a domain in lower case such as example.com'),
        )
        .min(1, 'must list at least one domain'),
    }),
  },
  addressKind: {
    shown: ['{ addressKind }'],
    schema: z.strictObject({
      addressKind: z
        .array(z.enum(['role', 'disposable'], 'must be role (such as info@) or disposable'))
        .min(1, 'must list role, disposable or both'),
    }),
  },
  fact: {
    shown: ['{ fact, link, times, withinDays }', '{ fact, quietDays }'],
    schema: z
      .strictObject({
        fact: z.enum(
          ['CAPTURED', 'CONFIRMED', 'DELIVERED', 'OPENED', 'CLICKED', 'BOUNCED', 'RETURNED'],
          'must be CAPTURED, CONFIRMED, DELIVERED, OPENED, CLICKED, BOUNCED or RETURNED',
        ),
        link: z.string().startsWith('/', 'must be the end of a path, such as /book-a-call').optional(),
        times: z.number().int().min(1, 'must be 1 or more').max(20, 'must be 20 or less').optional(),
        withinDays: z.number().positive('must be more than 0').max(730, 'must be 730 or less').optional(),
        quietDays: z.number().positive('must be more than 0').max(730, 'must be 730 or less').optional(),
      })
      .refine(({ fact, link }) => link === undefined || fact === 'CLICKED', {
        path: ['link'],
        message: 'only clicks have a link; write fact: CLICKED, or remove link',
      })
      .refine(
        ({ times, withinDays, quietDays }) =>
          quietDays === undefined || (times === undefined && withinDays === undefined),
        { path: ['quietDays'], message: 'cannot be combined with times or withinDays; write two rules' },
      ),
  },
}

const shown = Object.values(shapes).flatMap((shape) => shape.shown)
const conditionForms = `must be one of ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`

/** Reads a condition by the schema of its own kind, so that a mistake is explained in the terms of what was meant. */
export const condition = z.unknown().transform((value, context): Condition => {
  const kind = typeof value === 'object' && value !== null ? kindOfCondition(value) : undefined
  if (!kind) {
    context.addIssue({ code: 'custom', message: conditionForms })
    return z.NEVER
  }
  const read = shapes[kind].schema.safeParse(value, { error: inPlainWords })
  if (read.success) return JSON.parse(JSON.stringify(read.data)) as Condition
  for (const issue of read.error.issues)
    context.addIssue(
      issue.code === 'unrecognized_keys'
        ? {
            code: 'custom',
            path: [issue.keys[0] ?? ''],
            message: `is unknown; a condition ${conditionForms}`,
          }
        : { code: 'custom', path: [...issue.path], message: issue.message },
    )
  return z.NEVER
})

/** The keys that name a kind of condition: `field` for three kinds, and one for each of the others. */
export const conditionKeys: readonly string[] = [
  ...new Set(
    (Object.keys(shapes) as ConditionKind[]).map((kind) =>
      kind === 'in' || kind === 'range' || kind === 'known' ? 'field' : kind,
    ),
  ),
]
