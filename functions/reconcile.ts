/** The table's stream says "look at this lead": fold, score, decide, and arrange what comes next. */

import { contentVersions, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { DynamoDBRecord } from 'aws-lambda'
import { thisFunction, variable } from '../shared/aws/environment.ts'
import { MessageQueue } from '../shared/aws/message-queue.ts'
import { countOpaqueFacts } from '../shared/aws/metrics.ts'
import { ReleaseTable } from '../shared/aws/release-table.ts'
import type { Sweep } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { isOpaque } from '../shared/contracts/read-facts.ts'
import { isDecisive } from '../shared/domain/decide.ts'
import { reconcileLead } from '../shared/flows/nurture/reconcile.ts'
import { recordAndAnnounceCampaign } from '../shared/flows/nurture/release.ts'
import { inOrder } from './lib/each-record.ts'
import { factOfRecord } from './lib/facts-of-stream.ts'
import { failureLog } from './lib/failure-log.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'
import { reconcileDependencies } from './lib/reconcile-dependencies.ts'

const dynamo = new DynamoDBClient({})
const sqs = new SQSClient({})
const tableName = variable(env.tableName)
const { campaign, isNew } = await recordAndAnnounceCampaign(
  plan,
  contentVersions,
  Date.now(),
  new ReleaseTable(dynamo, tableName),
)
// Leads with nothing due soon would not notice. A deploy changes one function after the other: the sweep's own may still
// be the old one.
const deploySeconds = 300
if (isNew)
  await new MessageQueue<Sweep>(sqs, variable(env.sweepQueueUrl)).put({ sweep: 'begin' }, deploySeconds)
const dependencies = reconcileDependencies(campaign, dynamo, sqs)

/** Several facts of one lead in a batch are one look. */
const reconcileBatch = () => {
  const seen = new Set<string>()
  return async (record: DynamoDBRecord): Promise<void> => {
    const { leadId, fact } = factOfRecord(record)
    if (isOpaque(fact)) return countOpaqueFacts([fact], thisFunction(), Date.now())
    if (seen.has(leadId) || !isDecisive(fact.kind, plan)) return
    await reconcileLead(leadId, Date.now(), dependencies)
    seen.add(leadId)
  }
}

export const handler = middy(inOrder(reconcileBatch), noEarlyAnswer).use(failureLog)
