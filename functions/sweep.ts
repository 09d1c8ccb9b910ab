/** Once a day, and when a new version of the campaign is in force: leads that nothing else would reach are looked at. */

import { plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadPages } from '../shared/aws/lead-pages.ts'
import { LeadQueue } from '../shared/aws/lead-queue.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { ReleaseTable } from '../shared/aws/release-table.ts'
import { SweepQueue } from '../shared/aws/sweep-queue.ts'
import { readSweep } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { campaignOnRecord } from '../shared/flows/in-force.ts'
import { type LookDependencies, lookAtLead } from '../shared/flows/look-at-lead.ts'
import { sweepPage } from '../shared/flows/sweep.ts'
import { eachMessage } from './batch.ts'
import { leadSchedule } from './lead-schedule.ts'

const dynamo = new DynamoDBClient({})
const sqs = new SQSClient({})
const tableName = variable(env.tableName)
const campaign = await campaignOnRecord(plan, Date.now(), new ReleaseTable(dynamo, tableName))
const dependencies: LookDependencies = {
  campaign,
  table: new LeadTable(dynamo, tableName),
  schedule: leadSchedule(new SchedulerClient({})),
  sendQueue: new LeadQueue(sqs, variable(env.sendQueueUrl)),
  handOffQueue: new LeadQueue(sqs, variable(env.handOffQueueUrl)),
}
const pages = new LeadPages(dynamo, tableName)
const queue = new SweepQueue(sqs, variable(env.sweepQueueUrl))

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  eachMessage(event, async ({ body }) => {
    const nowMs = Date.now()
    const result = await sweepPage(readSweep(body), nowMs, {
      campaignVersion: plan.version,
      pages,
      queue,
      look: (leadId) => lookAtLead(leadId, nowMs, dependencies, { trustsSummary: false }),
    })
    console.info({ event: 'sweep', ...result })
  })
