/** Puts "look at this lead" on a queue. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { LookAtLead } from '../contracts/messages.ts'

export class LeadQueue {
  readonly #sqs: SQSClient
  readonly #url: string

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs
    this.#url = url
  }

  /** `delaySeconds` from 0 to 900, SQS's limit. */
  async put(message: LookAtLead, delaySeconds = 0): Promise<void> {
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#url,
        MessageBody: JSON.stringify(message),
        DelaySeconds: Math.max(0, Math.min(900, Math.ceil(delaySeconds))),
      }),
    )
  }
}
