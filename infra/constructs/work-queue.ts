/** A queue that work arrives on, with the dead-letter queue that keeps what fails and the alarm that says so. */
import { Duration, Validations } from 'aws-cdk-lib'
import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { type IScheduleTarget, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { addAlarm } from './alarms.ts'
import type { Binding, RipenFunction } from './ripen-function.ts'

/** Where failed work waits for a person, for as long as SQS keeps anything. */
export class DeadLetters extends Construct {
  readonly queue: Queue

  /** `heading` is the anchor of docs/runbook.md that says what to do. */
  constructor(
    scope: Construct,
    id: string,
    props: { readonly alarmTopic: ITopic; readonly heading: string },
  ) {
    super(scope, id)
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'This is itself a dead-letter queue, also where it serves a stream, which the rule does not see.',
    })
    // A single message: it was tried as often as allowed, and only a person gets it out.
    addAlarm(this, 'Alarm', props.alarmTopic, {
      description: 'Work failed for good and waits in a dead-letter queue',
      heading: props.heading,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
    })
  }

  /** What a function needs to put here itself what it cannot work on; `urlVariable` will hold the queue's URL. */
  keeper(urlVariable: 'PARKED_FACTS_URL'): Binding {
    return {
      environment: { [urlVariable]: this.queue.queueUrl },
      statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })],
    }
  }
}

export class WorkQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: DeadLetters

  constructor(
    scope: Construct,
    id: string,
    props: { readonly alarmTopic: ITopic; readonly heading: string; readonly consumerTimeout: Duration },
  ) {
    super(scope, id)
    this.deadLetters = new DeadLetters(this, 'DeadLetters', props)
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the consumer's time-out, as Lambda's guide asks, so that no message comes back while it is worked on.
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: 5 },
    })
  }

  /** Lets `consumer` work the queue off, message by message; failed ones come back alone. */
  feed(consumer: RipenFunction, maxConcurrency: number, batchSize = 10): void {
    consumer.bind({
      statements: [
        new PolicyStatement({
          actions: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:ChangeMessageVisibility',
          ],
          resources: [this.queue.queueArn],
        }),
      ],
    })
    new EventSourceMapping(this, 'Feed', {
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    })
  }

  /** For a schedule that puts `message` here. */
  target(message: Readonly<Record<string, string>>): IScheduleTarget {
    return new SqsSendMessage(this.queue, {
      input: ScheduleTargetInput.fromObject(message),
      retryAttempts: 10,
      deadLetterQueue: this.deadLetters.queue,
    })
  }

  /** What a function needs to put messages here; `urlVariable` will hold the queue's URL. */
  sender(urlVariable: 'SEND_QUEUE_URL' | 'HANDOFF_QUEUE_URL' | 'SWEEP_QUEUE_URL'): Binding {
    return {
      environment: { [urlVariable]: this.queue.queueUrl },
      statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] })],
    }
  }
}
