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

  /**
   * Sending as this address through this configuration set, and no other. Narrow by condition and not by identity: in the
   * sandbox SES asks for the identity of every recipient too.
   */
  get binding(): Binding {
    const stack = Stack.of(this)
    const set = stack.formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.#set.configurationSetName,
    })
    const anyIdentity = stack.formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })
    return {
      environment: {
        [env.senderAddress]: this.#sender,
        [env.configurationSet]: this.#set.configurationSetName,
      },
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [anyIdentity],
          conditions: { StringEquals: { 'ses:FromAddress': this.#sender } },
        }),
        // A statement of its own: whether SES names the sender when it authorises this is not documented.
        new PolicyStatement({ actions: ['ses:SendEmail'], resources: [set] }),
      ],
      acknowledged: [
        {
          id: `AwsSolutions-IAM5[Resource::arn:${stack.partition}:ses:${stack.region}:<AWS::AccountId>:identity/*]`,
          reason:
            'A condition binds it to the sender’s address; in the sandbox recipients’ identities are asked for.',
        },
      ],
    }
  }
}
