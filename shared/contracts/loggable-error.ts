/** The base of our own failures. What they say may be logged as it stands; what anybody else's error says may not. */

/** Its message carries the evidence and no personal data: a lead is named by its id, and nothing typed is repeated. */
export class LoggableError extends Error {
  override readonly name: string = 'LoggableError'
}
