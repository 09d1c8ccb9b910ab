/** What may be written to a log about an error: a parser's message repeats what it could not parse, and SES's the address. */
import { isLoggable } from '../../shared/contracts/loggable-error.ts'

/** Of our own errors the message; of others what leads to it: the kind, the place in the bundle, AWS's request. */
export const loggable = (error: unknown): Readonly<Record<string, unknown>> => {
  if (isLoggable(error)) return { error: error.name, reason: error.message }
  if (!(error instanceof Error)) return { error: typeof error }
  return {
    error: error.name,
    at: /index\.mjs:\d+:\d+/.exec(error.stack ?? '')?.[0],
    // Status, request id and attempts, as the SDK keeps them.
    ...('$metadata' in error && { aws: error.$metadata }),
  }
}
