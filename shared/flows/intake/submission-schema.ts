/** What a form accepts, as one zod schema: capture reads posts by it, and the API's description is generated from it. */
import * as z from 'zod/mini'
import type { CompiledField, CompiledForm } from '../../campaign/compiled/compiled.ts'
import {
  addressLimit,
  firstVisitName,
  postNames,
  tickedWords,
  untickedWords,
  visitNames,
} from '../../contracts/form-post.ts'
import { normaliseAddress, readAddress } from '../../domain/address.ts'
import { isTimeZone } from '../../domain/time-zone.ts'

/** Text that a person can have meant: no control characters but tab and line break. */
const plain = (label: string, maxLength: number) =>
  z
    .string({
      error: (issue) => (issue.input === undefined ? `${label} is needed.` : `${label} must be text.`),
    })
    .check(
      // What follows may be a pattern of the form's own, which need not be quick on 32 KB.
      z.maxLength(maxLength, { error: `${label} may have ${maxLength} characters.`, abort: true }),
      z.refine((value) => !hasControlCharacters(value), {
        error: `${label} contains control or broken characters; remove them.`,
      }),
    )

/** `\t`, `\r` and `\n` come with what people paste; U+FFFD stands where text was not UTF-8. */
const hasControlCharacters = (value: string): boolean =>
  /[\p{Cc}\u2028\u2029\ufffd]/u.test(value.replace(/[\t\r\n]/g, ''))

const known = {
  [postNames.submissionId]: z.optional(
    z
      .string()
      .check(
        z.regex(/^[\w=-]{1,64}$/, { error: 'Use 1 to 64 letters, digits, "-", "_" or "="; a UUID does.' }),
      ),
  ),
  [postNames.token]: z.optional(z.string().check(z.maxLength(400))),
  [postNames.work]: z.optional(z.string().check(z.maxLength(4000))),
  [postNames.trap]: z.optional(z.string()),
  [postNames.timeZone]: z.optional(
    z
      .string()
      .check(
        z.refine(isTimeZone, { error: 'Use an IANA time zone such as Europe/Berlin, or leave it out.' }),
      ),
  ),
  [postNames.language]: z.optional(
    z.string().check(
      z.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/, {
        error: 'Use a language tag such as de or pt-BR, or leave it out.',
      }),
    ),
  ),
  [postNames.source]: z.optional(plain('The source', 120)),
  [postNames.page]: z.optional(plain('The page', addressLimit)),
  [postNames.redirect]: z.optional(plain('The redirect', addressLimit)),
}

const visitShape = Object.fromEntries(
  visitNames.flatMap((name) =>
    [name, firstVisitName(name)].map((key) => [key, z.optional(plain(`The field ${key}`, addressLimit))]),
  ),
)

/** Answers as trimmed text by name, blank ones left out: what every body is brought to before this schema reads it. */
export const submissionSchema = (form: CompiledForm) => {
  const schema = made.get(form) ?? makeSchema(form)
  made.set(form, schema)
  return schema
}

/** Making one takes forty times as long as reading by it. */
const made = new WeakMap<CompiledForm, ReturnType<typeof makeSchema>>()

const makeSchema = (form: CompiledForm) =>
  z.strictObject(
    {
      ...Object.fromEntries(form.fields.map((field) => [field.name, schemaOf(field)])),
      [postNames.consent]: z.enum(tickedWords, {
        error: 'Please agree, so that we may write to you: send consent=yes.',
      }),
      ...known,
      ...visitShape,
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `The form ${form.id} has no such field; remove it, or add it to the form's definition.`
          : undefined,
    },
  )

const schemaOf = (field: CompiledField) => {
  const schema = requiredSchemaOf(field)
  return field.required ? schema : z.optional(schema)
}

const requiredSchemaOf = (field: CompiledField) => {
  const { label, maxLength, minLength, pattern, patternHelp, options } = field
  const text = plain(label, maxLength)
  const fits = (isRight: (value: string) => boolean, error: string) =>
    text.check(z.refine(isRight, { error }))
  switch (field.type) {
    case 'email':
      return text.check(
        z.refine((value) => normaliseAddress(value) !== undefined, {
          error: ({ input }) => `${label}: ${whyRefused(String(input))}`,
        }),
      )
    case 'phone':
      return text.check(
        z.regex(/^\+?[\d\s().\-/]{5,24}$/, {
          error: `${label} must be a number such as +44 20 7946 0018.`,
        }),
      )
    case 'select':
      return z.enum(options ? [...options] : [], {
        error: (issue) =>
          issue.input === undefined
            ? `${label} is needed.`
            : `${label} must be one of: ${options?.join(', ')}.`,
      })
    case 'checkbox':
      return z.enum(field.required ? tickedWords : [...tickedWords, ...untickedWords], {
        error: (issue) =>
          issue.input === undefined ? `${label} is needed.` : `${label} must be ticked or not.`,
      })
    case 'number':
      return fits((value) => isNumberWithin(value, field), numberHelp(field))
    case 'text':
    case 'hidden':
      return text.check(
        z.refine((value) => minLength === undefined || value.length >= minLength, {
          error: `${label} must have ${minLength} characters at least.`,
        }),
        z.refine((value) => pattern === undefined || new RegExp(`^(?:${pattern})$`, 'v').test(value), {
          error: `${label}: ${patternHelp}`,
        }),
      )
  }
}

const whyRefused = (text: string): string => {
  const read = readAddress(text)
  return read.kind === 'refused' ? read.why : ''
}

const isNumberWithin = (value: string, { minimum, maximum }: CompiledField): boolean =>
  /^-?\d{1,12}(\.\d{1,6})?$/.test(value) &&
  (minimum === undefined || Number(value) >= minimum) &&
  (maximum === undefined || Number(value) <= maximum)

const numberHelp = ({ label, minimum, maximum }: CompiledField): string => {
  if (minimum !== undefined && maximum !== undefined)
    return `${label} must be a number from ${minimum} to ${maximum}.`
  if (minimum !== undefined) return `${label} must be a number, ${minimum} or more.`
  if (maximum !== undefined) return `${label} must be a number, ${maximum} or less.`
  return `${label} must be a number such as 12 or 3.5.`
}
