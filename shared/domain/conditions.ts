/** What a score rule or a sequence may ask of a lead: every kind of condition, and how those on its profile are met. */

/** What a lead is known by, apart from what happened. */
export interface Profile {
  readonly fields: Readonly<Record<string, string>>
  readonly source: string
  /** In lower case. */
  readonly emailDomain?: string
  readonly addressKinds?: readonly AddressKind[]
}

/** `role`: a team reads it, not one person (info@). `disposable`: it was made to be thrown away. */
export type AddressKind = 'role' | 'disposable'

/** Conditions on the profile by their kinds: those on a field, then each by a key that only it has. */
export interface ProfileConditions {
  readonly in: { readonly field: string; readonly in: readonly string[] }
  /** From `atLeast` inclusive to `below` exclusive; one of them may be absent. */
  readonly range: { readonly field: string; readonly atLeast?: number; readonly below?: number }
  readonly known: { readonly field: string; readonly known: boolean }
  readonly source: { readonly source: readonly string[] }
  /** The part of the address after the `@`, or a domain above it. */
  readonly emailDomain: { readonly emailDomain: readonly string[] }
  readonly addressKind: { readonly addressKind: readonly AddressKind[] }
}

export type ProfileCondition = ProfileConditions[keyof ProfileConditions]

export type Condition = ProfileCondition | FactCondition

export type ConditionKind = keyof ProfileConditions | 'fact'

/** Counts facts. With `times` or `withinDays` it is met or not; with neither, each fact gives the rule's points again. */
export interface FactCondition {
  readonly fact: CountedFact
  /** For CLICKED: how the link's path ends. */
  readonly link?: string
  /** At least this many. */
  readonly times?: number
  /** Counting only those of the last days. */
  readonly withinDays?: number
  /** None of them in the last days, counted from the first capture. Excludes `times` and `withinDays`. */
  readonly quietDays?: number
}

export type CountedFact =
  | 'CAPTURED'
  | 'CONFIRMED'
  | 'DELIVERED'
  | 'OPENED'
  | 'CLICKED'
  | 'BOUNCED'
  | 'RETURNED'

/** What sequences ask beside; facts count from the beginning of the enrolment. */
export type StepCondition =
  | Condition
  /** Points as they stand, from `atLeast` inclusive to `below` exclusive. */
  | { readonly score: { readonly atLeast?: number; readonly below?: number } }
  /** Has submitted one of these, ever. */
  | { readonly form: readonly string[] }
  | { readonly all: readonly StepCondition[] }
  | { readonly any: readonly StepCondition[] }
  | { readonly not: StepCondition }

/** Methods, so that the reader of one kind can stand for that of any: `readerOf` picks it by the condition itself. */
interface Reader<C> {
  isMet(when: C, profile: Profile): boolean
  /** The condition, or its opposite, as a clause to follow on "if". */
  clause(when: C, is: 'is' | 'is not'): string
  /** What fired a rule: what it reads, and what that is for this lead. */
  because(when: C, profile: Profile): string
}

const answered = ({ field }: { readonly field: string }, { fields }: Profile): string =>
  `${field} is ${fields[field]}`

const readers: { readonly [K in keyof ProfileConditions]: Reader<ProfileConditions[K]> } = {
  in: {
    isMet: ({ field, in: values }, { fields }) => {
      const value = fields[field]
      return value !== undefined && value !== '' && values.includes(value)
    },
    clause: ({ field, in: values }, is) => `${fieldText(field)} ${is} ${oneOf(values)}`,
    because: answered,
  },
  range: {
    isMet: ({ field, atLeast, below }, { fields }) => {
      const value = fields[field]
      if (value === undefined || value === '') return false
      const number = Number(value)
      return (atLeast === undefined || number >= atLeast) && (below === undefined || number < below)
    },
    clause: ({ field, ...bounds }, is) => `${fieldText(field)} ${is} ${rangeText(bounds)}`,
    because: answered,
  },
  known: {
    isMet: ({ field, known }, { fields }) => ((fields[field] ?? '') !== '') === known,
    clause: ({ field, known }, is) =>
      `${fieldText(field)} is ${known === (is === 'is') ? 'known' : 'unknown'}`,
    because: ({ field, known }) => `${field} is ${known ? 'known' : 'not known'}`,
  },
  source: {
    isMet: (when, { source }) => when.source.includes(source),
    clause: ({ source }, is) => `the source ${is} ${oneOf(source)}`,
    because: (_, { source }) => `source is ${source}`,
  },
  emailDomain: {
    isMet: (when, profile) => domainOf(when.emailDomain, profile) !== undefined,
    clause: ({ emailDomain }, is) => `the address ${is} at ${oneOf(emailDomain)}`,
    because: (when, profile) => `the address is at ${domainOf(when.emailDomain, profile)}`,
  },
  addressKind: {
    isMet: (when, profile) => addressKindOf(when.addressKind, profile) !== undefined,
    clause: ({ addressKind }, is) => `the address ${is} a ${oneOf(addressKind)} address`,
    because: (when, profile) =>
      `the address is ${addressKindWords[addressKindOf(when.addressKind, profile) ?? 'role']}`,
  },
}

const domainOf = (names: readonly string[], { emailDomain }: Profile): string | undefined =>
  names.find((name) => emailDomain === name || emailDomain?.endsWith(`.${name}`))

const addressKindOf = (kinds: readonly AddressKind[], { addressKinds }: Profile): AddressKind | undefined =>
  kinds.find((kind) => addressKinds?.includes(kind))

const addressKindWords: Readonly<Record<AddressKind, string>> = {
  role: 'a role address, which several people read',
  disposable: 'a disposable address',
}

/** `minutesOnSite` is read as "minutes on site"; other names stay as they are. */
const fieldText = (field: string): string =>
  /^[a-z]+([A-Z][a-z0-9]*)+$/.test(field)
    ? field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : field

/** `a, b or c`. */
export const oneOf = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

const rangeText = ({ atLeast, below }: { readonly atLeast?: number; readonly below?: number }): string =>
  [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ].join(' and ')

/** How a condition on the profile is read. */
export const readerOf = (when: ProfileCondition): Reader<ProfileCondition> => {
  const kind = kindOfCondition(when)
  return readers[kind === undefined || kind === 'fact' ? 'range' : kind]
}

/** Each of these keys names its kind; for a condition on a field, what it compares with decides. */
const tellingKeys = [
  'fact' as const,
  ...(Object.keys(readers) as (keyof ProfileConditions)[]).filter(
    (kind) => kind !== 'in' && kind !== 'range' && kind !== 'known',
  ),
]

/** Absent where the value is no condition of these kinds. */
export const kindOfCondition = (when: object): ConditionKind | undefined => {
  for (const key of tellingKeys) if (key in when) return key
  if (!('field' in when)) return undefined
  return 'in' in when ? 'in' : 'known' in when ? 'known' : 'range'
}
