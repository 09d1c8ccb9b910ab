/** SNS on one machine: from a topic to the queues that subscribe to it, where their policies let it. */
import { isServiceAllowed } from '../iam.ts'
import { type Inventory, localAccount } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import type { SqsService } from './sqs.ts'

export class SnsService {
  readonly #inventory: Pick<Inventory, 'topics' | 'queues'>
  readonly #sqs: SqsService
  readonly #meter: Meter

  constructor(inventory: Pick<Inventory, 'topics' | 'queues'>, sqs: SqsService, meter: Meter) {
    this.#inventory = inventory
    this.#sqs = sqs
    this.#meter = meter
  }

  /** Publishes as the service `principal`. Throws where the topic or a queue does not let it, with the reason. */
  publish(topicArn: string, message: string, principal: string, sourceArn: string): void {
    const topic = this.#inventory.topics.find(({ arn }) => arn === topicArn)
    if (!topic) throw new Error(`The topic ${topicArn} is not in the template.`)
    const context = { 'aws:SourceAccount': localAccount, 'aws:SourceArn': sourceArn }
    if (!isServiceAllowed(topic.policy, principal, { action: 'sns:Publish', resource: topicArn }, context))
      throw new Error(
        `The policy of topic ${topic.id} does not let ${principal} publish; allow sns:Publish to it.`,
      )
    this.#meter.count('snsPublishes', topic.name)
    for (const { endpointArn, rawMessageDelivery } of topic.subscriptions) {
      const queue = this.#inventory.queues.find(({ arn }) => arn === endpointArn)
      const permission = { action: 'sqs:SendMessage', resource: endpointArn }
      if (
        !isServiceAllowed(queue?.policy ?? [], 'sns.amazonaws.com', permission, { 'aws:SourceArn': topicArn })
      )
        throw new Error(
          `The policy of queue ${queue?.id ?? endpointArn} does not let topic ${topic.id} send to it; allow sqs:SendMessage.`,
        )
      const envelope = { Type: 'Notification', TopicArn: topicArn, Message: message }
      this.#sqs.deliver(endpointArn, rawMessageDelivery ? message : JSON.stringify(envelope))
    }
  }
}
