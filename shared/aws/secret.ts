/** Fetches a signing key, once, when a function starts; of a key that rotates also the one before it. */
import * as z from 'zod/mini'
import { LoggableError } from '../contracts/loggable-error.ts'
import { CallFailed, callAws } from './signed-call.ts'

const answer = z.object({ SecretString: z.string().check(z.minLength(1)) })

/**
 * The secret's text. Functions call this at module level, so that an invocation never pays for it. By one signed call
 * and not by the service's client, which would add 11 KB to every function's start.
 */
export const readSecret = (arn: string): Promise<string> => read({ SecretId: arn })

/** The text before the last rotation; nothing where the secret was never rotated. */
export const readPreviousSecret = async (arn: string): Promise<string | undefined> => {
  try {
    return await read({ SecretId: arn, VersionStage: 'AWSPREVIOUS' })
  } catch (error) {
    if (error instanceof CallFailed && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

const read = async (input: {
  readonly SecretId: string
  readonly VersionStage?: string
}): Promise<string> => {
  const found = answer.safeParse(await callAws('secretsmanager', 'GetSecretValue', input))
  if (!found.success)
    throw new LoggableError(
      `The secret ${input.SecretId} holds no text; let infra/constructs/signing-keys.ts generate it.`,
    )
  return found.data.SecretString
}
