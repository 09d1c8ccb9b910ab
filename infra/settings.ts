/** The settings of one deployment, parsed once; a wrong one is an error that names it, its fix and its place. */
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { distance } from 'fastest-levenshtein'
import * as z from 'zod'

/** As the CDK knows them: a region newer than the installed CDK comes with an update of it. */
const regions = RegionInfo.regions.map(({ name }) => name)

const nearestRegions = (given: string): string =>
  regions
    .toSorted((a, b) => distance(a, given) - distance(b, given))
    .slice(0, 3)
    .join(', ')

const schema = z
  .strictObject({
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits or "-", such as prod'),
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be the domain that emails come from, such as example.com'),
    sender: z.email('must be the address that emails come from, such as learn@example.com'),
    region: z.string().refine((region) => regions.includes(region), {
      error: ({ input }) => `is not a region that AWS has; the nearest are ${nearestRegions(String(input))}`,
    }),
    campaign: z.string().min(1).default('campaign'),
    alarmEmail: z.email('must be an email address').optional(),
    sendConcurrency: z.coerce.number().int().min(2, 'must be 2 or more, as Lambda asks').max(100).default(2),
    // Each of the four public functions is reserved so many; Lambda wants 100 left unreserved in the account.
    reservedConcurrency: z.coerce.number().int().min(1, 'must be 1 or more').max(1000).optional(),
    logRetentionDays: z.coerce
      .number()
      .refine((days) => [7, 14, 30, 60, 90, 180, 365].includes(days), 'must be 7, 14, 30, 60, 90, 180 or 365')
      .default(30),
  })
  .refine(({ sender, domain }) => sender.toLowerCase().endsWith(`@${domain}`), {
    path: ['sender'],
    message: 'must be an address at the setting "domain", or receivers will not trust it',
  })

export type Settings = z.output<typeof schema>

/** A deployment setting is missing, unknown or wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** `given` are the context's `ripen` object in cdk.json with single settings of `-c name=value` laid over it. */
export const parseSettings = (given: Readonly<Record<string, unknown>>): Settings => {
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const lines = read.error.issues.flatMap((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')]
    const what =
      issue.code === 'unrecognized_keys'
        ? 'is not a setting; remove it or correct its spelling'
        : issue.message
    return names.map(
      (name) => `Setting "${name}": ${what}. Set it in cdk.json under context.ripen, or with -c ${name}=...`,
    )
  })
  throw new SettingsError(lines.join('\n'))
}

/** The names that `-c name=value` may override. */
export const settingNames = Object.keys(schema.shape)
