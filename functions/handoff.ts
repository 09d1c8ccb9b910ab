/** The hand-off queue says "this lead is ready": tell the bus and sales, once per qualification. */

import { identity, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import middy from '@middy/core'
import type { SQSRecord } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { HandOffBus } from '../shared/aws/handoff-bus.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { Mailer, sesClient } from '../shared/aws/mailer.ts'
import { readSecret } from '../shared/aws/secret.ts'
import { readLeadNudge } from '../shared/contracts/messages.ts'
import { env } from '../shared/contracts/names.ts'
import { type HandOffDependencies, handOffLead } from '../shared/flows/sales/handoff.ts'
import { eachMessage } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

const dependencies: HandOffDependencies = {
  campaign: plan,
  identity,
  publicUrl: variable(env.publicUrl),
  linkKey: await readSecret(variable(env.linkKeyArn)),
  table: new LeadTable(new DynamoDBClient({}), variable(env.tableName)),
  bus: new HandOffBus(new EventBridgeClient({}), variable(env.handOffBus)),
  mailer: new Mailer(sesClient(), {
    address: variable(env.senderAddress),
    configurationSet: variable(env.configurationSet),
  }),
}

const handOff = async ({ body }: SQSRecord): Promise<void> => {
  const { leadId } = readLeadNudge(body)
  const result = await handOffLead(leadId, Date.now(), dependencies)
  console.info({ event: result, leadId })
}

export const handler = middy(eachMessage(handOff), noEarlyAnswer).use(failureLog)
