/** SES: who emails come from, and how what became of them is told, by SNS to SQS, which unlike EventBridge is durable. */
import { Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import type { Binding } from './ripen-function.ts'
import type { WorkQueue } from './work-queue.ts'

export class Mail extends Construct {
  readonly identity: EmailIdentity
  readonly #set: ConfigurationSet
  readonly #sender: string

  constructor(
    scope: Construct,
    id: string,
    props: { readonly domain: string; readonly sender: string; readonly feedbackQueue: WorkQueue },
  ) {
    super(scope, id)
    this.#sender = props.sender
    this.#set = new ConfigurationSet(this, 'Set', {
      reputationMetrics: true,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
    })
    this.identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(props.domain),
      mailFromDomain: `mail.${props.domain}`,
    })
    const events = new Topic(this, 'Events', { enforceSSL: true })
    const { queue, deadLetters } = props.feedbackQueue
    events.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue: deadLetters.queue }),
    )
    this.#set.addEventDestination('Feedback', {
      destination: EventDestination.snsTopic(events),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.OPEN,
        EmailSendingEvent.CLICK,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.RENDERING_FAILURE,
      ],
    })
  }

  get senderAddress(): string {
    return this.#sender
  }

  get configurationSetName(): string {
    return this.#set.configurationSetName
  }

  /** Sending as this identity through this configuration set, and no other. */
  get binding(): Binding {
    const set = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.#set.configurationSetName,
    })
    return {
      environment: {
        [env.senderAddress]: this.#sender,
        [env.configurationSet]: this.#set.configurationSetName,
      },
      statements: [
        new PolicyStatement({ actions: ['ses:SendEmail'], resources: [this.identity.emailIdentityArn, set] }),
      ],
    }
  }
}
