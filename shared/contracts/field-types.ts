/** What a form can ask for: the types of its fields, and all that other files need to know of each. */

export type FieldType = 'text' | 'email' | 'phone' | 'select' | 'checkbox' | 'number' | 'hidden'

/** Settings of a field that only some types have. */
export type TypeSetting = 'pattern' | 'minLength' | 'minimum' | 'maximum' | 'options'

interface FieldTypeTraits {
  readonly settings: readonly TypeSetting[]
  /** Whether an answer may be any text, so that the preview tries long and hostile ones. */
  readonly isFreeText: boolean
  /** Whether a condition may compare an answer with a number. */
  readonly mayBeNumber: boolean
  /** An answer that the form accepts, unless a pattern or a minimum length forbids it. */
  readonly sample: (field: SampledField) => string
}

interface SampledField {
  readonly label: string
  readonly options?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** A new type is a row here, and its answer a case in shared/flows/intake/submission-schema.ts. */
export const fieldTypes: Readonly<Record<FieldType, FieldTypeTraits>> = {
  text: {
    settings: ['pattern', 'minLength'],
    isFreeText: true,
    mayBeNumber: true,
    sample: ({ label }) => `Sample ${label.toLowerCase()}`,
  },
  email: { settings: [], isFreeText: false, mayBeNumber: false, sample: () => 'ada@example.com' },
  // From the range that is kept for fiction.
  phone: { settings: [], isFreeText: false, mayBeNumber: true, sample: () => '+44 117 496 0123' },
  select: {
    settings: ['options'],
    isFreeText: false,
    mayBeNumber: false,
    sample: ({ options }) => options?.[0] ?? '',
  },
  checkbox: { settings: [], isFreeText: false, mayBeNumber: false, sample: () => 'yes' },
  number: {
    settings: ['minimum', 'maximum'],
    isFreeText: false,
    mayBeNumber: true,
    sample: ({ minimum = 7, maximum = 7 }) => String(Math.min(Math.max(7, minimum), maximum)),
  },
  hidden: {
    settings: ['minLength'],
    isFreeText: true,
    mayBeNumber: true,
    // What a website fills in without asking is most often a count.
    sample: () => '7',
  },
}

/** In the order in which messages list them. Marked pure, so that bundles that do not list them leave the table out. */
export const fieldTypeNames = /* @__PURE__ */ Object.keys(fieldTypes) as FieldType[]

/** How an `<input>` asks for it, where not as text. Apart from the rest: other sites load it with every form. */
export const inputTypes: Readonly<Partial<Record<FieldType, string>>> = {
  email: 'email',
  phone: 'tel',
  checkbox: 'checkbox',
}
