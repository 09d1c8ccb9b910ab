import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { MessageRejected } from '@aws-sdk/client-sesv2'
import middy from '@middy/core'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { loggable } from '../../functions/lib/loggable.ts'
import { loggableFailure } from '../../functions/lib/loggable-failure.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { UnservedRoute } from '../../functions/lib/unserved-route.ts'
import { EmailRejected } from '../../shared/aws/mailer.ts'
import { LoggableError } from '../../shared/contracts/loggable-error.ts'
import { lambdaContext } from '../support/http-event.ts'

const root = resolve(import.meta.dirname, '..', '..')
const address = 'ada.lovelace@example.com'

const thrown = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

const rejected = new MessageRejected({
  message: `Email address is not verified: ${address}`,
  $metadata: { requestId: 'aws-1', httpStatusCode: 400 },
})

/** An error of a bundle, as V8 writes its stack. */
const fromBundle = (message: string): Error =>
  Object.assign(new TypeError(message), {
    stack: `TypeError: ${message}\n    at Zn (file:///var/task/index.mjs:1:73211)\n    at index.mjs:9:9`,
  })

describe('of an error may be logged', () => {
  test.each<[string, unknown, Record<string, unknown>]>([
    [
      'what it says, where it is ours',
      new UnservedRoute('GET /a', 'forms'),
      {
        error: 'UnservedRoute',
        reason: 'The route GET /a leads to forms, which does not serve it; see infra/ripen-stack.ts.',
      },
    ],
    ['its kind, of a parser', thrown(() => JSON.parse(`{"email":"${address}"`)), { error: 'SyntaxError' }],
    ['its kind, of a schema', thrown(() => z.parse(z.literal('a'), address)), { error: '$ZodError' }],
    [
      'AWS’s request, of AWS',
      rejected,
      { error: 'MessageRejected', aws: { requestId: 'aws-1', httpStatusCode: 400 } },
    ],
    [
      'AWS’s request, of DynamoDB',
      new ConditionalCheckFailedException({ message: address, $metadata: {} }),
      { error: 'ConditionalCheckFailedException', aws: {} },
    ],
    ['where it happened, of a mistake', fromBundle(address), { error: 'TypeError', at: 'index.mjs:1:73211' }],
    ['its type, of what is no error', { email: address }, { error: 'object' }],
    ['its type, of nothing', undefined, { error: 'undefined' }],
  ])('%s', (_, error, entry) => {
    const written = JSON.stringify(loggable(error))
    expect(JSON.parse(written)).toEqual(entry)
    expect(written).not.toContain('ada')
  })

  test('of a refusal by SES its name, and not the address in it', () => {
    const written = JSON.stringify(loggable(new EmailRejected(rejected)))
    expect(written).toContain('MessageRejected')
    expect(written).not.toContain(address)
  })
})

describe('an invocation that fails, fails with what may be logged:', () => {
  const failingWith = (error: unknown) =>
    middy(async () => {
      throw error
    }, noEarlyAnswer).use(loggableFailure)

  test('an error of ours as it is', async () => {
    const error = new LoggableError('The stored fact cannot be read')
    await expect(failingWith(error)({}, lambdaContext())).rejects.toBe(error)
  })

  test('of others the kind alone, and nothing behind it', async () => {
    const failure = await failingWith(fromBundle(address))({}, lambdaContext()).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(LoggableError)
    const { message, stack, ...rest } = failure as Error
    expect(message).toBe(
      'An error that is not ours ended the invocation: {"error":"TypeError","at":"index.mjs:1:73211"}',
    )
    expect(JSON.stringify([stack, rest, (failure as Error).cause])).not.toContain('ada')
  })
})

test('every error that functions throw says of itself whether it may be logged', () => {
  const rooms = ['functions', 'shared/aws', 'shared/contracts', 'shared/flows']
  const bases = ['loggable-error.ts', 'user-error.ts']
  const plain = rooms
    .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !bases.includes(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) =>
      /extends Error\b|new Error\(|extends UserError\b(?! implements Loggable)/.test(
        readFileSync(join(root, path), 'utf8'),
      ),
    )
  expect(plain).toEqual([])
})
