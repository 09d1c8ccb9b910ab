/** Writes what a submission leaves behind: nearly always one fact, and sometimes an item or two that stand or fall with it. */
import { marshall } from '@aws-sdk/util-dynamodb'
import type { ConsentEvidence } from '../contracts/consent-evidence.ts'
import { keys } from '../contracts/names.ts'
import type { LeadCaptured } from '../domain/facts.ts'
import { factItem, isAbsent, type Recorded } from './fact-writer.ts'
import { CallFailed, callAws } from './signed-call.ts'

export interface Capture {
  readonly leadId: string
  readonly fact: LeadCaptured
  /** Network address and browser, where the form keeps them. */
  readonly evidence?: ConsentEvidence
  /** Marks a token as used by this lead, where that is worth a second write. */
  readonly token?: { readonly nonce: string; readonly expiresAtSeconds: number }
}

/**
 * By signed calls and not by the table's client: a visitor waits for this function's start, and the client is more than
 * half of what it would load. `replayed`: the token has served another lead, and nothing was written. Throws `CallFailed`.
 */
export const recordCapture = async (
  tableName: string,
  { leadId, fact, evidence, token }: Capture,
): Promise<Recorded | 'replayed'> => {
  const TableName = tableName
  const item = { TableName, Item: factItem(leadId, fact), ConditionExpression: isAbsent }
  const besides = [
    ...(token ? [usedToken(TableName, leadId, token)] : []),
    ...(evidence ? [evidenceItem(TableName, leadId, evidence)] : []),
  ]
  try {
    if (besides.length === 0) await callAws('dynamodb', 'PutItem', item)
    else
      await callAws('dynamodb', 'TransactWriteItems', {
        TransactItems: [item, ...besides].map((Put) => ({ Put })),
      })
    return 'recorded'
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    const { code, cancellations } = error
    if (code === 'ConditionalCheckFailedException') return 'alreadyRecorded'
    const refused = cancellations.indexOf('ConditionalCheckFailed')
    if (refused === -1) throw error
    return refused === 0 ? 'alreadyRecorded' : 'replayed'
  }
}

const usedToken = (TableName: string, leadId: string, token: NonNullable<Capture['token']>) => ({
  TableName,
  Item: marshall({
    pk: keys.used(token.nonce),
    sk: 'USED',
    leadId,
    [keys.expiresAtSeconds]: token.expiresAtSeconds,
  }),
  ConditionExpression: `${isAbsent} OR leadId = :lead`,
  ExpressionAttributeValues: { ':lead': { S: leadId } },
})

const evidenceItem = (TableName: string, leadId: string, evidence: ConsentEvidence) => ({
  TableName,
  Item: marshall({ pk: keys.lead(leadId), sk: keys.evidence(evidence.submission), ...evidence }),
})
