/** The shape of a sequence file: steps in order, branches with their arms, what the sequence is for and when a lead leaves it. */
import * as z from 'zod'
import type { StepCondition } from '../domain/campaign.ts'
import { inPlainWords } from './mistakes.ts'
import { id } from './name.ts'
import { condition } from './schema.ts'
import { lateness, window } from './sequence-settings.ts'
import { wait } from './wait.ts'

const stepConditionForms =
  'must be a condition as in scoring.yaml, or { clicked: /path }, { score: { atLeast, below } }, { form: [ ... ] }, { all: [ ... ] }, { any: [ ... ] } or { not: ... }'

/** Opens and deliveries are no reason to do anything: programs open emails too. */
const lyingFacts: readonly string[] = ['OPENED', 'DELIVERED']

const stepCondition: z.ZodType<StepCondition> = z.unknown().transform((value, context): StepCondition => {
  const read = readerOf(value).safeParse(value, { error: inPlainWords })
  if (read.success) {
    if ('fact' in read.data && lyingFacts.includes(read.data.fact)) {
      context.addIssue({
        code: 'custom',
        path: ['fact'],
        message: `must not be ${read.data.fact}: mail programs cause it without a person; wait for a click`,
      })
      return z.NEVER
    }
    return read.data
  }
  for (const issue of read.error.issues)
    context.addIssue({
      code: 'custom',
      path: [...issue.path],
      message: issue.code === 'unrecognized_keys' ? stepConditionForms : issue.message,
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
      .strictObject({ atLeast: z.number().optional(), below: z.number().optional() })
      .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, 'needs atLeast or below')
      .refine(
        ({ atLeast, below }) => atLeast === undefined || below === undefined || atLeast < below,
        'must have below above atLeast',
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

const readerOf = (value: unknown): z.ZodType<StepCondition> => {
  const kind =
    typeof value === 'object' && value !== null
      ? Object.keys(ownConditions).find((key) => key in value)
      : undefined
  return (kind === undefined ? undefined : ownConditions[kind]) ?? condition
}

const waiting = { wait: wait.prefault('none'), formerly: z.array(id).default([]) }

const emailStep = z
  .strictObject({
    id,
    email: id.optional(),
    variants: z
      .array(
        z.strictObject({
          id,
          email: id,
          weight: z.number().positive('must be more than 0').max(1000, 'must be 1000 or less').default(1),
        }),
      )
      .min(2, 'must list two or more; for one, write email')
      .max(8, 'must list 8 or fewer')
      .optional(),
    ...waiting,
    window: z.union([id, window]).optional(),
    when: stepCondition.optional(),
    forAll: z.boolean('must be true or false').default(false),
    lateness: lateness.optional(),
  })
  .refine(({ email, variants }) => (email === undefined) !== (variants === undefined), {
    path: ['email'],
    message: 'must stand alone: write either email or variants',
  })

const branchStep = z.strictObject({
  branch: id,
  ...waiting,
  arms: z
    .array(
      z.strictObject({
        arm: id,
        when: stepCondition.optional(),
        steps: z.array(emailStep).default([]),
        goTo: id.optional(),
      }),
    )
    .min(1, 'must list at least one arm'),
})

export const sequenceFile = z.strictObject({
  priority: z.number().int().min(-100, 'must be -100 or more').max(100, 'must be 100 or less').default(0),
  onChange: z.enum(['migrate', 'pin', 'restart'], 'must be migrate, pin or restart').default('migrate'),
  reentry: z
    .union([
      z.literal('never'),
      z.strictObject({ afterDays: z.number().min(1, 'must be 1 or more').max(3650, 'must be 3650 or less') }),
    ])
    .default('never'),
  goal: stepCondition.optional(),
  exits: z.array(stepCondition).default([]),
  steps: z.array(z.union([emailStep, branchStep])).min(1, 'must list at least one step'),
})

export type SequenceFile = z.output<typeof sequenceFile>
export type EmailStepFile = z.output<typeof emailStep>
export type BranchFile = z.output<typeof branchStep>
