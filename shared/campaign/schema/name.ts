/** The names that a marketer gives: of forms, sequences, steps, emails, rules. */
import * as z from 'zod'

export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or "-"')
