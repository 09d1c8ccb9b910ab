/** One entry in the log for each record that failed: which, and why; never what was in it. */
import type { MiddlewareObj } from '@middy/core'
import type { SQSBatchItemFailure } from 'aws-lambda'
import type { Failure } from './each-record.ts'
import { loggable } from './loggable.ts'

/** Takes the errors out of the answer: Lambda learns which records to bring again, and nothing else. */
export const failureLog = {
  after: (request) => {
    const failures = request.response?.batchItemFailures ?? []
    for (const failure of failures)
      if ('error' in failure) console.error({ ...failure.named, ...loggable(failure.error) })
    request.response = { batchItemFailures: failures.map(({ itemIdentifier }) => ({ itemIdentifier })) }
  },
} satisfies MiddlewareObj<unknown, { batchItemFailures: readonly (Failure | SQSBatchItemFailure)[] }>
