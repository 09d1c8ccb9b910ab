/** The shape of each file of a campaign folder, as a marketer writes it. */
import * as z from 'zod'

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or "-"')
const email = z.email('must be an email address such as sales@example.com')
const timeZone = z
  .string()
  .refine(
    (name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC',
    'must be an IANA time zone such as Europe/Berlin',
  )
const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as "09:00"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))

const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

export const campaignFile = z.strictObject({
  name: id,
  senderName: z.string().min(1).max(60),
  replyTo: email.optional(),
  postalAddress: z
    .string()
    .min(10, 'must be a full postal address; the law asks for one in every marketing email'),
  timeZone,
  minimumGapHours: z
    .number()
    .min(0)
    .max(24 * 30),
  sales: z.strictObject({ email }),
  report: z.strictObject({ email }),
})

export const formFile = z.strictObject({
  title: z.string().min(1),
  sequence: id,
  doubleOptIn: z.boolean(),
  consent: z.strictObject({ wording: z.string().min(20, 'must say what the person agrees to') }),
  fields: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must be a name such as firstName'),
        label: z.string().min(1),
        type: z.enum(['text', 'email', 'select', 'number', 'hidden']),
        required: z.boolean().default(false),
        maxLength: z.number().int().min(1).max(2000).default(120),
        options: z.array(z.string()).min(1).optional(),
      }),
    )
    .min(1),
})

const condition = z.union(
  [
    z.strictObject({ field: z.string(), in: z.array(z.coerce.string()).min(1) }),
    z.strictObject({ field: z.string(), atLeast: z.number() }),
    z.strictObject({ source: z.array(z.string()).min(1) }),
    z.strictObject({
      fact: z.enum(['CAPTURED', 'CONFIRMED', 'DELIVERED', 'OPENED', 'CLICKED']),
      link: z.string().startsWith('/').optional(),
    }),
  ],
  'must be { field, in }, { field, atLeast }, { source } or { fact, link? }',
)

export const scoringFile = z.strictObject({
  qualifyAt: z.number().min(1).max(100),
  rules: z.array(
    z.strictObject({
      id,
      dimension: z.enum(['fit', 'engagement', 'negative']),
      when: condition,
      points: z.number().min(-10).max(10),
      halfLifeDays: z.number().positive().optional(),
      cap: z.number().positive().optional(),
      reason: z.string().min(3),
    }),
  ),
})

export const sequenceFile = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        id,
        email: id,
        delayDays: z.number().min(0).max(365),
        window: z
          .strictObject({ weekdays: z.array(z.enum(weekdayNames)).min(1), from: clockTime, to: clockTime })
          .refine(({ from, to }) => from < to, 'must open before it closes')
          .transform(({ weekdays, from, to }) => ({
            weekdays: weekdays.map((day) => weekdayNames.indexOf(day) + 1),
            fromMinutes: from,
            toMinutes: to,
          }))
          .optional(),
      }),
    )
    .min(1),
})

export const emailHead = z.strictObject({
  subject: z.string().min(1).max(78, 'must be at most 78 characters; phones show about 40'),
  preheader: z.string().max(140).default(''),
})
