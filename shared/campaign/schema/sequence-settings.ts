/** What campaign.yaml says for all sequences: windows by name, holidays, how often and how late an email may come. */
import * as z from 'zod'
import { clockTime, weekday } from './clock-time.ts'
import { id } from './name.ts'

const notAList = ({ input }: { readonly input?: unknown }): string | undefined =>
  typeof input === 'string' ? 'must be a list of weekdays, such as [Mon, Tue, Wed, Thu, Fri]' : undefined

export const window = z
  .strictObject({
    weekdays: z.array(weekday, { error: notAList }).min(1, 'must list at least one weekday'),
    from: clockTime,
    to: clockTime,
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later than from' })
  .transform(({ weekdays, from, to }) => ({ weekdays, fromMinutes: from, toMinutes: to }))

const hours = z.string().transform((text, context): number => {
  const match = /^(\d{1,4}) (hour|day)s?$/.exec(text.trim())
  if (match) return Number(match[1]) * (match[2] === 'day' ? 24 : 1)
  context.addIssue({ code: 'custom', message: 'must be a time span such as 6 hours or 2 days' })
  return z.NEVER
})

export const lateness = z.strictObject(
  {
    atMost: hours,
    beyond: z.enum(['skip', 'retime', 'spread'], 'must be skip, retime or spread'),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'must look like { atMost: 6 hours, beyond: spread }' : undefined,
  },
)

/** What stands in campaign.yaml for all sequences. */
export const sequenceSettings = {
  windows: z.record(id, window).default({}),
  lateness: lateness.prefault({ atMost: '6 hours', beyond: 'spread' }),
  businessDays: z.array(weekday).min(1, 'must list at least one weekday').default([1, 2, 3, 4, 5]),
  holidays: z
    .array(
      z
        .string('must be a date in quotation marks, such as "2026-12-25" or, every year, "12-25"')
        .regex(
          /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
          'must be a date such as "2026-12-25", or "12-25" for every year',
        ),
    )
    .max(400, 'must list 400 or fewer')
    .default([]),
  frequencyCap: z
    .strictObject({
      emails: z.number().int().min(1, 'must be 1 or more').max(50, 'must be 50 or less'),
      days: z.number().positive('must be more than 0').max(90, 'must be 90 or less'),
    })
    .optional(),
  repeatAfterDays: z.number().min(0, 'must be 0 or more').max(3650, 'must be 3650 or less').default(365),
  softBounces: z
    .strictObject({
      emails: z.number().int().min(2, 'must be 2 or more').max(50, 'must be 50 or less'),
      days: z.number().positive('must be more than 0').max(365, 'must be 365 or less'),
    })
    .optional(),
  holdOut: z
    .strictObject({ percent: z.number().min(0, 'must be 0 or more').max(50, 'must be 50 or less') })
    .default({ percent: 0 }),
}
