import { afterEach, describe, expect, test, vi } from 'vitest'
import { awsCaller, type Patience } from '../../../shared/aws/signed-call.ts'
import { failureOf } from '../../support/aws-refusals.ts'
import {
  answers,
  breaksOffInTheMiddle,
  cancels,
  goesThrough,
  hangs,
  misbehavingAws,
  refuses,
  resets,
  resetsAtOnce,
  stopsInTheMiddle,
  type Treatment,
} from '../../support/misbehaving-aws.ts'

let aws: Awaited<ReturnType<typeof misbehavingAws>> | undefined
afterEach(async () => {
  await aws?.close()
  aws = undefined
})

/** Time passes only where the test lets it: pauses take none, and a limit is over when the test says so. */
const heldTime = () => {
  const limits: { readonly ms: number; readonly end: () => void }[] = []
  const pausedMs: number[] = []
  const patience: Patience = {
    answerMs: 3000,
    callMs: 7000,
    timeout: (ms) => {
      const controller = new AbortController()
      limits.push({ ms, end: () => controller.abort() })
      return controller.signal
    },
    pause: async (ms) => void pausedMs.push(ms),
  }
  /** The newest limit of this length is over. */
  const pass = (ms: number) => limits.findLast((limit) => limit.ms === ms)?.end()
  return { patience, limits, pausedMs, pass }
}

const put = { TableName: 'Leads', Item: { pk: { S: 'LEAD#7f3c' } } }

const callPutItem = (patience = heldTime().patience) => awsCaller(patience)('dynamodb', 'PutItem', put)

describe('a call', () => {
  test('is one signed request, and gives what is answered', async () => {
    aws = await misbehavingAws(answers(200, { Attributes: { tokens: { N: '3' } } }))
    expect(await callPutItem()).toEqual({ Attributes: { tokens: { N: '3' } } })
    expect(aws.asked).toHaveLength(1)
    expect(aws.asked[0]).toMatchObject({
      target: 'DynamoDB_20120810.PutItem',
      body: put,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=/,
        ),
      },
    })
    expect(aws.asked[0]?.headers).not.toHaveProperty('x-amz-security-token')
  })

  test('carries the session’s token where there is one', async () => {
    aws = await misbehavingAws(goesThrough)
    vi.stubEnv('AWS_SESSION_TOKEN', 'of this session')
    await callPutItem()
    expect(aws.asked[0]?.headers).toMatchObject({ 'x-amz-security-token': 'of this session' })
  })

  test('is signed afresh for each try', async () => {
    aws = await misbehavingAws(refuses('ThrottlingException'), goesThrough)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-02T10:00:00Z') })
    const { patience } = heldTime()
    const pause = async () => void vi.setSystemTime(Date.parse('2026-03-02T10:00:01Z'))
    await callPutItem({ ...patience, pause }).finally(() => vi.useRealTimers())
    expect(aws.asked.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20260302T100000Z',
      '20260302T100001Z',
    ])
  })
})

describe('a call goes through at the second try after', () => {
  test.each<readonly [string, Treatment | typeof resetsAtOnce]>([
    ['a throttle', refuses('ThrottlingException')],
    ['a table that is too busy', refuses('ProvisionedThroughputExceededException')],
    ['an account that is too busy', refuses('RequestLimitExceeded')],
    ['too many requests', answers(429, '')],
    ['a conflict with a transaction', refuses('TransactionConflictException')],
    ['a transaction that met another', cancels('None', 'TransactionConflict')],
    ['a fault of DynamoDB', refuses('InternalServerError', 500)],
    ['a fault of Secrets Manager', answers(500, { __type: 'InternalServiceError', Message: 'says why' })],
    ['a fault without a name', answers(502, '<html>Bad Gateway</html>')],
    ['a service that is not there', answers(503, '')],
    ['a connection that is reset before the request was read', resetsAtOnce],
    ['a connection that is reset after the request was read', resets],
    ['an answer that breaks off in the middle', breaksOffInTheMiddle],
    ['an answer that is not JSON', answers(200, '<html>Welcome to this network</html>')],
    ['half an answer that says it is whole', answers(200, '{"Attributes":{"to')],
  ])('%s', async (_, treatment) => {
    aws = await misbehavingAws(treatment, answers(200, { Attributes: {} }))
    const { patience, pausedMs } = heldTime()
    expect(await callPutItem(patience)).toEqual({ Attributes: {} })
    expect(pausedMs).toEqual([50])
  })
})

describe('a call fails at the first try, because the next would fare no better, after', () => {
  test.each<readonly [string, Treatment, object]>([
    [
      'a condition that does not hold',
      refuses('ConditionalCheckFailedException'),
      {
        code: 'ConditionalCheckFailedException',
        message: 'PutItem failed: ConditionalCheckFailedException: says why',
      },
    ],
    [
      'a transaction whose condition does not hold, whatever else it met',
      cancels('ConditionalCheckFailed', 'TransactionConflict'),
      {
        code: 'TransactionCanceledException',
        cancellations: ['ConditionalCheckFailed', 'TransactionConflict'],
      },
    ],
    ['a request that is wrong', refuses('ValidationException'), { code: 'ValidationException' }],
    ['a grant that is missing', refuses('AccessDeniedException'), { code: 'AccessDeniedException' }],
    ['credentials that have expired', refuses('ExpiredTokenException'), { code: 'ExpiredTokenException' }],
    [
      'a clock that is wrong: it would sign the next one as wrongly',
      answers(400, {
        __type: 'com.amazon.coral.service#InvalidSignatureException',
        message: 'Signature expired: 20260302T100000Z is now earlier than 20260302T101500Z',
      }),
      {
        code: 'InvalidSignatureException',
        message:
          'PutItem failed: InvalidSignatureException: Signature expired: 20260302T100000Z is now earlier than 20260302T101500Z',
      },
    ],
    [
      'a redirect',
      answers(307, '', { location: 'http://127.0.0.1:1/' }),
      { message: 'PutItem failed: status 307' },
    ],
    [
      'a request that is too large',
      answers(413, 'too large'),
      { message: 'PutItem failed: status 413', code: '' },
    ],
    ['a refusal of another shape', answers(403, { error: 'no' }), { message: 'PutItem failed: status 403' }],
  ])('%s', async (_, treatment, failure) => {
    aws = await misbehavingAws(treatment, goesThrough)
    const { patience, pausedMs } = heldTime()
    expect(await failureOf(callPutItem(patience))).toMatchObject({ name: 'CallFailed', ...failure })
    expect(aws.asked).toHaveLength(1)
    expect(pausedMs).toEqual([])
  })
})

