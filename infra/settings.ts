/** The settings of one deployment, parsed once; a wrong one is an error that names it, its fix and its place. */
import * as z from 'zod'
import { UserError } from '../shared/contracts/user-error.ts'

const schema = z
  .strictObject({
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits or "-", such as prod'),
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be the domain that emails come from, such as example.com'),
    sender: z.email('must be the address that emails come from, such as learn@example.com'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1'),
    campaign: z.string().min(1).default('campaign'),
    alarmEmail: z.email('must be an email address').optional(),
    sendConcurrency: z.coerce
      .number()
      .int()
      .min(2, 'must be 2 or more, as Lambda requires')
      .max(100)
      .default(2),
    logRetentionDays: z.coerce
      .number()
      .refine((days) => [7, 14, 30, 60, 90, 180, 365].includes(days), 'must be 7, 14, 30, 60, 90, 180 or 365')
      .default(30),
  })
  .refine(({ sender, domain }) => sender.toLowerCase().endsWith(`@${domain}`), {
    path: ['sender'],
    message:
      'must be an address at the domain of the setting "domain", or mailbox providers will not trust it',
  })

export type Settings = z.output<typeof schema>

/** A deployment setting is missing, unknown or wrong. */
export class SettingsError extends UserError {
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
