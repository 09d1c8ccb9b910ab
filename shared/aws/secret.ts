/** Fetches a signing key, once, when a function starts. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** The secret's text. Functions call this at module level, so that an invocation never pays for it. */
export const readSecret = async (arn: string): Promise<string> => {
  const { SecretString } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: arn }),
  )
  if (!SecretString)
    throw new Error(`The secret ${arn} holds no text; let infra/constructs/keys.ts generate it.`)
  return SecretString
}
