/** The shape of each file of a campaign folder, as a marketer writes it. */
import * as z from 'zod'
import type { Condition } from '../../domain/conditions.ts'
import { condition } from './condition-schema.ts'
import { id } from './name.ts'
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
