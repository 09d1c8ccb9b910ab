/** Puts messages of one kind on a queue: "look at this lead", or a sweep and its next page. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

export class MessageQueue<Message> {
  readonly #sqs: SQSClient
  readonly #url: string

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs
    this.#url = url
  }

  /** `delaySeconds` from 0 to 900, SQS's limit; what is more becomes 900, and part of a second a whole one. */
  async put(message: Message, delaySeconds = 0): Promise<void> {
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#url,
        MessageBody: JSON.stringify(message),
        DelaySeconds: Math.max(0, Math.min(900, Math.ceil(delaySeconds))),
      }),
    )
  }
}
