/** What wakes a person: the topic that alarms ring, and how an alarm is made. */
import { Annotations, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

export class AlarmTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { alarmEmail }: { readonly alarmEmail: string | undefined }) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    // A topic with a policy of its own has no default one, which would have let the account's alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    if (alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(alarmEmail))
    else
      Annotations.of(this).addWarningV2(
        'ripen:alarmEmail',
        'Nobody is told when an alarm rings: set "alarmEmail" in cdk.json under context.ripen, or with -c alarmEmail=...',
      )
  }
}

export interface AlarmProps {
  /** What has happened, in a sentence without its full stop. */
  readonly description: string
  /** Anchor in docs/runbook.md of what to do. */
  readonly heading: string
  readonly metric: IMetric
  /** Rings at this value and above. */
  readonly threshold: number
  /** Periods in a row that must reach it. */
  readonly periods?: number
}

/** Nothing measured is nothing wrong: none of our metrics falls silent by what it watches for. */
export const addAlarm = (scope: Construct, id: string, topic: ITopic, props: AlarmProps): void => {
  const { description, heading, metric, threshold, periods = 1 } = props
  new Alarm(scope, id, {
    alarmDescription: `${description}. See docs/runbook.md#${heading}`,
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(new SnsAction(topic))
}
