import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cancellationPasses, tryAgain } from '../../../shared/aws/try-again.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Fails so many times before it gives what it was asked for; says when each try was made. */
const failing = (times: number) => {
  const triedAtMs: number[] = []
  const startMs = Date.now()
  const call = async () => {
    triedAtMs.push(Date.now() - startMs)
    if (triedAtMs.length <= times) throw new Error(`refused ${triedAtMs.length}`)
    return 'taken'
  }
  return { call, triedAtMs }
}

const always = () => true
const outcomeOf = async <T>(call: Promise<T>) => {
  call.catch(() => {})
  await vi.runAllTimersAsync()
  return call.catch((failure) => failure)
}

describe('a call', () => {
  test('that goes through is made once', async () => {
    const { call, triedAtMs } = failing(0)
    expect(await outcomeOf(tryAgain(call, always))).toBe('taken')
    expect(triedAtMs).toEqual([0])
  })

  test('that is refused is made again after pauses that double, at most', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const { call, triedAtMs } = failing(3)
    expect(await outcomeOf(tryAgain(call, always))).toBe('taken')
    expect(triedAtMs).toEqual([0, 50, 150, 350])
  })

  test('pauses for at least half of that', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { call, triedAtMs } = failing(3)
    await outcomeOf(tryAgain(call, always))
    expect(triedAtMs).toEqual([0, 25, 75, 175])
  })

  test('that is refused four times fails with the last refusal', async () => {
    const { call, triedAtMs } = failing(9)
    expect(await outcomeOf(tryAgain(call, always))).toEqual(new Error('refused 4'))
    expect(triedAtMs).toHaveLength(4)
  })

  test('whose failure will not pass is not made again', async () => {
    const { call, triedAtMs } = failing(9)
    expect(await outcomeOf(tryAgain(call, () => false))).toEqual(new Error('refused 1'))
    expect(triedAtMs).toEqual([0])
  })
})

test.each([
  [['TransactionConflict'], true],
  [['None', 'TransactionConflict', 'None'], true],
  [['TransactionConflict', 'ThrottlingError'], true],
  [['None', 'ProvisionedThroughputExceeded'], true],
  [['ConditionalCheckFailed', 'TransactionConflict'], false],
  [['TransactionConflict', 'ValidationError'], false],
  [['None', 'ItemCollectionSizeLimitExceeded'], false],
  [['None', 'None'], false],
  [[], false],
])('a transaction cancelled for %j passes: %s', (codes, passes) => {
  expect(cancellationPasses(codes)).toBe(passes)
})
