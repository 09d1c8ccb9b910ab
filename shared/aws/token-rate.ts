/** Counts how often one network has asked for a form's token lately: by that, proof of work is asked for or not. */
import * as z from 'zod/mini'
import { keys } from '../contracts/names.ts'
import { callAws } from './signed-call.ts'

/** Counted in spans of this length: short enough that a classroom is forgiven soon, long enough to notice a script. */
const spanMs = 10 * 60_000

const answer = z.object({ Attributes: z.object({ tokens: z.object({ N: z.string() }) }) })

/**
 * Adds one, and gives how many it is now. One write and no read. A try whose answer was lost may have counted too: at
 * worst a visitor is asked for a little work at a bad moment. Throws `CallFailed`.
 */
export const countToken = async (tableName: string, network: string, atMs: number): Promise<number> => {
  const startMs = Math.floor(atMs / spanMs) * spanMs
  const given = await callAws('dynamodb', 'UpdateItem', {
    TableName: tableName,
    Key: { pk: { S: keys.rate(network) }, sk: { S: new Date(startMs).toISOString() } },
    UpdateExpression: `ADD tokens :one SET ${keys.expiresAtSeconds} = :expires`,
    ExpressionAttributeValues: {
      ':one': { N: '1' },
      // An hour later nobody asks for it any more.
      ':expires': { N: String(Math.ceil((startMs + spanMs) / 1000) + 3600) },
    },
    ReturnValues: 'UPDATED_NEW',
  })
  return Number(answer.parse(given).Attributes.tokens.N)
}
