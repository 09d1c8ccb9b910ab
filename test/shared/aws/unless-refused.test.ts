import { ConditionalCheckFailedException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { refusedAs, unlessRefused } from '../../../shared/aws/unless-refused.ts'

const refusal = new ConditionalCheckFailedException({
  message: 'The conditional request failed',
  $metadata: {},
})
const outdated = refusedAs(ConditionalCheckFailedException, 'outdated')

describe('a call', () => {
  test('that goes through is done, whatever it gives', async () => {
    expect(await unlessRefused(Promise.resolve({ Attributes: {} }), 'written', outdated)).toBe('written')
  })

  test('that is refused in a known way has that answer', async () => {
    expect(await unlessRefused(Promise.reject(refusal), 'written', outdated)).toBe('outdated')
  })

  test('may have an answer that is false, which is an answer all the same', async () => {
    const full = refusedAs(ConditionalCheckFailedException, false)
    expect(await unlessRefused(Promise.reject(refusal), true, full)).toBe(false)
  })

  test.each([
    new ResourceNotFoundException({ message: 'Requested resource not found', $metadata: {} }),
    new TypeError('fetch failed', { cause: new Error('ECONNRESET') }),
    'a text that was thrown',
  ])('that fails otherwise throws what it failed with, untouched: %s', async (failure) => {
    const caught = await unlessRefused(Promise.reject(failure), 'written', outdated).catch((error) => error)
    expect(caught).toBe(failure)
  })
})
