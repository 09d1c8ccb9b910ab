/** How AWS says no, or nothing, as its clients hand it on once they have given up trying again. */
import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'

const $metadata = {}

export const conditionFailed = () =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata })

export const throttled = () =>
  new ProvisionedThroughputExceededException({ message: 'The level of configured ...', $metadata })

/** Of a single write: a transaction works on the item. */
export const conflict = () =>
  new TransactionConflictException({
    message: 'Transaction is ongoing for the item',
    $metadata,
  })

/** Of a transaction: a code for each of its items. */
export const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
    $metadata,
  })

export const timedOut = () =>
  Object.assign(new Error('the request socket timed out'), { name: 'TimeoutError' })

/** What no adapter knows, and so hands on as it is. */
export const unknownFailures: readonly (readonly [string, Error])[] = [
  ['a throttle that outlasted the client', throttled()],
  ['a time-out', timedOut()],
  ['an error of no known kind', new Error('getaddrinfo ENOTFOUND', { cause: new Error('no network') })],
]

/** What a call fails with; an error in the test if it does not fail. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (given) => {
      throw new Error(`The call went through and gave ${JSON.stringify(given)}.`)
    },
    (failure: unknown) => failure,
  )
