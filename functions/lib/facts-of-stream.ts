/** Reads facts out of stream records, and refuses what the event filter should have kept away. */

import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import { asNumbers } from '../../shared/aws/as-numbers.ts'
import { LoggableError } from '../../shared/contracts/loggable-error.ts'
import { keys } from '../../shared/contracts/names.ts'
import { type OpaqueFact, readFact } from '../../shared/contracts/read-facts.ts'
import type { Fact } from '../../shared/domain/facts.ts'

/** A record that is not a new fact reached a stream function: without its filter, reconcile would feed itself. */
export class UnfilteredRecord extends LoggableError {
  override readonly name = 'UnfilteredRecord'

  constructor(record: DynamoDBRecord) {
    const kind = record.dynamodb?.Keys?.sk?.S?.split('#')[0]
    super(
      `A stream record of ${record.eventName} ${kind} arrived; the event-source mapping in infra/ripen-stack.ts must filter for INSERT of ${keys.factPrefix}*.`,
    )
  }
}

/** Throws `UnfilteredRecord`. */
export const factOfRecord = (record: DynamoDBRecord): { leadId: string; fact: Fact | OpaqueFact } => {
  const image = record.dynamodb?.NewImage as Record<string, AttributeValue> | undefined
  const sortKey = record.dynamodb?.Keys?.sk?.S
  if (record.eventName !== 'INSERT' || !image || !sortKey?.startsWith(keys.factPrefix))
    throw new UnfilteredRecord(record)
  const item = unmarshall(image, asNumbers)
  return { leadId: String(item.pk).slice(keys.lead('').length), fact: readFact(item) }
}
