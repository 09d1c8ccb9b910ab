/** What our own failures say may be logged as it stands; what anybody else's error says may not. */

/** Its message carries the evidence and no personal data: a lead is named by its id, and nothing typed is repeated. */
export interface Loggable extends Error {
  readonly isLoggable: true
}

/** The base of the failures that functions meet; an error for users that they meet too has the mark itself. */
export class LoggableError extends Error implements Loggable {
  override readonly name: string = 'LoggableError'
  readonly isLoggable = true
}

export const isLoggable = (error: unknown): error is Loggable =>
  error instanceof Error && 'isLoggable' in error
