/** The settings of one deployment, parsed once; a wrong one is an error that names it, its fix and its place. */
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { distance } from 'fastest-levenshtein'
import * as z from 'zod'
import { defaultSweepSegments } from '../shared/contracts/names.ts'
import { UserError } from '../shared/contracts/user-error.ts'
import { disagreements } from './settings-together.ts'

const domain = (example: string) =>
  z
    .string()
    .regex(
      /^([a-z0-9-]+\.)+[a-z]{2,}$/,
      `must be a domain in lower case without a dot at its end, such as ${example}`,
    )

/** Written in cdk.json as it is; behind `-c` as JSON, which is all that a command line can carry. */
const structured = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(fromJson, schema)

const fromJson = (given: unknown): unknown => {
  if (typeof given !== 'string') return given
  try {
    return JSON.parse(given)
  } catch {
    return given
  }
}

const flag = z.union([z.boolean(), z.stringbool()], 'must be true or false').default(false)

const switchedOn = z.union([z.boolean(), z.stringbool()], 'must be true or false').default(true)

const certificate = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    'must be the ARN of a certificate of ACM',
  )

const secretArn = (example: string) =>
  z
    .string()
    .regex(
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
      `must be the whole ARN of a secret, with the six characters at its end, such as ${example}`,
    )

/** As the CDK knows them: a region newer than the installed CDK comes with an update of it. */
const regions = RegionInfo.regions.map(({ name }) => name)

const nearestRegions = (given: string): string =>
  regions
    .toSorted((a, b) => distance(a, given) - distance(b, given))
    .slice(0, 3)
    .join(', ')

