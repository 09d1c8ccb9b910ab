/** Writes what a submission leaves behind: one fact, and at times an item or two that stand or fall with it. */
import { marshall } from '@aws-sdk/util-dynamodb'
import type { ConsentEvidence } from '../contracts/consent-evidence.ts'
import { keys } from '../contracts/names.ts'
import type { LeadCaptured } from '../domain/facts.ts'
import { factItem, isAbsent, type Recorded } from './fact-writer.ts'
import { CallFailed, callAws } from './signed-call.ts'
import { type Meaning, unlessRefused } from './unless-refused.ts'

export interface Capture {
  readonly leadId: string
  readonly fact: LeadCaptured
  /** Network address and browser, where the form keeps them. */
  readonly evidence?: ConsentEvidence
  /** Marks a token as used by this lead, where that is worth a second write. */
  readonly token?: { readonly nonce: string; readonly expiresAtSeconds: number }
}

/**
 * By signed calls and not by the table's client: a visitor waits for this function's start, and the client is more
 * than half of what it would load. `replayed`: the token has served another lead, and nothing was written. Throws
 * `CallFailed`.
 */
export const recordCapture = async (
  tableName: string,
  { leadId, fact, evidence, token }: Capture,
): Promise<Recorded | 'replayed'> => {
  const TableName = tableName
  const item = { TableName, Item: factItem(leadId, fact), ConditionExpression: isAbsent }
  const companions = [
    ...(token ? [usedToken(TableName, leadId, token)] : []),
    ...(evidence ? [evidenceItem(TableName, leadId, evidence)] : []),
  ]
  const call =
    companions.length === 0
      ? callAws('dynamodb', 'PutItem', item)
      : callAws('dynamodb', 'TransactWriteItems', {
          TransactItems: [item, ...companions].map((Put) => ({ Put })),
        })
  return unlessRefused(call, 'recorded', meaningOf)
}

/** The fact comes first in the transaction; of what goes with it only the token has a condition. */
const meaningOf: Meaning<'alreadyRecorded' | 'replayed'> = (error) => {
  if (!(error instanceof CallFailed)) return undefined
  // Also where an earlier try of this very call recorded it and its answer was lost: it is on record.
  if (error.code === 'ConditionalCheckFailedException') return 'alreadyRecorded'
  return (['alreadyRecorded', 'replayed'] as const)[error.cancellations.indexOf('ConditionalCheckFailed')]
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
