/** The hand-off queue says "this lead is ready": tell the bus and sales, once per qualification. */

import { identity, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { SQSRecord } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { HandOffBus } from '../shared/aws/handoff-bus.ts'
import { HandOffLedger } from '../shared/aws/handoff-ledger.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { Mailer, sesClient } from '../shared/aws/mailer.ts'
import { MessageQueue } from '../shared/aws/message-queue.ts'
import { countUnconfirmedHandOffs } from '../shared/aws/metrics.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { readLeadNudge } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { type HandOffDependencies, handOffLead } from '../shared/flows/sales/handoff.ts'
import { eachMessage } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

const dynamo = new DynamoDBClient({})
const tableName = variable(env.tableName)
const dependencies: HandOffDependencies = {
  campaign: plan,
  identity,
  publicUrl: variable(env.publicUrl),
  linkKey: await readSecret(variable(env.linkKeyArn)),
  table: new LeadTable(dynamo, tableName),
  ledger: new HandOffLedger(dynamo, tableName),
  queue: new MessageQueue(new SQSClient({}), variable(env.handOffQueueUrl)),
  bus: new HandOffBus(new EventBridgeClient({}), variable(env.handOffBus)),
  mailer: new Mailer(sesClient(), {
    address: variable(env.senderAddress),
    configurationSet: variable(env.configurationSet),
  }),
}

const handOff = async ({ body }: SQSRecord): Promise<void> => {
  const nudge = readLeadNudge(body)
  const { leadId } = nudge
  const nowMs = Date.now()
  const { kind, ...more } = await handOffLead(nudge, nowMs, dependencies)
  if ('isOverdue' in more && more.isOverdue)
    countUnconfirmedHandOffs(1, process.env.AWS_LAMBDA_FUNCTION_NAME ?? '', nowMs)
  console.info({ event: kind, leadId, ...more })
}

/** A lead that there is no time for any more is for whoever comes next. */
const leave = ({ body }: SQSRecord): Promise<void> => dependencies.queue.put(readLeadNudge(body))

export const handler = middy(eachMessage(handOff, leave), noEarlyAnswer).use(failureLog)
