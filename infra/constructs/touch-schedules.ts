/** The leads' schedules: made at run time, in a group that the stack owns, so that `cdk destroy` takes them along. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import type { Binding } from './ripen-function.ts'
import type { WorkQueue } from './work-queue.ts'

export class TouchSchedules extends Construct {
  readonly #group: ScheduleGroup
  readonly #role: Role
  readonly #queue: WorkQueue

  constructor(scope: Construct, id: string, sendQueue: WorkQueue) {
    super(scope, id)
    this.#queue = sendQueue
    this.#group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY })
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    })
    this.#role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [sendQueue.queue.queueArn, sendQueue.deadLetters.queue.queueArn],
      }),
    )
  }

  /** Everything a function needs to set and take back the schedules of a lead. */
  get binding(): Binding {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.#group.scheduleGroupName}/*`,
    })
    return {
      environment: {
        [env.scheduleGroup]: this.#group.scheduleGroupName,
        [env.scheduleRoleArn]: this.#role.roleArn,
        [env.sendQueueArn]: this.#queue.queue.queueArn,
        [env.scheduleDeadLetterArn]: this.#queue.deadLetters.queue.queueArn,
      },
      statements: [
        new PolicyStatement({
          actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
          resources: [schedules],
        }),
        new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [this.#role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        }),
      ],
      acknowledged: [
        {
          id: `AwsSolutions-IAM5[Resource::arn:${Stack.of(this).partition}:scheduler:${Stack.of(this).region}:<AWS::AccountId>:schedule/${this.#group.scheduleGroupName}/*]`,
          reason:
            'The star stands for the leads’ schedules in this stack’s own group; each is named by its lead and its time.',
        },
      ],
    }
  }
}
