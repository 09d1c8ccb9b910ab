/** Once a day, and when a new version of the campaign is in force: leads that nothing else would reach are looked at. */

import { plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { SQSRecord } from 'aws-lambda'
import { thisFunction, variable } from '../shared/aws/environment.ts'
import { LeadPages } from '../shared/aws/lead-pages.ts'
import { MessageQueue } from '../shared/aws/message-queue.ts'
import { countUnconfirmedHandOffs } from '../shared/aws/metrics.ts'
import { ReleaseTable } from '../shared/aws/release-table.ts'
import { SweepTable } from '../shared/aws/sweep-table.ts'
import { readSweep, type Sweep } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { reconcileLead } from '../shared/flows/nurture/reconcile.ts'
import { recordCampaign } from '../shared/flows/nurture/release.ts'
import { sweep } from '../shared/flows/nurture/sweep.ts'
import { eachMessageAtOnce } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { loggable } from './lib/loggable.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { reconcileDependencies } from './lib/reconcile-dependencies.ts'

const dynamo = new DynamoDBClient({})
const sqs = new SQSClient({})
const tableName = variable(env.tableName)
const campaign = await recordCampaign(plan, Date.now(), new ReleaseTable(dynamo, tableName))
const dependencies = reconcileDependencies(campaign, dynamo, sqs)
const pages = new LeadPages(dynamo, tableName)
const progress = new SweepTable(dynamo, tableName)
const segments = Number(variable(env.sweepSegments))
const queue = new MessageQueue<Sweep>(sqs, variable(env.sweepQueueUrl))

const sweepOn = async ({ body, attributes }: SQSRecord, isLate: () => boolean): Promise<void> => {
  const nowMs = Date.now()
  const result = await sweep(readSweep(body), Number(attributes.SentTimestamp), nowMs, {
    campaign,
    segments,
    pages,
    progress,
    queue,
    isLate,
    look: (leadId) => reconcileLead(leadId, Date.now(), dependencies, { trustsSummary: false }),
  })
  if (result.kind === 'page' && result.unconfirmedHandOffs > 0)
    countUnconfirmedHandOffs(result.unconfirmedHandOffs, thisFunction(), nowMs)
  if (result.kind === 'looked')
    for (const { leadId, error } of result.failed)
      console.error({ event: 'lookFailed', leadId, ...loggable(error) })
  console.info({
    event: 'sweep',
    ...result,
    ...(result.kind === 'looked' && { failed: result.failed.length }),
  })
}

export const handler = middy(eachMessageAtOnce(sweepOn), noEarlyAnswer).use(failureLog)
