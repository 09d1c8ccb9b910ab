/** The table's stream says "look at this lead": fold, score, decide, and arrange what comes next. */

import { contentVersions, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadQueue } from '../shared/aws/lead-queue.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { ReleaseTable } from '../shared/aws/release-table.ts'
import { SweepQueue } from '../shared/aws/sweep-queue.ts'
import { env } from '../shared/contracts/names.ts'
import { isDecisive } from '../shared/domain/decide.ts'
import { campaignInForce } from '../shared/flows/in-force.ts'
import { type LookDependencies, lookAtLead } from '../shared/flows/look-at-lead.ts'
import { described } from './batch.ts'
import { factOfRecord } from './facts-of-stream.ts'
import { leadSchedule } from './lead-schedule.ts'

const dynamo = new DynamoDBClient({})
const sqs = new SQSClient({})
const tableName = variable(env.tableName)
const { campaign, isNew } = await campaignInForce(
  plan,
  contentVersions,
  Date.now(),
  new ReleaseTable(dynamo, tableName),
)
// Leads with nothing due soon would not notice. A deploy changes one function after the other: the sweep's own may still
// be the old one.
const deploySeconds = 300
if (isNew) await new SweepQueue(sqs, variable(env.sweepQueueUrl)).put({ sweep: 'begin' }, deploySeconds)
const dependencies: LookDependencies = {
  campaign,
  table: new LeadTable(dynamo, tableName),
  schedule: leadSchedule(new SchedulerClient({})),
  sendQueue: new LeadQueue(sqs, variable(env.sendQueueUrl)),
  handOffQueue: new LeadQueue(sqs, variable(env.handOffQueueUrl)),
}

/** Several facts of one lead in a batch are one look. The first record that fails is where the stream goes on from. */
export const handler = async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const seen = new Set<string>()
  for (const record of event.Records)
    try {
      const { leadId, fact } = factOfRecord(record)
      if (seen.has(leadId) || !isDecisive(fact.kind, plan)) continue
      await lookAtLead(leadId, Date.now(), dependencies)
      seen.add(leadId)
    } catch (error) {
      console.error({
        event: 'lookFailed',
        sequenceNumber: record.dynamodb?.SequenceNumber,
        ...described(error),
      })
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] }
    }
  return { batchItemFailures: [] }
}
