import { afterEach, expect, test, vi } from 'vitest'
import { readSecret } from '../../../shared/aws/secret.ts'
import { failureOf } from '../../support/aws-refusals.ts'
import { answers, misbehavingAws, refuses } from '../../support/misbehaving-aws.ts'

vi.mock('../../../shared/aws/try-again.ts', async (original) => ({
  ...(await original<object>()),
  spreadPause: async () => {},
}))

let aws: Awaited<ReturnType<typeof misbehavingAws>> | undefined
afterEach(async () => {
  await aws?.close()
  aws = undefined
})

const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:LinkKey'

test('a secret is its text', async () => {
  aws = await misbehavingAws(answers(200, { ARN: arn, SecretString: 'open sesame' }))
  expect(await readSecret(arn)).toBe('open sesame')
  expect(aws.asked).toMatchObject([
    {
      target: 'secretsmanager.GetSecretValue',
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: { SecretId: arn },
    },
  ])
})

test('a secret is read although the service has a fault at first', async () => {
  aws = await misbehavingAws(
    answers(500, { __type: 'InternalServiceError' }),
    answers(200, { SecretString: 'open sesame' }),
  )
  expect(await readSecret(arn)).toBe('open sesame')
})

test.each([{ ARN: arn, SecretBinary: 'b3BlbiBzZXNhbWU=' }, { SecretString: '' }, {}, []])(
  'a secret without text stops the function, and says who makes it: %j',
  async (answer) => {
    aws = await misbehavingAws(answers(200, answer))
    expect(await failureOf(readSecret(arn))).toMatchObject({
      message: `The secret ${arn} holds no text; let infra/constructs/signing-keys.ts generate it.`,
    })
  },
)

test('a secret that is not there, or not ours to read, fails at once by that name', async () => {
  aws = await misbehavingAws(refuses('ResourceNotFoundException'), refuses('AccessDeniedException'))
  expect(await failureOf(readSecret(arn))).toMatchObject({ code: 'ResourceNotFoundException' })
  expect(await failureOf(readSecret(arn))).toMatchObject({ code: 'AccessDeniedException' })
})
