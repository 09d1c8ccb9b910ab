/** What an invocation fails with, Lambda writes to the log as a whole: so it fails with what may be logged. */
import type { MiddlewareObj } from '@middy/core'
import { isLoggable, LoggableError } from '../../shared/contracts/loggable-error.ts'
import { loggable } from './loggable.ts'

/** Stands in for an error of somebody else's, whose message may repeat what was in a record. */
class InvocationFailed extends LoggableError {
  override readonly name = 'InvocationFailed'

  constructor(error: unknown) {
    super(`An error that is not ours ended the invocation: ${JSON.stringify(loggable(error))}`)
  }
}

export const loggableFailure = {
  onError: (request) => {
    if (!isLoggable(request.error)) request.error = new InvocationFailed(request.error)
  },
} satisfies MiddlewareObj
