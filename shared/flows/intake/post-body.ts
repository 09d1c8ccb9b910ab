/** A posted body, JSON or a form's, as text by name; and the answer to one that cannot be read. */
import { isUnticked } from '../../contracts/form-post.ts'
import { cut } from '../../domain/text.ts'

/** RFC 9457, with the fields that need correcting. */
export interface Problem {
  readonly status: 400 | 404 | 413 | 415 | 422
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[]
}

export interface FieldError {
  readonly field: string
  readonly message: string
}

export type Body =
  | {
      readonly kind: 'read'
      readonly values: Readonly<Record<string, string>>
      readonly errors: readonly FieldError[]
    }
  | { readonly kind: 'unreadable'; readonly problem: Problem }

/** A form's answers, with room to spare; far below what a table item or an attacker's patience holds. */
const bodyLimitBytes = 32 * 1024
/** More names than any form has fields. */
const mostNames = 200

export const readBody = (contentType: string, body: string): Body => {
  if (Buffer.byteLength(body) > bodyLimitBytes)
    return unreadable(
      413,
      'Submission too large',
      `A submission may have ${bodyLimitBytes} bytes; send the form's fields only.`,
    )
  const [type, ...parameters] = contentType.toLowerCase().split(/[;\s]+/)
  if (parameters.some((parameter) => /^charset=(?!"?(utf-8|us-ascii)"?$)/.test(parameter)))
    return unreadable(415, 'Unsupported encoding', 'Send the text in UTF-8.')
  if (type === 'application/x-www-form-urlencoded') return fromPairs([...new URLSearchParams(body)])
  if (type !== 'application/json')
    return unreadable(
      415,
      'Unsupported content type',
      'Send application/json or application/x-www-form-urlencoded.',
    )
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return fromPairs(Object.entries(value))
  } catch {
    // Answered below, like JSON that is not an object: what the visitor sent is not repeated.
  }
  return unreadable(
    400,
    'Unreadable submission',
    'The body must be one JSON object of field names and values.',
  )
}

export const problem = (
  status: Problem['status'],
  title: string,
  detail: string,
  errors: readonly FieldError[] = [],
): Problem => ({ status, title, detail, errors })

const unreadable = (...parts: Parameters<typeof problem>): Body => ({
  kind: 'unreadable',
  problem: problem(...parts),
})

/** Numbers and ticks become text as a form would send them; what is none of these is a mistake of its field. */
const fromPairs = (pairs: readonly (readonly [string, unknown])[]): Body => {
  if (pairs.length > mostNames)
    return unreadable(422, 'Too many fields', `A submission may name ${mostNames} fields.`)
  const values = new Map<string, string>()
  const errors: FieldError[] = []
  for (const [name, value] of pairs) {
    const text = asText(value)
    const before = values.get(name)
    if (text === undefined)
      errors.push({ field: cut(name, 40), message: 'Send text, a number, true or false.' })
    // Some pages put a hidden "no" before a box, so that an unticked one is sent as well.
    else if (before !== undefined && text !== '' && text !== before && !isUnticked(before))
      errors.push({ field: cut(name, 40), message: 'Send one answer; this came more than once.' })
    else if (text !== '') values.set(name, text)
  }
  return { kind: 'read', values: Object.fromEntries(values), errors }
}

const asText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.toWellFormed().trim()
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  if (typeof value === 'boolean') return value ? 'yes' : ''
  return value === null ? '' : undefined
}
