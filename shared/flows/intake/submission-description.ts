/** A form's submission as JSON Schema: generated from the schema that capture reads posts by, with the form's own words. */
import * as z from 'zod/mini'
import type { CompiledField, CompiledForm } from '../../campaign/compiled/compiled.ts'
import { fieldTypes } from '../../contracts/field-types.ts'
import { postNames, tickedWords, untickedWords } from '../../contracts/form-post.ts'
import { submissionSchema } from './submission-schema.ts'

/** A JSON Schema of draft 2020-12, which is what OpenAPI 3.1 takes. */
export type JsonSchema = Readonly<Record<string, unknown>>

const reservedWords: Readonly<Record<string, string>> = {
  [postNames.consent]: 'That the person agrees to the wording that the form shows beside it.',
  [postNames.submissionId]:
    'Names this submission, so that sending it again is the same submission. For pages that cannot set the header idempotency-key, which outweighs it.',
  [postNames.token]:
    'From GET /forms/{form}/token. Shows that a person was shown the form before it was sent.',
  [postNames.work]: 'The solved challenge, base64, where the token came with one.',
  [postNames.trap]:
    'Leave it out or empty. People do not see this field; whoever fills it in is not believed.',
  [postNames.timeZone]:
    'IANA time zone of the visitor, such as Europe/Berlin: emails then come in their day.',
  [postNames.language]: 'Language tag of the visitor, such as de or pt-BR.',
  [postNames.source]: 'Where the visitor came from, in your words; outweighs what the visit says.',
  [postNames.page]: 'Address of the page with the form. Query and fragment are not kept.',
  [postNames.redirect]:
    'Where the visitor goes afterwards. Must be on the form’s list of redirects; anything else is ignored.',
}

/** The schema of a body. What it allows in trimmed text that is not blank, capture accepts; what it forbids, capture refuses. */
export const describeSubmission = (form: CompiledForm): JsonSchema => {
  const { properties = {}, required = [] } = z.toJSONSchema(submissionSchema(form), { io: 'input' })
  const fields = new Map(form.fields.map((field) => [field.name, field]))
  const described = Object.entries(properties).map(([name, generated]) => {
    const schema = typeof generated === 'object' ? generated : {}
    const field = fields.get(name)
    return [name, field ? describeField(field, schema) : describeReserved(name, form, schema)]
  })
  const needed = form.protection.token ? [...required, postNames.token] : required
  const example = exampleOf(form)
  return {
    type: 'object',
    title: form.title,
    additionalProperties: false,
    required: needed,
    properties: Object.fromEntries(described),
    ...(example && { examples: [example] }),
  }
}

/** What capture's check for control characters says, as a pattern: tab and line breaks come with what people paste. */
const printable = '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F\\u2028\\u2029\\uFFFD]*$'

const describeReserved = (name: string, { protection }: CompiledForm, generated: JsonSchema): JsonSchema => {
  const description =
    reservedWords[name] ?? 'Where the visit came from, under the name that the web uses for it.'
  if (name === postNames.consent) return { description, ...ticked }
  if (name === postNames.trap)
    return { description, ...generated, ...(protection.hasTrap && { maxLength: 0 }) }
  if (name === postNames.token || name === postNames.work || 'pattern' in generated)
    return { description, ...generated }
  return { description, ...generated, pattern: printable }
}

/** In JSON a tick may also be true; false, like leaving it out, is no tick. */
const ticked = { type: ['string', 'boolean'], enum: [...tickedWords, true] } as const

const describeField = (field: CompiledField, generated: JsonSchema): JsonSchema => {
  const { label, help, type, minLength, minimum, maximum } = field
  const words = (more?: string) => ({
    description: [label, help, more].flatMap((text) => (text ? [text.replace(/[.]$/, '')] : [])).join('. '),
  })
  switch (type) {
    case 'email':
      return {
        ...words('An address that mail can be sent to'),
        ...generated,
        format: 'email',
        pattern: printable,
      }
    case 'number':
      return {
        ...words(
          'A number with at most twelve digits before the point and six after it; text has the same bounds',
        ),
        ...generated,
        type: ['number', 'string'],
        pattern: '^-?\\d{1,12}(\\.\\d{1,6})?$',
        minimum: minimum ?? -numberLimit,
        maximum: maximum ?? numberLimit,
      }
    case 'checkbox':
      return {
        ...words(),
        ...(field.required ? ticked : { ...ticked, enum: [...ticked.enum, ...untickedWords, false] }),
      }
    case 'text':
    case 'hidden':
      return {
        ...words(field.patternHelp),
        ...generated,
        ...(minLength !== undefined && { minLength }),
        ...patternsOf(field),
      }
    default:
      // The schema that submissions are read by says it all.
      return { ...words(), ...generated }
  }
}

/** Twelve digits before the point. */
const numberLimit = 999_999_999_999

/** A pattern may allow what no text may have, so both stand. */
const patternsOf = ({ pattern }: CompiledField): JsonSchema =>
  pattern === undefined
    ? { pattern: printable }
    : { pattern: `^(?:${pattern})$`, allOf: [{ pattern: printable }] }

const exampleTexts: readonly (readonly [RegExp, string])[] = [
  [/^email$/, 'ada@example.com'],
  [/name/i, 'Ada'],
  [/city/i, 'Bristol'],
  [/country/i, 'United Kingdom'],
  [/./, 'Example'],
]

/** A post that the form accepts once it has a token of its own, or none where a field's rule is beyond guessing. */
const exampleOf = (form: CompiledForm): Readonly<Record<string, string>> | undefined => {
  const answers = form.fields.flatMap((field): [string, string][] => {
    const text = exampleAnswer(field)
    return text === undefined ? [] : [[field.name, text]]
  })
  const example = {
    ...Object.fromEntries(answers),
    [postNames.consent]: 'yes',
    ...(form.protection.token && { [postNames.token]: `what GET /forms/${form.id}/token answered` }),
    [postNames.timeZone]: 'Europe/London',
    [postNames.source]: 'newsletter of March',
  }
  return submissionSchema(form).safeParse(example).success ? example : undefined
}

const exampleAnswer = (field: CompiledField): string | undefined => {
  const { name, type, required, pattern, minLength } = field
  if (type === 'hidden') return undefined
  if (type !== 'text') return fieldTypes[type].sample(field)
  if (!required && (pattern !== undefined || minLength !== undefined)) return undefined
  return exampleTexts.find(([names]) => names.test(name))?.[1]
}
