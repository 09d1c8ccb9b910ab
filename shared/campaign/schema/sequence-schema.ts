/** The shape of a sequence file: steps, branches with their arms, what it is for and when a lead leaves it. */
import * as z from 'zod'
import { id } from './name.ts'
import { lateness, window } from './sequence-settings.ts'
import { stepCondition } from './step-condition-schema.ts'
import { wait } from './wait.ts'

const email = z
  .string({
    error: ({ input }) =>
      Array.isArray(input) ? 'must be the name of one email; for a test write variants' : undefined,
  })
  .refine((text) => !text.endsWith('.md'), { message: 'is named without its ending .md', abort: true })
  .pipe(id)

const waiting = { wait: wait.prefault('none'), formerly: z.array(id).default([]) }

const emailStep = z
  .strictObject({
    id,
    email: email.optional(),
    variants: z
      .array(
        z.strictObject({
          id,
          email,
          weight: z
            .number('must be a number, such as 1 or 50: each share is its weight against the sum of all')
            .positive('must be more than 0')
            .max(1000, 'must be 1000 or less')
            .default(1),
        }),
      )
      .min(2, 'must list two or more; for one, write email')
      .max(8, 'must list 8 or fewer')
      .optional(),
    ...waiting,
    window: z
      .union([id, window], 'must be the name of a window, or { weekdays: [Mon], from: "9:00", to: "17:00" }')
      .optional(),
    when: stepCondition.optional(),
    forAll: z.boolean('must be true or false').default(false),
    lateness: lateness.optional(),
  })
  .refine(({ email, variants }) => email !== undefined || variants !== undefined, {
    path: ['email'],
    message: 'is missing: write the name of an email, or variants for a test',
  })
  .refine(({ email, variants }) => email === undefined || variants === undefined, {
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
    .union(
      [
        z.literal('never'),
        z.strictObject({
          afterDays: z.number().min(1, 'must be 1 or more').max(3650, 'must be 3650 or less'),
        }),
      ],
      'must be never, or { afterDays: 90 }',
    )
    .default('never'),
  goal: stepCondition.optional(),
  exits: z.array(stepCondition).default([]),
  steps: z
    .array(
      z.union(
        [emailStep, branchStep],
        'must be an email, such as { id: welcome, email: welcome, wait: 2 days }, or a branch with its arms',
      ),
    )
    .min(1, 'must list at least one step'),
})

export type SequenceFile = z.output<typeof sequenceFile>
export type EmailStepFile = z.output<typeof emailStep>
export type BranchFile = z.output<typeof branchStep>
