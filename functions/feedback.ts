/** SES's events, by way of SNS and SQS: each becomes a fact about the email it speaks of. */

import { goals } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { SQSRecord } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { LeadTable } from '../shared/aws/lead-table.ts'
import { countTeamEmailLost } from '../shared/aws/metrics.ts'
import { env } from '../shared/contracts/names.ts'
import { readFeedback, recordFeedback } from '../shared/flows/nurture/feedback.ts'
import { eachMessage } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

const table = new LeadTable(new DynamoDBClient({}), variable(env.tableName))

const record = async ({ body }: SQSRecord): Promise<void> => {
  const feedback = readFeedback(body, goals)
  if (feedback.kind === 'fact') await recordFeedback(feedback, table)
  else if (feedback.kind === 'notice') console.info({ event: 'feedbackNotice' })
  else if (feedback.kind === 'teamEmailLost') {
    const { kind: event, ...which } = feedback
    console.error({ event, ...which })
    countTeamEmailLost(process.env.AWS_LAMBDA_FUNCTION_NAME ?? '', Date.now())
  } else
    console.info({ event: 'feedbackIgnored', eventType: feedback.eventType, messageId: feedback.messageId })
}

export const handler = middy(eachMessage(record), noEarlyAnswer).use(failureLog)
