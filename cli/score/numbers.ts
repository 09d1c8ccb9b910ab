/** A column of numbers as people and exports write them; a text that is none is counted, and is never a value of its own. */

export interface NumberColumn {
  /** By row; `NaN` where blank, or where no number can be read. */
  readonly values: Float64Array
  /** Rows that are neither blank nor a number. */
  readonly unread: number
}

/** With fewer numbers than this share of what is known, the column is one of words. */
const mostlyNumbers = 0.9

/** What exports write where nothing is known, in any spelling. */
const nothing = new Set(['na', 'n/a', '#n/a', 'nan', 'null', 'nil', 'none', '-', '--', '?'])

/** What forms show before anything is chosen: nobody's answer. */
const placeholder =
  /^[-\s(<[]*(please )?(select|choose|pick)( (one|an option|your [a-z ]+|\.\.\.))?[-\s.…)>\]]*$/i

export const isNoAnswer = (text: string): boolean => nothing.has(text.toLowerCase()) || placeholder.test(text)

/** Signs of currency and per cent, and spaces, which thousands are also parted by. */
const aside = /[\s\u00a0\u202f'’%]|\p{Sc}|\b(USD|EUR|GBP|CHF|INR)\b/gu

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** `1,234` and `1,234.5`. */
const commaThousands = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/
/** `1.234` and `1.234,5`, of which the former is read so only beside others of that kind. */
const pointThousands = /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/
const decimalComma = /^[+-]?\d+,\d+$/

/**
 * Nothing where the column is not one of numbers. `8,5` is eight and a half; `1,234` is a thousand and more where every
 * comma of the column stands before three digits, and a decimal where one does not.
 */
export const numbersOf = (
  texts: readonly string[],
  isBlank: (text: string) => boolean,
): NumberColumn | undefined => {
  const bare = texts.map((text) => (isBlank(text) ? '' : text.replace(aside, '')))
  const isGerman = bare.some((text) => /^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(text)) || hasDecimalComma(bare)
  const values = Float64Array.from(bare, (text) => (text === '' ? Number.NaN : readNumber(text, isGerman)))
  const known = texts.filter((text) => !isBlank(text)).length
  const read = values.filter((value) => !Number.isNaN(value)).length
  return known > 0 && read >= mostlyNumbers * known ? { values, unread: known - read } : undefined
}

const hasDecimalComma = (texts: readonly string[]): boolean =>
  texts.some((text) => decimalComma.test(text) && !commaThousands.test(text)) &&
  !texts.some((text) => /^[+-]?\d{1,3}(,\d{3})+\.\d+$/.test(text))

const readNumber = (text: string, isGerman: boolean): number => {
  if (isGerman) {
    if (pointThousands.test(text)) return Number(text.replaceAll('.', '').replace(',', '.'))
    if (decimalComma.test(text)) return Number(text.replace(',', '.'))
  } else if (commaThousands.test(text)) return Number(text.replaceAll(',', ''))
  return plain.test(text) ? Number(text) : Number.NaN
}
