/** What a person can correct in `ripen preview` and `ripen test-send`; the message says what to change. */

export class PreviewInputError extends Error {
  override readonly name = 'PreviewInputError'
}
