/** SNS on one machine: from a topic to the queues that subscribe to it. That they may is checked at start, in local/wiring.ts. */
import type { TopicResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import type { SqsService } from './sqs.ts'

export class SnsService {
  readonly #topics: readonly TopicResource[]
  readonly #sqs: SqsService
  readonly #meter: Meter

  constructor(topics: readonly TopicResource[], sqs: SqsService, meter: Meter) {
    this.#topics = topics
    this.#sqs = sqs
    this.#meter = meter
  }

  publish(topicArn: string, message: string): void {
    const topic = this.#topics.find(({ arn }) => arn === topicArn)
    if (!topic) throw new Error(`The topic ${topicArn} is not in the template.`)
    this.#meter.count('snsPublishes', topic.name)
    for (const { endpointArn, rawMessageDelivery } of topic.subscriptions) {
      const envelope = { Type: 'Notification', TopicArn: topicArn, Message: message }
      this.#sqs.deliver(endpointArn, rawMessageDelivery ? message : JSON.stringify(envelope))
    }
  }
}
