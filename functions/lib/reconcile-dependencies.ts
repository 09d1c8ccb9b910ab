/** What a look at a lead needs, as the environment of reconcile and of sweep names it. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { variable } from '../../shared/aws/environment.ts'
import { LeadTable } from '../../shared/aws/lead-table.ts'
import { MessageQueue } from '../../shared/aws/message-queue.ts'
import { env } from '../../shared/contracts/names.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import type { ReconcileDependencies } from '../../shared/flows/nurture/reconcile.ts'
import { leadSchedule } from './lead-schedule.ts'

export const reconcileDependencies = (
  campaign: Campaign,
  dynamo: DynamoDBClient,
  sqs: SQSClient,
): ReconcileDependencies => ({
  campaign,
  table: new LeadTable(dynamo, variable(env.tableName)),
  schedule: leadSchedule(new SchedulerClient({})),
  sendQueue: new MessageQueue(sqs, variable(env.sendQueueUrl)),
  handOffQueue: new MessageQueue(sqs, variable(env.handOffQueueUrl)),
})
