/** Runs a handler over a queue's batch: each message stands or falls alone, and only the failed ones come back. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

/** One message at a time, in order: a batch is ten at most, and the calls behind it are short. */
export const eachMessage = async (
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const batchItemFailures: { itemIdentifier: string }[] = []
  for (const record of event.Records)
    try {
      await handle(record)
    } catch (error) {
      console.error({ event: 'messageFailed', messageId: record.messageId, ...described(error) })
      batchItemFailures.push({ itemIdentifier: record.messageId })
    }
  return { batchItemFailures }
}

/** What may be logged of an error: our messages carry no personal data, and AWS's name the resource. */
export const described = (error: unknown): { error: string; reason: string } =>
  error instanceof Error
    ? { error: error.name, reason: error.message }
    : { error: 'Unknown', reason: typeof error }
