/** SES: who emails come from, and how SES reports what became of them: by SNS to SQS, which unlike EventBridge is durable. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  HttpsPolicy,
  Identity,
  type IEmailIdentity,
} from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import type { DnsRecords } from './dns-records.ts'
import type { Binding } from './ripen-function.ts'
import { TrackingDomain } from './tracking-domain.ts'
import type { WorkQueue } from './work-queue.ts'

export interface MailProps {
  readonly sender: string
  /** Proven to be ours; without it the sender's address alone is. */
  readonly domain: string | undefined
  readonly identity: 'create' | 'existing'
  /** Where bounces go, for SPF to be aligned with the sender. */
  readonly mailFromDomain: string | undefined
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject' | 'existing'
  /** Where links lead first, for SES to count clicks. */
  readonly tracking?: { readonly name: string; readonly certificateArn: string | undefined }
  readonly dns: DnsRecords
  readonly feedbackQueue: WorkQueue
}

export class Mail extends Construct {
  readonly #identity: IEmailIdentity
  readonly #set: ConfigurationSet
  readonly #sender: string

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id)
    this.#sender = props.sender
    this.#set = new ConfigurationSet(this, 'Set', {
      reputationMetrics: true,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      ...(props.tracking && {
        customTrackingRedirectDomain: props.tracking.name,
        customTrackingHttpsPolicy: HttpsPolicy.REQUIRE,
      }),
    })
    if (props.tracking) new TrackingDomain(this, 'Tracking', { ...props.tracking, dns: props.dns })
    this.#identity =
      props.identity === 'existing'
        ? EmailIdentity.fromEmailIdentityName(this, 'Identity', props.domain ?? props.sender)
        : this.#createIdentity(props)
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

  /** SES knows an identity once per account and region, so it outlives the stack: others may send by it. */
  #createIdentity({ domain, sender, mailFromDomain, dmarcPolicy, dns }: MailProps): IEmailIdentity {
    const identity = new EmailIdentity(this, 'Identity', {
      identity: domain === undefined ? Identity.email(sender) : Identity.domain(domain),
      ...(mailFromDomain !== undefined && { mailFromDomain }),
    })
    identity.applyRemovalPolicy(RemovalPolicy.RETAIN)
    if (domain === undefined || mailFromDomain === undefined) return identity
    for (const [index, { name, value }] of identity.dkimRecords.entries())
      dns.add(`Dkim${index + 1}`, { type: 'CNAME', name, value, belongsTo: domain })
    const bounces = `feedback-smtp.${Stack.of(this).region}.amazonses.com`
    dns.add('MailFromMx', { type: 'MX', name: mailFromDomain, value: `10 ${bounces}` })
    dns.add('MailFromSpf', { type: 'TXT', name: mailFromDomain, value: 'v=spf1 include:amazonses.com ~all' })
    if (dmarcPolicy !== 'existing')
      dns.add('Dmarc', { type: 'TXT', name: `_dmarc.${domain}`, value: `v=DMARC1; p=${dmarcPolicy}` })
    return identity
  }

  /** What SES must have verified: the domain, or the sender's address. */
  get identityName(): string {
    return this.#identity.emailIdentityName
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
