/** The shape of a form as a marketer writes it in `forms/<form>.yaml`. */
import * as z from 'zod'
import { fieldTypeNames, fieldTypes, type TypeSetting } from '../../contracts/field-types.ts'
import { id } from './name.ts'
import { patternProblem } from './pattern.ts'

const httpsAddress = z
  .string()
  .refine(
    (text) => hasProtocol(text, 'https:'),
    'must be a full address such as https://www.example.com/thanks',
  )

/** Is compared with what a page asks for, so it is written as browsers write addresses. */
const destination = httpsAddress.refine(
  (text) => !URL.canParse(text) || (new URL(text).href === text && !/[?#]/.test(text)),
  'must be written as browsers show it, such as https://www.example.com/thanks/: lower-case host, a slash after it, no ? and no #',
)

/** A page under development runs on this machine, without a certificate. */
const origin = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && new URL(text).origin === text && (hasProtocol(text, 'https:') || isLocal(text)),
    'must be an origin such as https://www.example.com: no path, no trailing slash, and https',
  )

const hasProtocol = (text: string, protocol: string): boolean =>
  URL.canParse(text) && new URL(text).protocol === protocol

const isLocal = (text: string): boolean => ['localhost', '127.0.0.1'].includes(new URL(text).hostname)

/** What to do about a setting that a field's type does not have; "only" names the types that have it. */
const strayWords: Readonly<Record<TypeSetting, (only: string) => string>> = {
  pattern: (only) => `${only} can have a pattern; remove it`,
  minLength: (only) => `${only} can have a minimum length; remove it`,
  minimum: (only) => `${only} can have bounds; remove it`,
  maximum: (only) => `${only} can have bounds; remove it`,
  options: (only) => `${only} offers options; remove them, or make it a select`,
}

const typeSettings = Object.keys(strayWords) as TypeSetting[]

/** `only a text or hidden field`. */
const onlyThoseWith = (setting: TypeSetting): string =>
  `only a ${fieldTypeNames.filter((type) => fieldTypes[type].settings.includes(setting)).join(' or ')} field`

const field = z
  .strictObject({
    name: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must be a name such as firstName'),
    label: z.string().min(1),
    help: z.string().min(1).optional(),
    type: z.enum(fieldTypeNames, `must be one of ${fieldTypeNames.join(', ')}`),
    required: z.boolean().default(false),
    maxLength: z.number().int().min(1).max(2000).default(120),
    minLength: z.number().int().min(1).max(2000).optional(),
    pattern: z.string().optional(),
    patternHelp: z.string().min(5).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    options: z
      .array(z.string().regex(/^\S(.*\S)?$/v, 'must be text without spaces around it'))
      .min(1)
      .optional(),
    autocomplete: z
      .string()
      .regex(/^[a-z0-9-]+( [a-z0-9-]+)*$/, 'must be an HTML autocomplete token, such as given-name')
      .optional(),
    progressive: z.boolean().default(false),
  })
  .superRefine((given, { addIssue }) => {
    const wrong = (key: string, message: string) => addIssue({ code: 'custom', path: [key], message })
    for (const setting of typeSettings)
      if (given[setting] !== undefined && !fieldTypes[given.type].settings.includes(setting))
        wrong(setting, strayWords[setting](onlyThoseWith(setting)))
    const problem = given.pattern === undefined ? undefined : patternProblem(given.pattern)
    if (problem !== undefined) wrong('pattern', problem)
    if (given.patternHelp !== undefined && given.pattern === undefined)
      wrong('patternHelp', 'explains a pattern, but there is none; add pattern, or use help instead')
    if (given.pattern !== undefined && given.patternHelp === undefined)
      wrong('pattern', 'needs patternHelp: what visitors see when their answer does not match')
    if (given.minLength !== undefined && given.minLength > given.maxLength)
      wrong('minLength', 'must not be above maxLength, or no answer is ever valid')
    if (given.minimum !== undefined && given.maximum !== undefined && given.minimum > given.maximum)
      wrong('minimum', 'must not be above maximum, or no answer is ever valid')
    if (given.type === 'select' && given.options === undefined)
      wrong('type', 'has no options; list them under options')
    if (given.options !== undefined && new Set(given.options).size < given.options.length)
      wrong('options', 'lists the same option twice; remove one')
    if (given.type === 'hidden' && (given.required || given.progressive))
      wrong('type', 'visitors cannot fill in a hidden field; it cannot be required or progressive')
    if (given.progressive && given.required)
      wrong('progressive', 'a progressive field is not always shown, so it cannot be required')
  })

export const formFile = z.strictObject({
  title: z.string().min(1),
  intro: z.string().min(1).optional(),
  submit: z
    .string()
    .min(1)
    .max(60, 'must be at most 60 characters; it is the text of a button')
    .default('Send'),
  sequence: id,
  doubleOptIn: z.boolean('must be true or false'),
  consent: z.strictObject({
    wording: z.string().min(20, 'must say what the person agrees to'),
    keepSourceDays: z.number().int().min(0).max(3650).default(0),
  }),
  origins: z.array(origin).default([]),
  thanks: z
    .union(
      [
        z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
        z.strictObject({ redirect: httpsAddress }),
      ],
      'must be { title, text } or { redirect: https://... }',
    )
    .default({
      title: 'Thank you',
      text: 'We have your details. What you asked for is on its way to your inbox.',
    }),
  redirects: z.array(destination).default([]),
  disposable: z.enum(['allow', 'flag', 'refuse'], 'must be allow, flag or refuse').default('flag'),
  protection: z
    .strictObject({
      trap: z.boolean().default(true),
      token: z
        .union(
          [
            z.literal(false, 'must be false, or minimumSeconds and maximumHours'),
            z
              .strictObject({
                minimumSeconds: z
                  .number()
                  .min(0)
                  .max(60, 'must be 60 or less; fast visitors are people too')
                  .default(2),
                maximumHours: z
                  .number()
                  .min(1, 'must be 1 or more; people leave pages open')
                  .max(168)
                  .default(24),
              })
              .prefault({}),
          ],
          'must be false, or { minimumSeconds: 0 to 60, maximumHours: 1 to 168 }',
        )
        .prefault({}),
      work: z.enum(['never', 'whenBusy', 'always'], 'must be never, whenBusy or always').default('whenBusy'),
    })
    .refine(({ token, work }) => token !== false || work === 'never', {
      path: ['work'],
      message: 'proof of work needs the token; write never, or remove "token: false"',
    })
    .prefault({}),
  fields: z.array(field).min(1, 'must ask for at least an email address'),
})

export type Form = z.output<typeof formFile>
export type Field = Form['fields'][number]
