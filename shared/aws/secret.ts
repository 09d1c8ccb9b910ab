/** Fetches a signing key, once, when a function starts. */
import * as z from 'zod/mini'
import { LoggableError } from '../contracts/loggable-error.ts'
import { callAws } from './signed-call.ts'

const answer = z.object({ SecretString: z.string().check(z.minLength(1)) })

/**
 * The secret's text. Functions call this at module level, so that an invocation never pays for it. By one signed call
 * and not by the service's client, which would add 11 KB to every function's start.
 */
export const readSecret = async (arn: string): Promise<string> => {
  const read = answer.safeParse(await callAws('secretsmanager', 'GetSecretValue', { SecretId: arn }))
  if (!read.success)
    throw new LoggableError(
      `The secret ${arn} holds no text; let infra/constructs/signing-keys.ts generate it.`,
    )
  return read.data.SecretString
}
