/** Once a week: the counts of the last seven days, by email to marketing. */

import { identity, plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import { variable } from '../shared/aws/environment.ts'
import { Mailer, sesClient } from '../shared/aws/mailer.ts'
import { TallyTable } from '../shared/aws/tally-table.ts'
import { env } from '../shared/contracts/names.ts'
import { sendReport } from '../shared/flows/report/report.ts'
import { eachMessage } from './lib/each-record.ts'
import { failureLog } from './lib/failure-log.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

const table = new TallyTable(new DynamoDBClient({}), variable(env.tableName))
const mailer = new Mailer(sesClient(), {
  address: variable(env.senderAddress),
  configurationSet: variable(env.configurationSet),
})

/** A report that SES refuses is tried again by the queue. */
const report = async (): Promise<void> => {
  const outcome = await sendReport(plan, identity, Date.now(), { table, mailer })
  console.info({ event: 'report', outcome })
}

export const handler = middy(eachMessage(report), noEarlyAnswer).use(failureLog)