describe('a call gives up', () => {
  test('after four tries of a service that is never there, with pauses that double', async () => {
    aws = await misbehavingAws(answers(503, ''))
    const { patience, pausedMs } = heldTime()
    expect(await failureOf(callPutItem(patience))).toMatchObject({
      name: 'CallFailed',
      status: 503,
      message: 'PutItem failed: status 503',
    })
    expect(aws.asked).toHaveLength(4)
    expect(pausedMs).toEqual([50, 100, 200])
  })

  test('after four tries of a throttle, and says so', async () => {
    aws = await misbehavingAws(refuses('ThrottlingException'))
    expect(await failureOf(callPutItem())).toMatchObject({ code: 'ThrottlingException', status: 400 })
    expect(aws.asked).toHaveLength(4)
  })

  test('after four connections that are reset, with what Node says of the last', async () => {
    aws = await misbehavingAws(resets)
    expect(await failureOf(callPutItem())).toMatchObject({
      code: '',
      status: undefined,
      message: 'PutItem failed: no answer: ECONNRESET',
      cause: expect.objectContaining({ code: 'ECONNRESET' }),
    })
    expect(aws.asked).toHaveLength(4)
  })

  test('after four answers that nobody can read, and shows none of them: they may hold a secret', async () => {
    aws = await misbehavingAws(answers(200, 'SecretString: open sesame'))
    const failure = await failureOf(awsCaller(heldTime().patience)('secretsmanager', 'GetSecretValue', {}))
    expect(failure).toMatchObject({ message: 'GetSecretValue failed: the answer is not JSON', status: 200 })
    expect(failure).not.toHaveProperty('cause')
  })
})

describe('time:', () => {
  test.each([
    ['an answer that does not come', hangs],
    ['an answer that stops in the middle', stopsInTheMiddle],
  ])('%s is given up after three seconds, and its connection with it', async (_, treatment) => {
    const time = heldTime()
    const slow: Treatment = (response, asked) => {
      treatment(response, asked)
      // What has been sent so far arrives first.
      setTimeout(() => time.pass(3000), 5)
    }
    aws = await misbehavingAws(slow, answers(200, { Attributes: {} }))
    expect(await callPutItem(time.patience)).toEqual({ Attributes: {} })
    expect(time.limits.map(({ ms }) => ms)).toEqual([7000, 3000, 3000])
    expect(aws.connections()).toBe(2)
    await vi.waitFor(() => expect(aws?.openConnections()).toBe(1))
  })

  test('each of four tries may take three seconds', async () => {
    const time = heldTime()
    aws = await misbehavingAws(() => time.pass(3000))
    expect(await failureOf(callPutItem(time.patience))).toMatchObject({
      message: 'PutItem failed: no answer in time',
      status: undefined,
    })
    expect(aws.asked).toHaveLength(4)
  })

  test('all of them together seven: nobody waits until Lambda ends the function', async () => {
    const time = heldTime()
    aws = await misbehavingAws(
      () => time.pass(3000),
      () => time.pass(3000),
      () => time.pass(7000),
    )
    expect(await failureOf(callPutItem(time.patience))).toMatchObject({
      message: 'PutItem failed: no answer in time',
    })
    expect(aws.asked).toHaveLength(3)
  })

  test('a refusal that would pass is the last word once the time is over', async () => {
    const time = heldTime()
    aws = await misbehavingAws((response, asked) => {
      refuses('ThrottlingException')(response, asked)
    }, goesThrough)
    const pause = async () => time.pass(7000)
    expect(await failureOf(callPutItem({ ...time.patience, pause }))).toMatchObject({ name: 'CallFailed' })
    expect(aws.asked).toHaveLength(1)
  })
})

test('one connection serves call after call, refused or not: every answer is read to its end', async () => {
  aws = await misbehavingAws(
    goesThrough,
    refuses('ConditionalCheckFailedException'),
    answers(413, 'x'.repeat(100_000)),
    refuses('ThrottlingException'),
    goesThrough,
  )
  const call = awsCaller(heldTime().patience)
  const outcomes: string[] = []
  for (let made = 0; made < 4; made += 1)
    outcomes.push(
      await call('dynamodb', 'PutItem', put).then(
        () => 'through',
        ({ status }) => String(status),
      ),
    )
  expect(outcomes).toEqual(['through', '400', '413', 'through'])
  expect(aws.asked).toHaveLength(5)
  expect(aws.connections()).toBe(1)
})

test.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
  'without %s no request is made, and the failure names it',
  async (variable) => {
    aws = await misbehavingAws(goesThrough)
    vi.stubEnv(variable, undefined)
    expect(await failureOf(callPutItem())).toMatchObject({
      name: 'MissingAwsSetting',
      message: `The environment variable ${variable} is not set; AWS cannot be called without it.`,
    })
    expect(aws.asked).toEqual([])
  },
)
