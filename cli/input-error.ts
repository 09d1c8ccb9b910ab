/** A command was asked for something that it cannot do. */
import { UserError } from '../shared/contracts/user-error.ts'

/** The message names the option, file or place at fault, and says what to give instead. */
export class InputError extends UserError {
  override readonly name = 'InputError'
}
