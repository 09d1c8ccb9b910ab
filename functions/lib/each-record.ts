/** Works off a batch record by record, and says which of them failed. */
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda'

/** `batchItemFailures` as Lambda reads it; the rest of each is for `failureLog`, which takes it out. */
export interface BatchOutcome {
  readonly batchItemFailures: readonly Failure[]
}

export interface Failure {
  readonly itemIdentifier: string
  /** How the log names it: by nothing that was in it. */
  readonly named:
    | Readonly<Record<'event' | 'messageId', string>>
    | Readonly<Record<'event' | 'sequenceNumber', string>>
  readonly error: unknown
}

/** No message is begun with less time left: SES is waited for ten seconds, and the table is written to before and after. */
const leastMs = 15_000

/**
 * One message at a time, each for itself. When time is short, the rest is given to `leave`, which puts it on the queue as
 * new messages: what came back as failed would have been received once more for nothing, and after five times it is dead.
 */
export const eachMessage =
  (handle: (message: SQSRecord) => Promise<void>, leave: (message: SQSRecord) => Promise<void> = handle) =>
  async (
    { Records }: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<BatchOutcome> => {
    const failures: Failure[] = []
    for (const [at, message] of Records.entries()) {
      const isLate = at > 0 && context.getRemainingTimeInMillis() < leastMs
      failures.push(...(await failureOf(message, isLate ? leave : handle)))
    }
    return { batchItemFailures: failures }
  }

/** All messages of the batch at a time, each for itself: for those that mostly wait for AWS. */
export const eachMessageAtOnce =
  (handle: (message: SQSRecord, isLate: () => boolean) => Promise<void>) =>
  async (
    { Records }: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<BatchOutcome> => {
    const isLate = () => context.getRemainingTimeInMillis() < leastMs
    const failures = await Promise.all(
      Records.map((message) => failureOf(message, (one) => handle(one, isLate))),
    )
    return { batchItemFailures: failures.flat() }
  }

/** None, or one. */
const failureOf = async (
  message: SQSRecord,
  handle: (message: SQSRecord) => Promise<void>,
): Promise<Failure[]> => {
  const { messageId } = message
  try {
    await handle(message)
    return []
  } catch (error) {
    return [{ itemIdentifier: messageId, named: { event: 'messageFailed', messageId }, error }]
  }
}

/** In the stream's order. The first that fails ends the batch: it is where the stream goes on from. */
export const inOrder =
  (startBatch: () => (record: DynamoDBRecord) => Promise<void>) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<BatchOutcome> => {
    const handle = startBatch()
    for (const record of Records)
      try {
        await handle(record)
      } catch (error) {
        const sequenceNumber = record.dynamodb?.SequenceNumber ?? ''
        const named = { event: 'recordFailed', sequenceNumber }
        return { batchItemFailures: [{ itemIdentifier: sequenceNumber, named, error }] }
      }
    return { batchItemFailures: [] }
  }
