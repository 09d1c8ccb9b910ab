/** What a person can correct in a command about leads; the message says what to change. */

/** The file, an option or the place of the leads does not allow what was asked. */
export class LeadsInputError extends Error {
  override readonly name = 'LeadsInputError'
}
