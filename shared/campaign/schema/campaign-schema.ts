/** The shape of each file of a campaign folder, as a marketer writes it. */
import * as z from 'zod'
import type { Condition } from '../../domain/campaign.ts'
import { id } from './name.ts'
import { inPlainWords } from './schema-messages.ts'
import { sequenceSettings } from './sequence-settings.ts'

const email = z.email('must be an email address such as sales@example.com')
const timeZone = z
  .string()
  .refine(
    (name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC',
    'must be an IANA time zone such as Europe/Berlin',
  )
/** Which addresses are one person. Decide before the first lead: a change gives known people a second identity. */
const identity = z.strictObject({
  plusTag: z.enum(['same', 'distinct'], 'must be same or distinct').default('same'),
  dotsIgnoredAt: z
    .array(z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a domain in lower case such as gmail.com'))
    .default([]),
})

/** Confirmations at most: strangers whose addresses someone else typed must not be flooded, nor our name spent. */
const confirmations = z.strictObject({
  perAddress: z.number().int().min(1, 'must be 1 or more').max(10, 'must be 10 or less').default(3),
  perDomainPerHour: z.number().int().min(1, 'must be 1 or more').default(200),
  perNetworkPerHour: z.number().int().min(1, 'must be 1 or more').default(20),
  perHour: z.number().int().min(1, 'must be 1 or more').default(1000),
})

export const campaignFile = z.strictObject({
  name: id,
  senderName: z.string().min(1).max(60),
  replyTo: email.optional(),
  postalAddress: z
    .string()
    .min(10, 'must be a full postal address; the law requires one in every marketing email'),
  timeZone,
  minimumGapHours: z
    .number()
    .min(0)
    .max(24 * 30),
  ...sequenceSettings,
  identity: identity.prefault({}),
  confirmations: confirmations.prefault({}),
  sales: z.strictObject({ email }),
  report: z.strictObject({ email }),
})

/** The kinds of condition, each told by the one key that only it has. */
const conditions = {
  source: z.strictObject({ source: z.array(z.string().min(1)).min(1, 'must list at least one source') }),
  emailDomain: z.strictObject({
    emailDomain: z
      .array(
        z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a domain in lower case such as example.com'),
      )
      .min(1, 'must list at least one domain'),
  }),
  addressKind: z.strictObject({
    addressKind: z
      .array(z.enum(['role', 'disposable'], 'must be role (such as info@) or disposable'))
      .min(1, 'must list role, disposable or both'),
  }),
  fact: z
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
  in: z.strictObject({
    field: z.string().min(1),
    in: z.array(z.coerce.string()).min(1, 'must list at least one value'),
  }),
  known: z.strictObject({ field: z.string().min(1), known: z.boolean('must be true or false') }),
  range: z
    .strictObject({ field: z.string().min(1), atLeast: z.number().optional(), below: z.number().optional() })
    .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, {
      path: ['field'],
      message: 'needs something to compare with: add in, atLeast, below or known',
    })
    .refine(({ atLeast, below }) => atLeast === undefined || below === undefined || atLeast < below, {
      path: ['below'],
      message: 'must be above atLeast, or the rule never applies',
    }),
} as const

const conditionForms =
  'must be one of { field, in }, { field, atLeast, below }, { field, known }, { source }, { emailDomain }, { addressKind }, { fact, link, times, withinDays } and { fact, quietDays }'

/** Reads a condition by the schema of its own kind, so that a mistake is told in the terms of what was meant. */
export const condition = z.unknown().transform((value, context): Condition => {
  const kind = kindOf(value)
  if (!kind) {
    context.addIssue({ code: 'custom', message: conditionForms })
    return z.NEVER
  }
  const read = conditions[kind].safeParse(value, { error: inPlainWords })
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

const kindOf = (value: unknown): keyof typeof conditions | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  for (const key of ['fact', 'source', 'emailDomain', 'addressKind'] as const) if (key in value) return key
  if (!('field' in value)) return undefined
  return 'in' in value ? 'in' : 'known' in value ? 'known' : 'range'
}

const ruleOf = <T extends z.core.$ZodShape>(shape: T) =>
  z.strictObject({
    id,
    when: condition,
    reason: z.string().min(3, 'must say why, in words for a salesperson'),
    ...shape,
  })

const pointRule = ruleOf({
  dimension: z.enum(['fit', 'engagement', 'negative']),
  points: z
    .number('must be a number from -10 to 10')
    .min(-10, 'must be -10 or more')
    .max(10, 'must be 10 or less')
    .refine((points) => points !== 0, 'must not be 0; remove the rule, or make it a gate'),
  halfLifeDays: z.number().positive('must be more than 0').max(730, 'must be 730 or less').optional(),
  cap: z.number().positive('must be more than 0').max(50, 'must be 50 or less').optional(),
})
  .refine(({ dimension, points }) => dimension !== 'negative' || points < 0, {
    path: ['points'],
    message: 'a negative rule takes points away; write a number below 0, or another dimension',
  })
  .refine(({ when, halfLifeDays }) => halfLifeDays === undefined || isCounting(when), {
    path: ['halfLifeDays'],
    message: 'only points for facts can fade; remove it, or count a fact',
  })
  .refine(({ when, cap }) => cap === undefined || (isCounting(when) && !isOnce(when)), {
    path: ['cap'],
    message: 'only a rule that gives points for each fact can have a cap; remove it',
  })
  .refine(({ points, cap }) => cap === undefined || cap >= Math.abs(points), {
    path: ['cap'],
    message: 'is less than one fact gives; lower points, or raise the cap',
  })

const gateRule = ruleOf({ dimension: z.literal('gate') })

const isCounting = (when: Condition): boolean => 'fact' in when && when.quietDays === undefined

const isOnce = (when: Condition): boolean =>
  'fact' in when && (when.times !== undefined || when.withinDays !== undefined)

const scoreRule = z.discriminatedUnion('dimension', [gateRule, pointRule], {
  error: 'must be fit, engagement, negative or gate',
})

const calibration = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.enum(['raw', 'intercept', 'platt']),
    intercept: z.number(),
    slope: z.number().positive('must be more than 0: more points must mean a better chance'),
  }),
  z.strictObject({
    method: z.literal('isotonic'),
    steps: z
      .array(z.strictObject({ points: z.number(), chance: z.number().min(0).max(1) }))
      .min(2)
      .refine(
        (steps) =>
          steps.every(
            (step, at) =>
              at === 0 ||
              (step.points > (steps[at - 1]?.points ?? 0) && step.chance >= (steps[at - 1]?.chance ?? 0)),
          ),
        'must increase in points, and never decrease in chance',
      ),
  }),
])

export const scoringFile = z.strictObject({
  thresholds: z
    .strictObject({
      enter: z.number().min(1, 'must be 1 or more').max(100, 'must be 100 or less'),
      leave: z.number(),
      minimumDwellDays: z.number().min(0, 'must be 0 or more').max(365, 'must be 365 or less'),
      coolDownDays: z.number().min(0, 'must be 0 or more').max(730, 'must be 730 or less'),
    })
    .refine(({ enter, leave }) => leave <= enter, {
      path: ['leave'],
      message: 'must not be above enter, or a lead would come back as soon as it qualified',
    }),
  calibration: calibration.optional(),
  rules: z.array(scoreRule).max(200, 'must be 200 rules or fewer'),
})
