/** What a person can correct in a forecast's options; the message names the option and what to write. */

export class ForecastInputError extends Error {
  override readonly name = 'ForecastInputError'
}
