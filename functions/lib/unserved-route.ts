/** A route was bound to a function that has no answer to it. */
import { LoggableError } from '../../shared/contracts/loggable-error.ts'

export class UnservedRoute extends LoggableError {
  override readonly name = 'UnservedRoute'

  constructor(routeKey: string, functionName: string) {
    super(
      `The route ${routeKey} leads to ${functionName}, which does not serve it; see infra/ripen-stack.ts.`,
    )
  }
}
