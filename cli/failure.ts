/** The edge of the command line: what a command throws becomes what is printed of it, and an exit code. */
import { UserError } from '../shared/contracts/user-error.ts'

/**
 * Prints a sentence where the user can put it right, and where it happened where only we can. Gives the exit code.
 */
export const reportFailure = (error: unknown, print: (text: string) => void = console.error): number => {
  if (!(error instanceof Error)) throw error
  print(error instanceof UserError ? error.message : (error.stack ?? error.message))
  return 1
}
