/** The send queue says "this lead may be due": claim the touch, give it to SES once, record what is certain. */

import { emails, identity, intake, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { SQSRecord } from 'aws-lambda'
import { CapTable } from '../shared/aws/cap-table.ts'
import { variable } from '../shared/aws/environment.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { Mailer, sesClient } from '../shared/aws/mailer.ts'
import { MessageQueue } from '../shared/aws/message-queue.ts'
import { countHeldSend } from '../shared/aws/metrics.ts'
import { ReleaseTable } from '../shared/aws/release-table.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { SendBreaker } from '../shared/aws/send-breaker.ts'
import { readLeadNudge } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { recordCampaign } from '../shared/flows/nurture/release.ts'
import { type SendDependencies, sendDueTouch } from '../shared/flows/nurture/send.ts'
import { eachMessage } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { leadSchedule } from './lib/lead-schedule.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

const dynamo = new DynamoDBClient({})
const tableName = variable(env.tableName)
const campaign = await recordCampaign(plan, Date.now(), new ReleaseTable(dynamo, tableName))
const dependencies: SendDependencies = {
  campaign,
  emails,
  identity,
  publicUrl: variable(env.publicUrl),
  linkKey: await readSecret(variable(env.linkKeyArn)),
  table: new LeadTable(dynamo, tableName),
  confirmations: intake.confirmations,
  capSlots: new CapTable(dynamo, tableName),
  breaker: new SendBreaker(dynamo, tableName),
  schedule: leadSchedule(new SchedulerClient({})),
  sendQueue: new MessageQueue(new SQSClient({}), variable(env.sendQueueUrl)),
  mailer: new Mailer(sesClient(), {
    address: variable(env.senderAddress),
    configurationSet: variable(env.configurationSet),
  }),
}

const send = async ({ body }: SQSRecord): Promise<void> => {
  const message = readLeadNudge(body)
  const nowMs = Date.now()
  const result = await sendDueTouch(message, nowMs, dependencies)
  if (result.kind === 'held') countHeldSend(process.env.AWS_LAMBDA_FUNCTION_NAME ?? '', nowMs)
  console.info({
    event: result.kind,
    leadId: message.leadId,
    ...('touch' in result && touchOf(result.touch)),
  })
}

const touchOf = ({ enrolment, step }: { enrolment: string; step: string }) => ({ enrolment, step })

/** A lead that there is no time for any more is due for whoever comes next. */
const leave = ({ body }: SQSRecord): Promise<void> => dependencies.sendQueue.put(readLeadNudge(body))

export const handler = middy(eachMessage(send, leave), noEarlyAnswer).use(failureLog)
