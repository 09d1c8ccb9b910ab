/** Asks for a sweep, or for its next page. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Sweep } from '../contracts/messages.ts'

export class SweepQueue {
  readonly #sqs: SQSClient
  readonly #url: string

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs
    this.#url = url
  }

  /** `delaySeconds` from 0 to 900, SQS's limit. */
  async put(message: Sweep, delaySeconds = 0): Promise<void> {
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#url,
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }),
    )
  }
}
