/** Cells that a spreadsheet would run as a formula are marked when leads leave, and unmarked when they come back. */

/**
 * What a formula begins with, by OWASP's page on CSV injection: the signs, tab and line ends (which spreadsheets skip),
 * and the full-width twins, which some locales read like the signs.
 */
const begins = '[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20]'

/** Quotes before such a beginning count too: else a text that has one of its own would lose it on its way back. */
const dangerous = new RegExp(`^'*${begins}`)
const marked = new RegExp(`^'+${begins}`)

/** `-5` and `-0.25` are numbers to every spreadsheet, and people sum them; `-5+cmd` is none. */
const isNegativeNumber = (text: string): boolean => /^-\d+(\.\d+)?$/.test(text)

/** The text as a cell that no spreadsheet runs: `=1+1` becomes `'=1+1`. */
export const markCell = (text: string): string =>
  dangerous.test(text) && !isNegativeNumber(text) ? `'${text}` : text

/** Takes back exactly what `markCell` did. */
export const unmarkCell = (cell: string): string => (marked.test(cell) ? cell.slice(1) : cell)
