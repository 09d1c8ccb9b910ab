/** Works off a batch record by record, and says which of them failed. */
import type { DynamoDBRecord, DynamoDBStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda'

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

/** One message at a time, each for itself: a batch is ten at most, and the calls behind it are short. */
export const eachMessage =
  (handle: (message: SQSRecord) => Promise<void>) =>
  async ({ Records }: SQSEvent): Promise<BatchOutcome> => {
    const batchItemFailures: Failure[] = []
    for (const message of Records) {
      const { messageId } = message
      await handle(message).catch((error: unknown) => {
        batchItemFailures.push({
          itemIdentifier: messageId,
          named: { event: 'messageFailed', messageId },
          error,
        })
      })
    }
    return { batchItemFailures }
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
