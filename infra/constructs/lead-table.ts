/** The one table, and its stream of new facts. */
import { Arn, ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, Billing, type ITableV2, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { env, keys } from '../../shared/contracts/names.ts'
import type { Binding, RipenFunction } from './ripen-function.ts'
import type { DeadLetters } from './work-queue.ts'

type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'Scan'

export class LeadTable extends Construct {
  readonly name: string
  readonly streamArn: string
  readonly #arn: string

  /** `adoptedStreamArn` is the stream of a table that an earlier stack left, or that was restored. */
  constructor(scope: Construct, id: string, adoptedStreamArn?: string) {
    super(scope, id)
    const table = adoptedStreamArn === undefined ? this.#create() : this.#adopt(adoptedStreamArn)
    this.name = table.tableName
    this.#arn = table.tableArn
    this.streamArn = table.tableStreamArn ?? ''
  }

  #create(): TableV2 {
    return new TableV2(this, 'Table', {
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

  #adopt(tableStreamArn: string): ITableV2 {
    const { resourceName = '' } = Arn.split(tableStreamArn, ArnFormat.SLASH_RESOURCE_NAME)
    const [tableName] = resourceName.split('/')
    const tableArn = Stack.of(this).formatArn({
      service: 'dynamodb',
      resource: 'table',
      ...(tableName !== undefined && { resourceName: tableName }),
    })
    return TableV2.fromTableAttributes(this, 'Table', { tableArn, tableStreamArn })
  }

  /** The table's name, and these actions on it. */
  allow(...actions: readonly TableAction[]): Binding {
    return {
      environment: { [env.tableName]: this.name },
      statements: [
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [this.#arn],
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
    props: {
      readonly deadLetters: DeadLetters
      readonly batchSize: number
      readonly windowSeconds?: number
      /** Kinds of fact that the reader would pass over: an invocation for each would cost more than all the others. */
      readonly without?: readonly string[]
    },
  ): void {
    reader.bind({
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          resources: [this.streamArn],
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
    new EventSourceMapping(this, `Facts-${reader.name}`, {
      target: reader.lambda,
      eventSourceArn: this.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      filters: imagesOf(props.without).map((image) =>
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { [keys.sk]: { S: FilterRule.beginsWith(keys.factPrefix) } }, ...image },
        }),
      ),
      // Ten attempts with Lambda's backoff outlast a short outage; what fails then waits with the others.
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(props.deadLetters.queue),
      ...(props.windowSeconds === undefined
        ? { reportBatchItemFailures: true, bisectBatchOnError: true }
        : {
            tumblingWindow: Duration.seconds(props.windowSeconds),
            // Counts can wait: one invocation for what half a window brings costs less than one per fact.
            maxBatchingWindow: Duration.seconds(props.windowSeconds / 2),
          }),
    })
  }
}

/** Patterns of the new item, one of which must fit: a fact that has no kind is malformed, and must not be lost. */
const imagesOf = (without: readonly string[] = []): object[] =>
  without.length === 0
    ? [{}]
    : [
        { NewImage: { kind: { S: [{ 'anything-but': without }] } } },
        { NewImage: { kind: { S: FilterRule.notExists() } } },
      ]
