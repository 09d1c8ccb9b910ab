/** Reads a function's environment, so that a forgotten variable stops the function before its first event. */
import { LoggableError } from '../contracts/loggable-error.ts'
import type { env } from '../contracts/names.ts'

type Variable = (typeof env)[keyof typeof env]

/** An environment variable that infra/ should have bound and did not. */
export class MissingVariable extends LoggableError {
  override readonly name = 'MissingVariable'
  readonly variable: string

  constructor(variable: string) {
    super(
      `The environment variable ${variable} is not set; bind what it names to this function in infra/ripen-stack.ts.`,
    )
    this.variable = variable
  }
}

/** The variable's value. Throws `MissingVariable`. */
export const variable = (name: Variable): string => {
  const value = process.env[name]
  if (!value) throw new MissingVariable(name)
  return value
}

/** What Lambda calls the function that runs here; empty elsewhere. */
export const thisFunction = (): string => process.env.AWS_LAMBDA_FUNCTION_NAME ?? ''
