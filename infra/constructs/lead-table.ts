/** The one table, and its stream of new facts. */
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  CfnEventSourceMapping,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { env, keys } from '../../shared/contracts/names.ts'
import type { Binding, RipenFunction } from './ripen-function.ts'
import type { DeadLetters } from './work-queue.ts'

type TableAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'Scan' | 'ConditionCheckItem'

export class LeadTable extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: keys.pk, type: AttributeType.STRING },
      sortKey: { name: keys.sk, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      // Counts, marks and evidence that serve for a time only; a fact carries no such attribute.
      timeToLiveAttribute: keys.expiresAtSeconds,
      dynamoStream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Leads outlive the stack.
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: true,
    })
  }

  /** The table's name, and these actions on it. */
  allow(...actions: readonly TableAction[]): Binding {
    return {
      environment: { [env.tableName]: this.table.tableName },
      statements: [
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [this.table.tableArn],
        }),
      ],
    }
  }

  /**
   * Feeds new facts, and nothing else, to `reader`: without the filter a function that writes to the table would
   * wake itself. With a window, Lambda carries the reader's state from batch to batch until the window ends.
   */
  feedFacts(
    reader: RipenFunction,
    props: { readonly deadLetters: DeadLetters; readonly batchSize: number; readonly windowSeconds?: number },
  ): void {
    const streamArn = this.table.tableStreamArn ?? ''
    reader.bind({
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          resources: [streamArn],
        }),
        // Lambda's guide asks for it; the service authorisation reference knows no resource that it could be narrowed to.
        new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
      ],
      acknowledged: [
        {
          id: 'AwsSolutions-IAM5[Resource::*]',
          reason: 'ListStreams, which gives names only, is authorised on no resource.',
        },
      ],
    })
    const mapping = new EventSourceMapping(this, `Facts-${reader.name}`, {
      target: reader.lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { [keys.sk]: { S: FilterRule.beginsWith(keys.factPrefix) } } },
        }),
      ],
      // Ten attempts with Lambda's backoff outlast a short outage; what fails then waits with the others.
      retryAttempts: 10,
      onFailure: new SqsDlq(props.deadLetters.queue),
      ...(props.windowSeconds === undefined && {
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
      }),
    })
    const cfn = mapping.node.defaultChild
    if (cfn instanceof CfnEventSourceMapping) {
      cfn.maximumRecordAgeInSeconds = 6 * 60 * 60
      if (props.windowSeconds !== undefined) {
        cfn.tumblingWindowInSeconds = props.windowSeconds
        // Counts can wait: one invocation for what half a window brings costs less than one per fact.
        cfn.maximumBatchingWindowInSeconds = props.windowSeconds / 2
      }
    }
  }
}
