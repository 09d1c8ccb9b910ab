/** What a deployed stack says about itself: its outputs, by the credentials that the AWS command line would take. */
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { UserError } from '../shared/contracts/user-error.ts'

/** The stack cannot be read: no credentials, no such stack, not allowed. Says what to do. */
export class StackNotReadable extends UserError {
  override readonly name = 'StackNotReadable'
}

/** By name. Throws `StackNotReadable`. */
export const outputsOf = async (
  stack: string,
  region: string | undefined,
): Promise<ReadonlyMap<string, string>> => {
  const client = new CloudFormationClient(region === undefined ? {} : { region })
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }))
    return new Map(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    )
  } catch (error) {
    throw translated(error, stack)
  } finally {
    client.destroy()
  }
}

const translated = (cause: unknown, stack: string): unknown => {
  if (!(cause instanceof Error)) return cause
  if (cause.name === 'CredentialsProviderError')
    return new StackNotReadable(
      'There are no AWS credentials; sign in as you would for the AWS command line, or set AWS_PROFILE.',
      { cause },
    )
  if (/region is missing/i.test(cause.message))
    return new StackNotReadable('Name the region of the stack with --region.', { cause })
  if (!(cause instanceof CloudFormationServiceException)) return cause
  if (cause.name === 'ValidationError')
    return new StackNotReadable(
      `There is no stack ${stack} in this account and region; check the name that "npx cdk deploy" printed, and --region.`,
      { cause },
    )
  return new StackNotReadable(`The stack ${stack} cannot be read (${cause.name}): ${cause.message}`, {
    cause,
  })
}