const schema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Z][A-Za-z0-9]{0,19}$/,
        'must be 1 to 20 letters and digits that begin with a capital, such as Ripen',
      )
      .default('Ripen')
      .describe('first part of the stack’s name; a second campaign in one account needs another'),
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits or "-", such as prod')
      .describe('last part of the stack’s name, such as `prod`'),
    region: z
      .string()
      .refine((region) => regions.includes(region), {
        error: ({ input }) =>
          `is not a region that AWS has; the nearest are ${nearestRegions(String(input))}`,
      })
      .describe('where everything is deployed'),
    sender: z
      .email('must be the address that emails come from, such as learn@example.com')
      .describe('the address that emails come from'),
    domain: domain('example.com')
      .optional()
      .describe(
        'the domain of `sender`, which you prove to be yours; without it, `sender` alone is proven, for a trial',
      ),
    identity: z
      .enum(
        ['create', 'existing'],
        'must be "create", or "existing" for one that the account already has in this region',
      )
      .default('create')
      .describe('whether SES already knows `domain` (or `sender`): it does so once per account and region'),
    mailFromLabel: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be one label of a domain, such as mail')
      .optional()
      .describe('bounces go to `<label>.<domain>`; `mail` if not set. Each region needs its own'),
    dmarcPolicy: z
      .enum(
        ['none', 'quarantine', 'reject', 'existing'],
        'must be none, quarantine, reject, or "existing" for a domain that has a DMARC record',
      )
      .optional()
      .describe(
        'what receivers do with mail that fails DMARC; `none` if not set; `existing`: the domain has a record',
      ),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{5,31}$/, 'must be the id of a public Route 53 zone, such as Z0123456789ABCDEFGHIJ')
      .optional()
      .describe('the Route 53 zone in which to write all records; without it they are outputs'),
    hostedZoneName: domain('example.com')
      .optional()
      .describe('what that zone is called; `domain` if not set'),
    domainName: domain('go.example.com')
      .optional()
      .describe(
        'where forms and links live; without it at an address of API Gateway, which a new stack would change',
      ),
    certificateArn: certificate
      .optional()
      .describe('a certificate for `domainName`; without it one is made, by way of the zone'),
    webAclArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
        'must be the ARN of a web ACL of the scope CLOUDFRONT, which lives in us-east-1 wherever the stack is; docs/deploy.md has the command that makes one',
      )
      .optional()
      .describe('puts CloudFront with this WAF web ACL before the API'),
    trackingDomain: domain('click.example.com')
      .optional()
      .describe('where links in emails lead first, so that SES can count clicks; a domain of AWS if not set'),
    trackingCertificateArn: certificate
      .optional()
      .describe(
        'a certificate of us-east-1 for `trackingDomain`; a stack of us-east-1 can make one by way of the zone',
      ),
    alarmEmail: z
      .email('must be an email address')
      .optional()
      .describe('who is told when an alarm rings; without it nobody is'),
    sendConcurrency: z.coerce
      .number()
      .int()
      .min(2, 'must be 2 or more, as Lambda requires')
      .max(100)
      .default(2)
      .describe('emails given to SES at a time'),
    sweepSegments: z.coerce
      .number()
      .int()
      .min(1, 'must be 1 or more')
      .max(100)
      .default(defaultSweepSegments)
      .describe('into how many parts the daily sweep cuts the table, each read beside the others'),
    reservedConcurrency: z.coerce
      .number()
      .int()
      .min(1, 'must be 1 or more')
      .max(1000)
      .optional()
      .describe(
        'invocations kept for each of the four public functions; Lambda wants 100 left unreserved in the account',
      ),
    logRetentionDays: z.coerce
      .number()
      .refine((days) => [7, 14, 30, 60, 90, 180, 365].includes(days), 'must be 7, 14, 30, 60, 90, 180 or 365')
      .default(30)
      .describe('how long logs are kept'),
    dashboard: switchedOn.describe(
      'whether CloudWatch has a page of graphs: 3 USD a month, but for the first three of an account',
    ),
    tracing: flag.describe('whether AWS X-Ray traces the functions'),
    terminationProtection: flag.describe('whether `cdk destroy` refuses to delete the stack'),
    tags: structured(
      z.record(
        z.string().min(1).max(128),
        z.string().max(256),
        'must be names with texts, such as {"team": "growth"}',
      ),
    )
      .optional()
      .describe('tags of everything in the stack, such as `{ "team": "growth" }`'),
    campaign: z.string().min(1).default('campaign').describe('the campaign’s folder'),
    adopt: structured(
      z.strictObject(
        {
          table: z
            .string()
            .regex(
              /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\d:T.-]+$/,
              'must be the ARN of the stream of a table, which names both; docs/deploy.md says how to switch it on',
            ),
          identityKey: secretArn(
            'arn:aws:secretsmanager:eu-central-1:123456789012:secret:KeysIdentity-a1B2c3',
          ),
          linkKey: secretArn('arn:aws:secretsmanager:eu-central-1:123456789012:secret:KeysLink-a1B2c3'),
        },
        'must name a table, its identityKey and its linkKey, all three: leads are found by the one and unsubscribe links read by the other',
      ),
    )
      .optional()
      .describe(
        'a table and keys that an earlier stack left: `{ "table": …, "identityKey": …, "linkKey": … }`',
      ),
  })
  .superRefine((settings, context) => {
    for (const { name, message } of disagreements(settings))
      context.addIssue({ code: 'custom', path: name.split('.'), message })
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
    const path = issue.path.map(String)
    const isUnknown = issue.code === 'unrecognized_keys'
    const names = isUnknown ? issue.keys.map((key) => [...path, key]) : [path]
    const what = isUnknown ? 'is not a setting; remove it or correct its spelling' : issue.message
    return names.map((name) => `Setting "${name.join('.')}": ${what}. ${placeOf(name)}`)
  })
  throw new SettingsError(lines.join('\n'))
}

const placeOf = ([setting, ...within]: readonly string[]): string =>
  `Set it in cdk.json under context.ripen, or with -c ${setting}=${within.length > 0 ? "'{...}'" : '...'}`

/** The names that `-c name=value` may override. */
export const settingNames = Object.keys(schema.shape)

/** Every setting as docs/deploy.md lists it. */
export const settingsTable = (): {
  readonly name: string
  readonly ifNotSet: string
  readonly what: string
}[] =>
  Object.entries(schema.shape).map(([name, setting]) => {
    const { success, data } = setting.safeParse(undefined)
    return {
      name,
      ifNotSet: success ? (data === undefined ? 'not set' : String(data)) : 'must be set',
      what: setting.description ?? '',
    }
  })
